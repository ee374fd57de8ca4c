/* conv. A kernel of 1 is a product of all positions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/ops/gemm.h"

OasisStatus oasis_cuda_conv(OasisBackend *backend, const OasisConvArgs *a, OasisError *err)
{
    const OasisCudaGemm params = {
        .x = oasis_cuda_at(a->x),
        .bias = oasis_cuda_at(a->bias),
        .residual = oasis_cuda_at(a->residual),
        .out = oasis_cuda_at(a->out),
        .items = a->kernel == 1 ? 1 : a->frames,
        .height = a->kernel == 1 ? 1 : a->height,
        .width = a->kernel == 1 ? a->frames * a->height * a->width : a->width,
        .channels = a->in,
        .m = a->out_channels,
        .above = a->kernel / 2,
        .silu_input = a->silu_input,
        .activation = a->silu_output ? OASIS_CUDA_SILU : OASIS_CUDA_PLAIN,
        .wide_out = a->out.dtype == OASIS_F32,
    };

    return oasis_cuda_gemm(backend, a->weight, &params, err);
}
