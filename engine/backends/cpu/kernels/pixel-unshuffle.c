/* Space to depth: rows of the output in parallel. 7 to 10 GB/s.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"

enum { MAX_SQUARE = 256 }; /* factor^2 */

INLINE void unshuffle_row(const OasisPixelUnshuffleArgs *a, size_t row, OasisDType dtype)
{
    const float *x = oasis_tensor_host(a->x);
    int r = a->factor, rows = a->rows / r, columns = a->width / r;
    size_t to = row * columns * a->channels * r * r;
    size_t top = row / rows * a->image_height + a->row + row % rows * r;
    size_t image_row = (size_t)a->width * a->channels;
    float square[MAX_SQUARE];

    for (int column = 0; column < columns; column++) {
        for (int c = 0; c < a->channels; c++, to += (size_t)r * r) {
            const float *corner = x + top * image_row + (size_t)column * r * a->channels + c;
            int n = 0;
            for (int dy = 0; dy < r; dy++) {
                for (int dx = 0; dx < r; dx++) {
                    square[n++] = corner[dy * image_row + dx * a->channels];
                }
            }
            store_run(oasis_tensor_host(a->out), dtype, to, square, n);
        }
    }
}

OasisStatus KERNEL(pixel_unshuffle)(OasisBackend *backend, const OasisPixelUnshuffleArgs *a,
                                    OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    size_t rows = (size_t)a->frames * (a->rows / a->factor);

    assert(a->factor * a->factor <= MAX_SQUARE);

#pragma omp parallel for num_threads(cpu->threads)
    for (size_t row = 0; row < rows; row++) {
        if (a->out.dtype == OASIS_BF16) {
            unshuffle_row(a, row, OASIS_BF16);
        } else {
            unshuffle_row(a, row, OASIS_F32);
        }
    }
    return OASIS_OK;
}
