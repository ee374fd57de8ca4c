/* Weights, each packed for the kernel that serves it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "backends/cuda/cuda.h"
#include "backends/cuda/ops/gemm.h"
#include "oasis/status.h"

static OasisStatus pack(OasisBackend *backend, const OasisWeightDesc *desc, OasisWeight *self,
                        OasisError *err)
{
    size_t bytes = oasis_cuda_gemm_bytes(self->tile, desc);
    void *packed = malloc(bytes);
    OasisBuffer on_card = {0};
    OasisStatus status;

    if (!packed) {
        return oasis_fail_memory(err, backend->info.name);
    }
    oasis_cuda_gemm_pack(self->tile, desc, packed);
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
    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    self->tile = oasis_cuda_gemm_tile(cuda, desc);
    OASIS_CUDA_TRY(cuda->driver, mem_alloc, &self->address,
                   oasis_cuda_gemm_bytes(self->tile, desc));
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
