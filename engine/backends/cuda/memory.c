/* Memory on the card, and plain copies to and from it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "backends/cuda/staging.h"
#include "oasis/status.h"

static OasisStatus fill(OasisCudaBackend *cuda, OasisBuffer *self, size_t bytes, OasisError *err)
{
    OASIS_CUDA_TRY(cuda->driver, mem_alloc, &self->address, bytes + !bytes);
    self->bytes = bytes;
    return OASIS_OK;
}

OasisStatus oasis_cuda_buffer_new(OasisBackend *backend, size_t bytes, OasisBuffer **buffer,
                                  OasisError *err)
{
    OasisCudaBackend *cuda;
    OasisBuffer *self;
    OasisStatus status;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    self = calloc(1, sizeof *self);
    status = self ? fill(cuda, self, bytes, err) : oasis_fail_memory(err, backend->info.name);
    if (status != OASIS_OK) {
        free(self);
        return status;
    }
    *buffer = self;
    return OASIS_OK;
}

void oasis_cuda_buffer_free(OasisBackend *backend, OasisBuffer *buffer)
{
    OasisCudaBackend *cuda;

    if (oasis_cuda_enter(backend, &cuda, NULL) == OASIS_OK) {
        cuda->driver->stream_synchronize(cuda->compute);
        cuda->driver->mem_free(buffer->address);
    }
    free(buffer);
}

OasisStatus oasis_cuda_upload(OasisBackend *backend, OasisTensor to, const void *from,
                              size_t bytes, OasisError *err)
{
    OasisCudaBackend *cuda;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    /* What is not pinned the driver has read when it returns. */
    OASIS_CUDA_TRY(cuda->driver, memcpy_htod_async, to.buffer->address + to.offset, from, bytes,
                   cuda->compute);
    return OASIS_OK;
}

OasisStatus oasis_cuda_download(OasisBackend *backend, void *to, OasisTensor from, size_t bytes,
                                OasisError *err)
{
    OasisCudaBackend *cuda;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    /* What is not pinned the driver has filled when it returns. */
    OASIS_CUDA_TRY(cuda->driver, memcpy_dtoh_async, to, from.buffer->address + from.offset, bytes,
                   cuda->compute);
    return OASIS_OK;
}

static void release_scratch(OasisCudaBackend *cuda)
{
    if (cuda->scratch) {
        cuda->driver->stream_synchronize(cuda->compute);
        cuda->driver->mem_free(cuda->scratch);
    }
    cuda->scratch = 0;
    cuda->scratch_bytes = 0;
}

OasisStatus oasis_cuda_scratch(OasisCudaBackend *cuda, size_t bytes, void **address,
                               OasisError *err)
{
    if (bytes > cuda->scratch_bytes) {
        release_scratch(cuda);
        OASIS_CUDA_TRY(cuda->driver, mem_alloc, &cuda->scratch, bytes);
        cuda->scratch_bytes = bytes;
    }
    *address = (void *)(uintptr_t)cuda->scratch;
    return OASIS_OK;
}

void oasis_cuda_trim(OasisBackend *backend)
{
    OasisCudaBackend *cuda;

    if (oasis_cuda_enter(backend, &cuda, NULL) == OASIS_OK) {
        release_scratch(cuda);
        if (cuda->staging) {
            oasis_cuda_staging_trim(cuda);
        }
    }
}
