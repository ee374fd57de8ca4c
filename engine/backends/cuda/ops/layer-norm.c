/* layer_norm.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

enum { ROWS = 8, BLOCKS_A_MULTIPROCESSOR = 8 }; /* of a block at a time; that stay for all rows */

/* Which of the kernels, by the longest row that they take. */
static const char *variant(const OasisLayerNormArgs *a, const OasisCudaLayerNorm *params)
{
    bool vectors = a->d % 4 == 0 && oasis_cuda_aligned(params->x, 16) &&
                   oasis_cuda_aligned(params->gain, 16) && oasis_cuda_aligned(params->shift, 16) &&
                   oasis_cuda_aligned(params->out, 16);

    return !vectors || a->d > 1536 ? "any" : a->d > 512 ? "1536" : a->d > 256 ? "512" : "256";
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
    unsigned limit;
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    limit = BLOCKS_A_MULTIPROCESSOR * (unsigned)cuda->multiprocessors;
    OASIS_CUDA_NAME(name, "layer_norm_%s_%s", variant(a, &params),
                    oasis_cuda_suffix(a->out.dtype));
    return oasis_cuda_launch(cuda, name,
                             (OasisCudaGrid){oasis_cuda_blocks((uint64_t)a->n, ROWS, limit), 1, 1},
                             OASIS_CUDA_THREADS, 0, &params, err);
}
