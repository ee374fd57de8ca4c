/* Fold: tokens in parallel. The pixels of a token are read as they lie, in rows of all three
 * channels, and put where a table says; what was gathered of a channel is then stored at once.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"

enum { MAX_SQUARE = 1024 }; /* positions of space^2 * patch^2 */

/* Where each pixel of a token's square goes among the columns of its channel and frame. */
static void fill_places(const OasisFoldArgs *a, int *places)
{
    int side = a->patch * a->space;

    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            int in_space = y % a->space * a->space + x % a->space;
            int in_patch = y / a->space * a->patch + x / a->space;
            *places++ = in_space * a->patch * a->patch + in_patch;
        }
    }
}

INLINE void fold_token(const OasisFoldArgs *a, const int *places, const OasisTile *tile, int f,
                       int h, int w, OasisDType dtype, size_t at)
{
    const float *image = oasis_tensor_host(a->image);
    int side = a->patch * a->space, square = side * side;
    float channels[3][MAX_SQUARE];

    for (int dt = 0; dt < a->time; dt++, at += square) {
        int frame = f * a->time - (a->time - 1) + dt;
        size_t row = (size_t)(frame > 0 ? frame : 0) * a->height + (size_t)(tile->h0 + h) * side;
        const float *from = image + (row * a->width + (size_t)(tile->w0 + w) * side) * 3;
        for (int y = 0; y < side; y++, from += (size_t)a->width * 3) {
            for (int x = 0; x < side; x++) {
                int place = places[y * side + x];
                channels[0][place] = from[3 * x];
                channels[1][place] = from[3 * x + 1];
                channels[2][place] = from[3 * x + 2];
            }
        }
        for (int c = 0; c < 3; c++) {
            store_run(oasis_tensor_host(a->out), dtype, at + (size_t)c * a->time * square,
                      channels[c], square);
        }
    }
}

INLINE void run(const OasisFoldArgs *a, const int *places, int threads, OasisDType dtype)
{
    size_t columns = (size_t)3 * a->time * a->space * a->space * a->patch * a->patch;
    int rows = a->grid.f * a->grid.h;

#pragma omp parallel for num_threads(threads)
    for (int row = 0; row < a->n_tiles * rows; row++) {
        const OasisTile *tile = &a->tiles[row / rows];
        for (int w = 0; w < a->grid.w; w++) {
            fold_token(a, places, tile, row % rows / a->grid.h, row % a->grid.h, w, dtype,
                       ((size_t)row * a->grid.w + w) * columns);
        }
    }
}

OasisStatus KERNEL(fold)(OasisBackend *backend, const OasisFoldArgs *a, OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    int places[MAX_SQUARE];

    assert(a->space * a->space * a->patch * a->patch <= MAX_SQUARE);
    fill_places(a, places);
    if (a->out.dtype == OASIS_BF16) {
        run(a, places, cpu->threads, OASIS_BF16);
    } else {
        run(a, places, cpu->threads, OASIS_F32);
    }
    return OASIS_OK;
}
