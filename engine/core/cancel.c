/* A flag that stops a job.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/cancel.h"

#include <stdatomic.h>
#include <stdlib.h>

struct OasisCancel {
    atomic_bool triggered;
    const OasisCancel *parent; /* borrowed */
};

/* A signal handler may trigger only what needs no lock. */
_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "atomic_bool takes a lock");

OasisCancel *oasis_cancel_new(const OasisCancel *parent)
{
    OasisCancel *cancel = malloc(sizeof *cancel);

    if (cancel) {
        atomic_init(&cancel->triggered, false);
        cancel->parent = parent;
    }
    return cancel;
}

void oasis_cancel_free(OasisCancel **cancel)
{
    free(*cancel);
    *cancel = NULL;
}

void oasis_cancel_trigger(OasisCancel *cancel)
{
    atomic_store(&cancel->triggered, true);
}

bool oasis_cancel_is_triggered(const OasisCancel *cancel)
{
    for (; cancel; cancel = cancel->parent) {
        if (atomic_load(&cancel->triggered)) {
            return true;
        }
    }
    return false;
}
