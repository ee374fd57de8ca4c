/* SiLU elementwise: what a convolution that activates its input begins with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/kernels/kernels.h"
#include "backends/cpu/kernels/silu.h"

enum { BLOCK = 16384 };

void KERNEL(activate)(const void *x, void *out, OasisDType dtype, size_t n, int threads)
{
#pragma omp parallel for num_threads(threads)
    for (size_t i = 0; i < n; i += BLOCK) {
        size_t here = n - i < BLOCK ? n - i : BLOCK;
        if (dtype == OASIS_BF16) {
            silu_run(x, i, out, i, OASIS_BF16, here, true);
        } else {
            silu_run(x, i, out, i, OASIS_F32, here, true);
        }
    }
}
