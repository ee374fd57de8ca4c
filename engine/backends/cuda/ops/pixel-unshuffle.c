/* pixel_unshuffle.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

OasisStatus oasis_cuda_pixel_unshuffle(OasisBackend *backend, const OasisPixelUnshuffleArgs *a,
                                       OasisError *err)
{
    OasisCudaBackend *cuda;
    OasisCudaPixelUnshuffle params = {
        .x = oasis_cuda_at(a->x),
        .out = oasis_cuda_at(a->out),
        .image_height = a->image_height,
        .width = a->width,
        .row = a->row,
        .rows = a->rows,
        .channels = a->channels,
        .factor = a->factor,
    };
    const bool pixels = a->channels == 3 && (a->factor == 4 || a->factor == 8) &&
                        oasis_cuda_aligned(params.x, 16) && oasis_cuda_aligned(params.out, 16);
    const unsigned items = (unsigned)(pixels ? a->factor * a->factor / 4
                                             : a->channels * a->factor * a->factor);
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    params.items = oasis_cuda_divisor(items);
    if (pixels) {
        OASIS_CUDA_NAME(name, "pixel_unshuffle_%d_%s", a->factor,
                        oasis_cuda_suffix(a->out.dtype));
    } else {
        OASIS_CUDA_NAME(name, "pixel_unshuffle_any_%s", oasis_cuda_suffix(a->out.dtype));
    }
    return oasis_cuda_launch(
        cuda, name,
        (OasisCudaGrid){oasis_cuda_blocks_of((uint64_t)(a->width / a->factor) * items),
                        (unsigned)(a->rows / a->factor), (unsigned)a->frames},
        OASIS_CUDA_THREADS, 0, &params, err);
}
