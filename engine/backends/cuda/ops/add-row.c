/* add_row.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/ops/launch.h"

OasisStatus oasis_cuda_add_row(OasisBackend *backend, const OasisAddRowArgs *a, OasisError *err)
{
    OasisCudaBackend *cuda;
    OasisCudaAddRow params = {
        .x = oasis_cuda_at(a->x),
        .row = oasis_cuda_at(a->row),
        .elements = (uint64_t)a->n * (uint64_t)a->d,
    };
    bool vectors = a->d % 4 == 0 && oasis_cuda_aligned(params.x, 16) &&
                   oasis_cuda_aligned(params.row, 16) && params.elements / 4 <= INT32_MAX;
    uint64_t items = vectors ? params.elements / 4 : params.elements;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    params.d = oasis_cuda_divisor((uint32_t)(vectors ? a->d / 4 : a->d));
    return oasis_cuda_launch(cuda, vectors ? "add_row_vectors" : "add_row_any",
                             (OasisCudaGrid){oasis_cuda_blocks_of(items), 1, 1},
                             OASIS_CUDA_THREADS, 0, &params, err);
}
