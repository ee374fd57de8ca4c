/* norm_rope.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

static const OasisCudaRows *choose(const OasisNormRopeArgs *a, const OasisCudaNormRope *params)
{
    static const OasisCudaRows kernels[] = {
        {256, "256", 32, 4}, {768, "768", 8, 2}, {1536, "1536", 8, 1}, {0, "any", 8, 4},
    };
    const bool vectors = a->d % 8 == 0 && a->stride % 8 == 0 && oasis_cuda_aligned(params->x, 16) &&
                         oasis_cuda_aligned(params->gain, 16) &&
                         oasis_cuda_aligned(params->tables, 8);

    return oasis_cuda_rows_for(kernels, a->d, vectors);
}

OasisStatus oasis_cuda_norm_rope(OasisBackend *backend, const OasisNormRopeArgs *a,
                                 OasisError *err)
{
    OasisCudaBackend *cuda;
    OasisCudaNormRope params = {
        .x = oasis_cuda_at(a->x),
        .gain = oasis_cuda_at(a->gain),
        .tables = oasis_cuda_at(a->tables),
        .stride = a->stride,
        .n = a->n,
        .d = a->d,
        .head_dim = a->rotate ? a->d / a->heads : a->d,
        .eps = a->eps,
        .rotate = a->rotate,
        .f = a->grid.f,
        .h = a->grid.h,
        .pairs = {a->pairs[0], a->pairs[1], a->pairs[2]},
        .evenly = (a->pairs[0] | a->pairs[1] | a->pairs[2]) % 2 == 0 &&
                  oasis_cuda_aligned(oasis_cuda_at(a->tables), 16),
    };
    const OasisCudaRows *kernel = choose(a, &params);
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    if (a->rotate) {
        params.tokens = oasis_cuda_divisor((uint32_t)(a->grid.f * a->grid.h * a->grid.w));
        params.frame = oasis_cuda_divisor((uint32_t)(a->grid.h * a->grid.w));
        params.width = oasis_cuda_divisor((uint32_t)a->grid.w);
    }
    OASIS_CUDA_NAME(name, "norm_rope_%s_%s", kernel->name, oasis_cuda_suffix(a->x.dtype));
    return oasis_cuda_launch(cuda, name,
                             oasis_cuda_rows_grid(cuda, kernel, a->n),
                             OASIS_CUDA_THREADS, 0, &params, err);
}
