/* Buffers on the card, and blocking copies to and from it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "backends/cuda/cuda.h"
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
        cuda->driver->mem_free(buffer->address); /* waits for the work on it */
    }
    free(buffer);
}

OasisStatus oasis_cuda_upload(OasisBackend *backend, OasisTensor to, const void *from,
                              size_t bytes, OasisError *err)
{
    OasisCudaBackend *cuda;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_TRY(cuda->driver, memcpy_htod_async, to.buffer->address + to.offset, from, bytes,
                   cuda->compute);
    OASIS_CUDA_TRY(cuda->driver, stream_synchronize, cuda->compute);
    return OASIS_OK;
}

OasisStatus oasis_cuda_download(OasisBackend *backend, void *to, OasisTensor from, size_t bytes,
                                OasisError *err)
{
    OasisCudaBackend *cuda;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_TRY(cuda->driver, memcpy_dtoh_async, to, from.buffer->address + from.offset, bytes,
                   cuda->compute);
    OASIS_CUDA_TRY(cuda->driver, stream_synchronize, cuda->compute);
    return OASIS_OK;
}

OasisTicket oasis_cuda_mark(OasisBackend *backend)
{
    return ++((OasisCudaBackend *)backend)->marked;
}

OasisStatus oasis_cuda_wait(OasisBackend *backend, OasisTicket ticket, OasisError *err)
{
    OasisCudaBackend *cuda;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_TRY(cuda->driver, stream_synchronize, cuda->compute);
    return OASIS_OK;
}
