/* fill.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/ops/launch.h"

OasisStatus oasis_cuda_fill(OasisBackend *backend, const OasisFillArgs *a, OasisError *err)
{
    OasisCudaBackend *cuda;
    const OasisCudaFill params = {.out = oasis_cuda_at(a->out), .n = a->n, .value = a->value};
    const size_t vector = 16 / oasis_dtype_bytes(a->out.dtype);

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    return oasis_cuda_launch(cuda, a->out.dtype == OASIS_BF16 ? "fill_bf16" : "fill_f32",
                             (OasisCudaGrid){oasis_cuda_blocks_of(a->n / vector + 1), 1, 1},
                             OASIS_CUDA_THREADS, 0, &params, err);
}
