/* layer_norm.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

static const OasisCudaRows *choose(const OasisLayerNormArgs *a, const OasisCudaLayerNorm *params)
{
    static const OasisCudaRows kernels[] = {
        {256, "256", 16, 4}, {512, "512", 8, 3}, {1536, "1536", 8, 1}, {0, "any", 8, 4},
    };
    const bool vectors = a->d % 4 == 0 && oasis_cuda_aligned(params->x, 16) &&
                         oasis_cuda_aligned(params->gain, 16) &&
                         oasis_cuda_aligned(params->shift, 16) &&
                         oasis_cuda_aligned(params->out, 16);

    return oasis_cuda_rows_for(kernels, a->d, vectors);
}

OasisStatus oasis_cuda_layer_norm(OasisBackend *backend, const OasisLayerNormArgs *a,
                                  OasisError *err)
{
    OasisCudaBackend *cuda;
    const OasisCudaLayerNorm params = {
        .x = oasis_cuda_at(a->x),
        .gain = oasis_cuda_at(a->gain),
        .shift = oasis_cuda_at(a->shift),
        .out = oasis_cuda_at(a->out),
        .n = a->n,
        .d = a->d,
        .eps = a->eps,
    };
    const OasisCudaRows *kernel = choose(a, &params);
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_NAME(name, "layer_norm_%s_%s", kernel->name,
                    oasis_cuda_suffix(a->out.dtype));
    return oasis_cuda_launch(cuda, name,
                             oasis_cuda_rows_grid(cuda, kernel, a->n),
                             OASIS_CUDA_THREADS, 0, &params, err);
}
