/* mix.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/ops/frame.h"

OasisStatus oasis_cuda_mix(OasisBackend *backend, const OasisMixArgs *a, OasisError *err)
{
    OasisCudaBackend *cuda;
    const OasisCudaPlanes planes = oasis_cuda_planes(&a->source->format);
    OasisCudaStage in, out;
    OasisCudaMix params = {.bytes = planes.bytes, .steps = a->steps};

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_TRY(oasis_cuda_stage_in(cuda, 2 * planes.bytes, &in, err));
    OASIS_TRY(oasis_cuda_pack(cuda, a->source, &planes, in.host, err));
    OASIS_TRY(oasis_cuda_pack(cuda, a->restored, &planes, in.host + planes.bytes, err));
    OASIS_TRY(oasis_cuda_stage_send(cuda, &in, err));
    OASIS_TRY(oasis_cuda_stage_out(cuda, planes.bytes, &out, err));
    params.source = in.device;
    params.restored = in.device + planes.bytes;
    params.out = out.device;
    OASIS_TRY(oasis_cuda_launch(cuda, a->source->format.depth > 8 ? "mix_16" : "mix_8",
                                (OasisCudaGrid){oasis_cuda_blocks_of(planes.bytes / 16), 1, 1},
                                OASIS_CUDA_THREADS, 0, &params, err));
    return oasis_cuda_stage_fetch(cuda, &out, a->source, &planes, err);
}
