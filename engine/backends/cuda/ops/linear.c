/* linear: an image of one row.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/ops/gemm.h"

static OasisCudaActivation activation(OasisEpilogue epilogue)
{
    switch (epilogue) {
    case OASIS_EPILOGUE_GELU: return OASIS_CUDA_GELU;
    case OASIS_EPILOGUE_SILU: return OASIS_CUDA_SILU;
    case OASIS_EPILOGUE_NONE:
    case OASIS_EPILOGUE_ADD: break;
    }
    return OASIS_CUDA_PLAIN;
}

OasisStatus oasis_cuda_linear(OasisBackend *backend, const OasisLinearArgs *a, OasisError *err)
{
    const OasisCudaGemm params = {
        .x = oasis_cuda_at(a->x),
        .bias = oasis_cuda_at(a->bias),
        .gate = oasis_cuda_at(a->gate),
        .residual = a->epilogue == OASIS_EPILOGUE_ADD ? oasis_cuda_at(a->out) : NULL,
        .out = oasis_cuda_at(a->out),
        .items = 1,
        .height = 1,
        .width = a->n,
        .channels = a->k,
        .m = a->m,
        .activation = activation(a->epilogue),
        .wide_residual = true,
        .wide_out = a->out.dtype == OASIS_F32,
    };

    return oasis_cuda_gemm(backend, a->weight, &params, err);
}
