/* fold.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>

#include "backends/cuda/ops/tiles.h"

enum { THREADS = 128, PIXELS = 32 }; /* across a block */

OasisStatus oasis_cuda_fold(OasisBackend *backend, const OasisFoldArgs *a, OasisError *err)
{
    OasisCudaBackend *cuda;
    const int side = a->space * a->patch;
    const unsigned tokens = (unsigned)(PIXELS / side);
    const size_t elements = (size_t)a->grid.f * (size_t)a->grid.h * (size_t)a->grid.w * 3 *
                            (size_t)(a->time * side * side); /* of a tile */
    OasisCudaFold params = {
        .image = oasis_cuda_at(a->image),
        .height = a->height,
        .width = a->width,
        .f = a->grid.f,
        .h = a->grid.h,
        .w = a->grid.w,
        .aligned = oasis_cuda_aligned(oasis_cuda_at(a->out), 16),
    };
    char name[64];
    int count;

    assert(a->time == 4 && (a->space == 2 || a->space == 8) && (a->patch == 1 || a->patch == 2));
    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_NAME(name, "fold_%d_%d_%s", a->space, a->patch, oasis_cuda_suffix(a->out.dtype));
    for (int first = 0; first < a->n_tiles; first += count) {
        count = oasis_cuda_take_tiles(a->tiles + first, a->n_tiles - first, params.tiles);
        params.out = oasis_cuda_at(oasis_tensor_at(a->out, (size_t)first * elements));
        OASIS_TRY(oasis_cuda_launch(cuda, name,
                                    (OasisCudaGrid){((unsigned)a->grid.w + tokens - 1) / tokens,
                                                    (unsigned)(a->grid.f * a->grid.h),
                                                    (unsigned)count},
                                    THREADS, 0, &params, err));
    }
    return OASIS_OK;
}
