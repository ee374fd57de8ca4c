/* combine.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

enum { EACH = 8 }; /* elements of a thread */

OasisStatus oasis_cuda_combine(OasisBackend *backend, const OasisCombineArgs *a, OasisError *err)
{
    OasisCudaBackend *cuda;
    OasisDType b = a->b.buffer ? a->b.dtype : OASIS_F32;
    OasisCudaCombine params = {
        .a = oasis_cuda_at(a->a),
        .b = oasis_cuda_at(a->b),
        .out = oasis_cuda_at(a->out),
        .n = a->n,
        .alpha = a->alpha,
        .beta = a->beta,
    };
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    params.aligned = oasis_cuda_aligned(params.a, 16) && oasis_cuda_aligned(params.b, 16) &&
                     oasis_cuda_aligned(params.out, 16);
    OASIS_CUDA_NAME(name, "combine_%s_%s_%s", oasis_cuda_suffix(a->a.dtype), oasis_cuda_suffix(b),
                    oasis_cuda_suffix(a->out.dtype));
    return oasis_cuda_launch(cuda, name,
                             (OasisCudaGrid){oasis_cuda_blocks_of((a->n + EACH - 1) / EACH), 1, 1},
                             OASIS_CUDA_THREADS, 0, &params, err);
}
