/* time_up.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "backends/cuda/ops/launch.h"

OasisStatus oasis_cuda_time_up(OasisBackend *backend, const OasisTimeUpArgs *a, OasisError *err)
{
    OasisCudaBackend *cuda;
    const unsigned element = (unsigned)oasis_dtype_bytes(a->x.dtype);
    const unsigned bytes = (unsigned)a->channels * element;
    const bool vectors = bytes % 16 == 0 && oasis_cuda_aligned(oasis_cuda_at(a->x), 16) &&
                         oasis_cuda_aligned(oasis_cuda_at(a->out), 16);
    const unsigned unit = vectors ? 16 : element;
    const OasisCudaTimeUp params = {
        .x = oasis_cuda_at(a->x),
        .out = oasis_cuda_at(a->out),
        .positions = a->positions,
        .units = oasis_cuda_divisor(bytes / unit),
    };
    char name[64];

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_NAME(name, "time_up_%u", unit);
    return oasis_cuda_launch(cuda, name,
                             (OasisCudaGrid){oasis_cuda_blocks_of(a->positions * (bytes / unit)),
                                             (unsigned)(2 * a->frames - 1), 1},
                             OASIS_CUDA_THREADS, 0, &params, err);
}
