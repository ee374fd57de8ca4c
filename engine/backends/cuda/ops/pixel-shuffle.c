/* pixel_shuffle.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

OasisStatus oasis_cuda_pixel_shuffle(OasisBackend *backend, const OasisPixelShuffleArgs *a,
                                     OasisError *err)
{
    OasisCudaBackend *cuda;
    OasisCudaPixelShuffle params = {
        .x = oasis_cuda_at(a->x),
        .residual = oasis_cuda_at(a->residual),
        .out = oasis_cuda_at(a->out),
        .height = a->height,
        .width = a->width,
        .channels = a->channels,
        .factor = a->factor,
    };
    const bool aligned = oasis_cuda_aligned(params.x, 16) && oasis_cuda_aligned(params.out, 16) &&
                         oasis_cuda_aligned(params.residual, 16);
    const bool pairs = aligned && a->factor == 2 && a->channels % 2 == 0;
    const bool pixels = aligned && a->factor == 4 && a->channels == 3;
    unsigned items = (unsigned)(a->channels * a->factor * a->factor); /* of a pixel */
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    items = pairs ? (unsigned)a->channels / 2 : pixels ? 4 : items;
    params.items = oasis_cuda_divisor(items);
    OASIS_CUDA_NAME(name, "pixel_shuffle_%s_%s_%s", pairs ? "pairs" : pixels ? "pixels" : "any",
                    oasis_cuda_suffix(a->x.dtype), oasis_cuda_suffix(a->out.dtype));
    return oasis_cuda_launch(cuda, name,
                             (OasisCudaGrid){oasis_cuda_blocks_of((uint64_t)a->width * items),
                                             (unsigned)a->height, (unsigned)a->frames},
                             OASIS_CUDA_THREADS, 0, &params, err);
}
