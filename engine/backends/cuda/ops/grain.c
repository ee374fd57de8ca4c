/* grain.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/grain-formula.h"

#include <string.h>

#include "backends/cuda/ops/frame.h"

enum { THREADS = 128, EACH = 4 }; /* samples of a thread */

OasisStatus oasis_cuda_grain(OasisBackend *backend, const OasisGrainArgs *a, OasisError *err)
{
    OasisCudaBackend *cuda;
    const OasisFrameFormat *format = &a->frame->format;
    const OasisCudaPlanes planes = oasis_cuda_planes(format);
    OasisCudaStage in, out;
    OasisCudaGrain params = {
        .shape = a->grain->shape,
        .share = a->share,
        .key = oasis_grain_key(a->seed, a->number),
    };

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_TRY(oasis_cuda_stage_in(cuda, planes.bytes, &in, err));
    OASIS_TRY(oasis_cuda_pack(cuda, a->frame, &planes, in.host, err));
    OASIS_TRY(oasis_cuda_stage_send(cuda, &in, err));
    OASIS_TRY(oasis_cuda_stage_out(cuda, planes.bytes, &out, err));
    params.frame = oasis_cuda_frame(format, &planes, in.device);
    params.out = oasis_cuda_frame(format, &planes, out.device);
    memcpy(params.levels, a->grain->levels, sizeof params.levels);
    OASIS_TRY(oasis_cuda_launch(
        cuda, format->depth > 8 ? "grain_16" : "grain_8",
        (OasisCudaGrid){oasis_cuda_blocks((uint64_t)format->width, THREADS * EACH, INT32_MAX),
                        (unsigned)format->height, (unsigned)format->planes},
        THREADS, 0, &params, err));
    return oasis_cuda_stage_fetch(cuda, &out, a->frame, &planes, err);
}
