/* What calls of the driver begin with, and a kernel put behind what was enqueued before.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/cuda.h"
#include "oasis/status.h"

OasisStatus oasis_cuda_enter(OasisBackend *backend, OasisCudaBackend **cuda, OasisError *err)
{
    *cuda = (OasisCudaBackend *)backend;
    OASIS_CUDA_TRY((*cuda)->driver, ctx_set_current, (*cuda)->context);
    return OASIS_OK;
}

OasisStatus oasis_cuda_launch(OasisCudaBackend *cuda, const char *name, OasisCudaGrid grid,
                              unsigned threads, size_t shared_bytes, const void *params,
                              OasisError *err)
{
    void *arguments[] = {(void *)params};
    CUfunction function;

    if (!grid.x || !grid.y || !grid.z) {
        return OASIS_OK;
    }
    OASIS_TRY(oasis_cuda_kernels_get(cuda->driver, cuda->kernels, name, shared_bytes, &function,
                                     err));
    OASIS_CUDA_TRY(cuda->driver, launch_kernel, function, grid.x, grid.y, grid.z, threads, 1, 1,
                   (unsigned)shared_bytes, cuda->compute, arguments, NULL);
    return OASIS_OK;
}
