/* Which engine this is.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of these headers. It goes up by one with each change that a program which was written
 * before would notice: a function or field that goes or means something else. What is only added
 * leaves it. */
#define OASIS_API_VERSION 2

/* The version of the engine that is linked. A program that does not find its own OASIS_API_VERSION
 * here must not call anything else. Any thread. */
OASIS_API int oasis_api_version(void);

#ifdef __cplusplus
}
#endif
