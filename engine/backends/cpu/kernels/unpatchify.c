/* Unpatchify: tile by tile, since they overlap, and rows of tokens in parallel, of which no two
 * write to the same place of the latent image.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"

INLINE void add_run(float *to, const void *x, OasisDType dtype, size_t from, int n, float weight)
{
    int c = 0;

    for (; c + LANES <= n; c += LANES) {
        vec_store(to + c, vec_load(to + c) + weight * vec_load_as(x, dtype, from + c));
    }
    for (; c < n; c++) {
        to[c] += weight * oasis_load(x, dtype, from + c);
    }
}

INLINE void add_token(const OasisUnpatchifyArgs *a, const OasisTile *tile, int f, int h, int w,
                      size_t from, OasisDType dtype)
{
    const void *x = oasis_tensor_host(a->x);
    const float *wy = (float *)oasis_tensor_host(a->wy) + tile->row * a->grid.h * a->patch;
    const float *wx = (float *)oasis_tensor_host(a->wx) + tile->column * a->grid.w * a->patch;
    float *latent = oasis_tensor_host(a->latent);

    for (int ph = 0; ph < a->patch; ph++) {
        for (int pw = 0; pw < a->patch; pw++, from += a->channels) {
            size_t row = (size_t)f * a->height + (tile->h0 + h) * a->patch + ph;
            size_t column = (size_t)(tile->w0 + w) * a->patch + pw;
            add_run(latent + (row * a->width + column) * a->channels, x, dtype, from, a->channels,
                    wy[h * a->patch + ph] * wx[w * a->patch + pw]);
        }
    }
}

INLINE void add_row(const OasisUnpatchifyArgs *a, int tile, int row, OasisDType dtype)
{
    size_t each = (size_t)a->patch * a->patch * a->channels;
    size_t first = ((size_t)tile * a->grid.f * a->grid.h + row) * a->grid.w;

    for (int w = 0; w < a->grid.w; w++) {
        add_token(a, &a->tiles[tile], row / a->grid.h, row % a->grid.h, w, (first + w) * each,
                  dtype);
    }
}

OasisStatus KERNEL(unpatchify)(OasisBackend *backend, const OasisUnpatchifyArgs *a,
                               OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    int rows = a->grid.f * a->grid.h;

    for (int tile = 0; tile < a->n_tiles; tile++) {
#pragma omp parallel for num_threads(cpu->threads)
        for (int row = 0; row < rows; row++) {
            if (a->x.dtype == OASIS_BF16) {
                add_row(a, tile, row, OASIS_BF16);
            } else {
                add_row(a, tile, row, OASIS_F32);
            }
        }
    }
    return OASIS_OK;
}
