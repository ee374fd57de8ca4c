/* Opening a card: its context, its stream, its kernels and the table.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "backends/cuda/family.h"
#include "backends/cuda/staging.h"
#include "backends/cuda/tables.h"
#include "oasis/status.h"

enum { MARGIN_BYTES = 128 << 20 };

static void destroy(OasisBackend *backend)
{
    OasisCudaBackend *self = (OasisCudaBackend *)backend;

    if (self->context) {
        oasis_cuda_trim(backend);
        oasis_cuda_tables_free(self);
        oasis_cuda_staging_free(self, &self->staging);
        oasis_cuda_kernels_free(self->driver, &self->kernels);
        for (int i = 0; i < OASIS_CUDA_TICKETS && self->tickets[i]; i++) {
            self->driver->event_destroy(self->tickets[i]);
        }
        if (self->compute) {
            self->driver->stream_destroy(self->compute);
        }
        self->driver->ctx_destroy(self->context);
    }
    free(self);
}

#define CUDA_OP(name, args) .name = oasis_cuda_##name,
static const OasisBackendClass cuda_class = {
    .workspace_bytes = oasis_cuda_workspace_bytes,
    .buffer_new = oasis_cuda_buffer_new,
    .buffer_free = oasis_cuda_buffer_free,
    .upload = oasis_cuda_upload,
    .download = oasis_cuda_download,
    .weight_new = oasis_cuda_weight_new,
    .weight_free = oasis_cuda_weight_free,
    .mark = oasis_cuda_mark,
    .wait = oasis_cuda_wait,
    .trim = oasis_cuda_trim,
    .destroy = destroy,
    OASIS_OPS(CUDA_OP)
};
#undef CUDA_OP

/* What a job may use: all that is free but for what the driver takes for itself as it goes. */
static OasisStatus see_memory(OasisCudaBackend *self, OasisError *err)
{
    size_t free_bytes, total;

    OASIS_CUDA_TRY(self->driver, mem_get_info, &free_bytes, &total);
    self->base.info.memory_bytes = free_bytes > MARGIN_BYTES ? free_bytes - MARGIN_BYTES : 1;
    return OASIS_OK;
}

static OasisStatus fill(OasisCudaBackend *self, const OasisCudaCard *card, OasisDType dtype,
                        OasisError *err)
{
    self->driver = card->driver;
    self->device = card->device;
    self->capability = card->capability;
    self->multiprocessors = card->multiprocessors;
    self->shared_bytes = card->shared_bytes;
    self->base.klass = &cuda_class;
    self->base.info = card->info;
    self->base.info.dtype = dtype;
    self->base.dtype = dtype;
    self->base.tile_group = 28; /* all of 1080p, a third of 4K; no more memory than fewer */
    self->base.slots = 2;
    self->base.any_band = true;
    self->base.poll_flops = 5e12; /* at some 100 TFLOP/s */
    OASIS_CUDA_TRY(self->driver, ctx_create, &self->context, 0, self->device);
    OASIS_CUDA_TRY(self->driver, stream_create, &self->compute, CU_STREAM_NON_BLOCKING);
    for (int i = 0; i < OASIS_CUDA_TICKETS; i++) {
        OASIS_CUDA_TRY(self->driver, event_create, &self->tickets[i], CU_EVENT_DISABLE_TIMING);
    }
    OASIS_TRY(oasis_cuda_staging_new(self, &self->staging, err));
    OASIS_TRY(oasis_cuda_kernels_new(self->driver, self->capability, &self->kernels, err));
    return see_memory(self, err);
}

OasisStatus oasis_cuda_open(const OasisCudaCard *card, OasisDType dtype, OasisBackend **backend,
                            OasisError *err)
{
    OasisCudaBackend *self = calloc(1, sizeof *self);
    OasisStatus status = self ? fill(self, card, dtype, err)
                              : oasis_fail_memory(err, card->info.name);

    if (status != OASIS_OK) {
        if (self) {
            destroy(&self->base);
        }
        return status;
    }
    *backend = &self->base;
    return OASIS_OK;
}
