/* norm_rope.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

enum { ROWS = 8, BLOCKS_A_MULTIPROCESSOR = 8 }; /* of a block at a time; that stay for all rows */

/* Which of the kernels, by the longest row that they take. */
static const char *variant(const OasisNormRopeArgs *a, const OasisCudaNormRope *params)
{
    bool vectors = a->d % 8 == 0 && a->stride % 8 == 0 && oasis_cuda_aligned(params->x, 16) &&
                   oasis_cuda_aligned(params->gain, 16) && oasis_cuda_aligned(params->tables, 8);

    return !vectors || a->d > 1536 ? "any" : a->d > 768 ? "1536" : a->d > 256 ? "768" : "256";
}

OasisStatus oasis_cuda_norm_rope(OasisBackend *backend, const OasisNormRopeArgs *a,
                                 OasisError *err)
{
    OasisCudaBackend *cuda;
    const OasisCudaNormRope params = {
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
        .w = a->grid.w,
        .pairs = {a->pairs[0], a->pairs[1], a->pairs[2]},
    };
    unsigned limit;
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    limit = BLOCKS_A_MULTIPROCESSOR * (unsigned)cuda->multiprocessors;
    OASIS_CUDA_NAME(name, "norm_rope_%s_%s", variant(a, &params), oasis_cuda_suffix(a->x.dtype));
    return oasis_cuda_launch(cuda, name,
                             (OasisCudaGrid){oasis_cuda_blocks((uint64_t)a->n, ROWS, limit), 1, 1},
                             OASIS_CUDA_THREADS, 0, &params, err);
}
