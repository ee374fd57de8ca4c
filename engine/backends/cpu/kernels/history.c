/* The input of a causal mix over time: for each position its frames one after the other, activated,
 * with the two before the first in front, so that the three frames of any output lie in a row.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/kernels/kernels.h"
#include "backends/cpu/kernels/silu.h"
#include "ops/reference.h"

/* Position `position` of x to `to`: frames + 2 runs of `in` elements. */
INLINE void gather(const OasisTemporalArgs *a, size_t position, OasisDType dtype, char *to)
{
    const void *x = oasis_tensor_host(a->x);
    size_t in = a->in, bytes = in * oasis_dtype_bytes(dtype);

    for (int t = 0; t < a->frames; t++) {
        silu_run(x, (t * a->positions + position) * in, to, (t + 2) * in, dtype, in,
                 a->silu_input);
    }
    if (a->history == OASIS_HISTORY_ZERO) {
        memset(to, 0, 2 * bytes);
    } else {
        memcpy(to, to + 2 * bytes, bytes);
        memcpy(to + bytes, to + 2 * bytes, bytes);
    }
}

void KERNEL(history)(const OasisTemporalArgs *a, size_t first, size_t count, void *out, int threads)
{
    size_t bytes = ((size_t)a->frames + 2) * a->in * oasis_dtype_bytes(a->x.dtype);

#pragma omp parallel for num_threads(threads)
    for (size_t i = 0; i < count; i++) {
        if (a->x.dtype == OASIS_BF16) {
            gather(a, first + i, OASIS_BF16, (char *)out + i * bytes);
        } else {
            gather(a, first + i, OASIS_F32, (char *)out + i * bytes);
        }
    }
}
