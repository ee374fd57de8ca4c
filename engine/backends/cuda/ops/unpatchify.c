/* unpatchify.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/tiles.h"

/* Sets the rows and columns of the latent that tiles lie over. */
static void bound(OasisCudaUnpatchify *params)
{
    int top = INT32_MAX, left = INT32_MAX, bottom = 0, right = 0;

    for (int i = 0; i < params->n_tiles; i++) {
        const OasisCudaTile *tile = &params->tiles[i];
        top = tile->h0 < top ? tile->h0 : top;
        left = tile->w0 < left ? tile->w0 : left;
        bottom = tile->h0 + params->h > bottom ? tile->h0 + params->h : bottom;
        right = tile->w0 + params->w > right ? tile->w0 + params->w : right;
    }
    params->row0 = top * params->patch;
    params->column0 = left * params->patch;
    params->rows = (bottom - top) * params->patch;
    params->columns = (right - left) * params->patch;
}

OasisStatus oasis_cuda_unpatchify(OasisBackend *backend, const OasisUnpatchifyArgs *a,
                                  OasisError *err)
{
    OasisCudaBackend *cuda;
    const size_t elements = (size_t)a->grid.f * (size_t)a->grid.h * (size_t)a->grid.w *
                            (size_t)(a->patch * a->patch * a->channels); /* of a tile */
    const bool vectors = a->channels % 4 == 0 && oasis_cuda_aligned(oasis_cuda_at(a->x), 16) &&
                         oasis_cuda_aligned(oasis_cuda_at(a->latent), 16);
    const unsigned items = (unsigned)(vectors ? a->channels / 4 : a->channels);
    OasisCudaUnpatchify params = {
        .wy = oasis_cuda_at(a->wy),
        .wx = oasis_cuda_at(a->wx),
        .latent = oasis_cuda_at(a->latent),
        .height = a->height,
        .width = a->width,
        .channels = a->channels,
        .patch = a->patch,
        .f = a->grid.f,
        .h = a->grid.h,
        .w = a->grid.w,
        .vectors = oasis_cuda_divisor(items),
    };
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_NAME(name, "unpatchify_%s_%s", vectors ? "vectors" : "any",
                    oasis_cuda_suffix(a->x.dtype));
    for (int first = 0; first < a->n_tiles; first += params.n_tiles) {
        params.n_tiles = oasis_cuda_take_tiles(a->tiles + first, a->n_tiles - first, params.tiles);
        params.x = oasis_cuda_at(oasis_tensor_at(a->x, (size_t)first * elements));
        bound(&params);
        OASIS_TRY(oasis_cuda_launch(
            cuda, name,
            (OasisCudaGrid){oasis_cuda_blocks_of((uint64_t)params.columns * items),
                            (unsigned)params.rows, (unsigned)a->grid.f},
            OASIS_CUDA_THREADS, 0, &params, err));
    }
    return OASIS_OK;
}
