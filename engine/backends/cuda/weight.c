/* Weights: rows of the back end's dtype, each of a stride that 16-byte loads like, zeros behind.
 * A convolution's row is (ky, kx, in) with the input channel fastest, as images have it; the others
 * keep the order of the file.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "backends/cuda/cuda.h"
#include "oasis/status.h"
#include "ops/element.h"

enum { STRIDE_UNIT = 8 };

static int taps(const OasisWeightDesc *desc)
{
    switch (desc->kind) {
    case OASIS_WEIGHT_LINEAR: return 1;
    case OASIS_WEIGHT_CONV2D: return desc->kernel * desc->kernel;
    case OASIS_WEIGHT_TEMPORAL: return 3;
    }
    return 0;
}

/* Where column `column` of the packed row lies in that of the file. */
static int source_column(const OasisWeightDesc *desc, int column)
{
    if (desc->kind != OASIS_WEIGHT_CONV2D) {
        return column;
    }
    return column % desc->in * taps(desc) + column / desc->in;
}

static OasisStatus pack(OasisBackend *backend, const OasisWeightDesc *desc, OasisWeight *self,
                        OasisError *err)
{
    size_t element = oasis_dtype_bytes(backend->dtype);
    size_t bytes = (size_t)self->rows * (size_t)self->stride * element;
    void *packed = calloc(1, bytes);
    OasisBuffer on_card = {0};
    OasisStatus status;

    if (!packed) {
        return oasis_fail_memory(err, backend->info.name);
    }
    for (int row = 0; row < self->rows; row++) {
        size_t from = (size_t)row * (size_t)self->columns, to = (size_t)row * (size_t)self->stride;
        for (int column = 0; column < self->columns; column++) {
            oasis_store(packed, backend->dtype, to + (size_t)column,
                        oasis_load(desc->data, desc->dtype,
                                   from + (size_t)source_column(desc, column)));
        }
    }
    on_card.address = self->address;
    status = oasis_cuda_upload(backend, (OasisTensor){&on_card, 0, backend->dtype}, packed, bytes,
                               err);
    free(packed);
    return status;
}

static OasisStatus fill(OasisBackend *backend, const OasisWeightDesc *desc, OasisWeight *self,
                        OasisError *err)
{
    OasisCudaBackend *cuda;

    self->desc = *desc;
    self->desc.data = NULL;
    self->desc.dtype = backend->dtype;
    self->rows = desc->out;
    self->columns = desc->in * taps(desc);
    self->stride = (self->columns + STRIDE_UNIT - 1) / STRIDE_UNIT * STRIDE_UNIT;
    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_TRY(cuda->driver, mem_alloc, &self->address,
                   (size_t)self->rows * (size_t)self->stride * oasis_dtype_bytes(backend->dtype));
    return pack(backend, desc, self, err);
}

OasisStatus oasis_cuda_weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                                  OasisWeight **weight, OasisError *err)
{
    OasisWeight *self = calloc(1, sizeof *self);
    OasisStatus status = self ? fill(backend, desc, self, err)
                              : oasis_fail_memory(err, backend->info.name);

    if (status != OASIS_OK) {
        oasis_cuda_weight_free(backend, self);
        return status;
    }
    *weight = self;
    return OASIS_OK;
}

void oasis_cuda_weight_free(OasisBackend *backend, OasisWeight *weight)
{
    OasisCudaBackend *cuda;

    if (!weight) {
        return;
    }
    if (weight->address && oasis_cuda_enter(backend, &cuda, NULL) == OASIS_OK) {
        cuda->driver->mem_free(weight->address);
    }
    free(weight);
}
