/* What a causal mix over time reads, for products of oneDNN's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/kernels/history.h"

#include "backends/cpu/kernels/kernels.h"

enum { BLOCK = 64 };

void KERNEL(history)(const OasisTemporalArgs *a, size_t first, size_t count, void *out, int threads)
{
#pragma omp parallel for num_threads(threads)
    for (size_t i = 0; i < count; i += BLOCK) {
        size_t here = count - i < BLOCK ? count - i : BLOCK;
        char *to = (char *)out + i * history_bytes(a);
        if (a->x.dtype == OASIS_BF16) {
            history_gather(a, first + i, here, OASIS_BF16, to);
        } else {
            history_gather(a, first + i, here, OASIS_F32, to);
        }
    }
}
