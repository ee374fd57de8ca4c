/* A back end that works late: calls only note what is to be done, and a wait does what was noted
 * before its ticket, nothing more. Whoever looks at a frame, drops it or writes to it before its
 * ticket gets other bytes or a failed check; what the contract lets callers release is copied.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"
#include "ops/backend.h"

typedef struct LateWork LateWork;

typedef struct LateBackend {
    OasisBackend base;
    OasisBackend *inner; /* does the work */
    LateWork *first, **end;
    OasisTicket marked, reached, good; /* the last ones; good = before any failure */
    bool spoiled;                      /* some work has failed, and what followed is not done */

    /* Countdowns: the call, or the piece of work, that finds its own at 1 fails with
     * OASIS_ERR_DEVICE; 0 = none. */
    int64_t fail_call, fail_work;
    /* Likewise, the call that triggers `cancel`. */
    int64_t cancel_call;
    OasisCancel *cancel;
    int64_t calls, works;      /* so far */
    double work_after_cancel; /* noted once `cancel` was triggered */
} LateBackend;

/* Wraps the device's back end. Closing the device checks that nobody left work that writes to host
 * memory. Export, mix and grain are for frames that it made. */
LateBackend *late_wrap(OasisDevice *device, int slots);
