/* layer_norm.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

/* Kernels by the longest row that they take, the rows that a block has at a time, and the blocks of
 * a multiprocessor, which stay for all rows. */
typedef struct Variant {
    int longest;
    const char *name;
    unsigned rows, blocks;
} Variant;

static const Variant variants[] = {{256, "256", 16, 4}, {512, "512", 8, 3}, {1536, "1536", 8, 1}};
static const Variant any = {0, "any", 8, 4};

static const Variant *variant(const OasisLayerNormArgs *a, const OasisCudaLayerNorm *params)
{
    if (a->d % 4 || !oasis_cuda_aligned(params->x, 16) || !oasis_cuda_aligned(params->gain, 16) ||
        !oasis_cuda_aligned(params->shift, 16) || !oasis_cuda_aligned(params->out, 16)) {
        return &any;
    }
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        if (a->d <= variants[i].longest) {
            return &variants[i];
        }
    }
    return &any;
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
    const Variant *kernel = variant(a, &params);
    unsigned limit;
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    limit = kernel->blocks * (unsigned)cuda->multiprocessors;
    OASIS_CUDA_NAME(name, "layer_norm_%s_%s", kernel->name,
                    oasis_cuda_suffix(a->out.dtype));
    return oasis_cuda_launch(cuda, name,
                             (OasisCudaGrid){oasis_cuda_blocks((uint64_t)a->n, kernel->rows, limit),
                                             1, 1},
                             OASIS_CUDA_THREADS, 0, &params, err);
}
