/* Places in memory that processors and devices load well.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

enum {
    OASIS_HOST_ALIGNMENT = 64,    /* a cache line, and the widest vector of a processor */
    OASIS_TENSOR_ALIGNMENT = 256, /* of tensors in a buffer: what devices load at once */
};

/* bytes, rounded up to whole units of the alignment. */
static inline size_t oasis_align_host(size_t bytes)
{
    return (bytes + OASIS_HOST_ALIGNMENT - 1) / OASIS_HOST_ALIGNMENT * OASIS_HOST_ALIGNMENT;
}

static inline size_t oasis_align_tensor(size_t bytes)
{
    return (bytes + OASIS_TENSOR_ALIGNMENT - 1) / OASIS_TENSOR_ALIGNMENT * OASIS_TENSOR_ALIGNMENT;
}
