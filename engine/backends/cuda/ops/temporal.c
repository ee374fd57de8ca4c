/* temporal: an image whose rows are frames, on which a kernel of 3 x 1 ends at its position.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/ops/gemm.h"

OasisStatus oasis_cuda_temporal(OasisBackend *backend, const OasisTemporalArgs *a, OasisError *err)
{
    const OasisCudaGemm params = {
        .x = oasis_cuda_at(a->x),
        .bias = oasis_cuda_at(a->bias),
        .residual = a->add_input ? oasis_cuda_at(a->x) : NULL,
        .out = oasis_cuda_at(a->out),
        .items = 1,
        .height = a->frames,
        .width = (int)a->positions,
        .channels = a->in,
        .m = a->out_channels,
        .above = 2,
        .repeat = a->history == OASIS_HISTORY_REPEAT,
        .silu_input = a->silu_input,
    };

    return oasis_cuda_gemm(backend, a->weight, &params, err);
}
