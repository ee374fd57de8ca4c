/* fill.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/cuda.h"
#include "backends/cuda/kernels/params.h"

enum { THREADS = 256, BLOCKS_A_MULTIPROCESSOR = 8 };

OasisStatus oasis_cuda_fill(OasisBackend *backend, const OasisFillArgs *a, OasisError *err)
{
    OasisCudaBackend *cuda;
    unsigned limit;
    const OasisCudaFill params = {.out = oasis_cuda_at(a->out), .n = a->n, .value = a->value};

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    limit = BLOCKS_A_MULTIPROCESSOR * (unsigned)cuda->multiprocessors;
    return oasis_cuda_launch(cuda, a->out.dtype == OASIS_BF16 ? "fill_bf16" : "fill_f32",
                             (OasisCudaGrid){oasis_cuda_blocks(a->n, THREADS, limit), 1, 1},
                             THREADS, 0, &params, err);
}
