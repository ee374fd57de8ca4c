/* What follows a matrix product or convolution where oneDNN has no fast one with it fused: rows in
 * parallel.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/kernels/finish.h"

void KERNEL(finish)(const OasisCpuFinish *f, const float *y, int threads)
{
#pragma omp parallel for num_threads(threads)
    for (size_t row = 0; row < f->rows; row++) {
        finish_run(f, row, 0, f->columns, y + row * f->columns);
    }
}
