/* The input of a causal mix over time: for each position its frames one after the other, activated,
 * with the two before the first in front, so that the three frames of any output lie in a row.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/kernels/silu.h"
#include "ops/reference.h"

static inline size_t history_bytes(const OasisTemporalArgs *a)
{
    return ((size_t)a->frames + 2) * a->in * oasis_dtype_bytes(a->x.dtype);
}

/* `count` positions from `first` on, history_bytes each. Frames come one after the other, since the
 * positions of each lie side by side. */
INLINE void history_gather(const OasisTemporalArgs *a, size_t first, size_t count, OasisDType dtype,
                           char *to)
{
    const void *x = oasis_tensor_host(a->x);
    size_t in = a->in, row = history_bytes(a), bytes = in * oasis_dtype_bytes(dtype);

    for (int t = 0; t < a->frames; t++) {
        for (size_t i = 0; i < count; i++) {
            silu_run(x, (t * a->positions + first + i) * in, to + i * row, (t + 2) * in, dtype, in,
                     a->silu_input);
        }
    }
    for (char *end = to + count * row; to < end; to += row) {
        if (a->history == OASIS_HISTORY_ZERO) {
            memset(to, 0, 2 * bytes);
        } else {
            memcpy(to, to + 2 * bytes, bytes);
            memcpy(to + bytes, to + 2 * bytes, bytes);
        }
    }
}
