/* Filling an OasisError.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/status.h"

/* Writes status, subject and the formatted detail to err (NULL ok) and returns status, so that
 * failing reads `return oasis_fail(err, OASIS_ERR_INPUT, path, "is not a video");`. Over-long text
 * is cut. */
OasisStatus oasis_fail(OasisError *err, OasisStatus status, const char *subject,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
