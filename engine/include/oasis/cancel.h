/* A flag that stops a job.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Thread-safety: any thread may call any function but oasis_cancel_free. Long work polls the
 * flag every 100 ms at most and then returns OASIS_ERR_CANCELLED. */
typedef struct OasisCancel OasisCancel;

/* Makes an untriggered flag, or returns NULL without memory. It counts as triggered, too, once
 * `parent` is (borrowed, must live longer; may be NULL). */
OASIS_API OasisCancel *oasis_cancel_new(const OasisCancel *parent);

/* Frees *cancel and sets it to NULL. A pointer to NULL is fine. */
OASIS_API void oasis_cancel_free(OasisCancel **cancel);

/* Triggers the flag, for good. Async-signal-safe. */
OASIS_API void oasis_cancel_trigger(OasisCancel *cancel);

/* Whether the flag or its parent has been triggered; false for NULL. */
OASIS_API bool oasis_cancel_is_triggered(const OasisCancel *cancel);

#ifdef __cplusplus
}
#endif
