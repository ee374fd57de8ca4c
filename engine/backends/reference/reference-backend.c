/* The back end whose table is the reference operations: one thread, host memory, and slow. It shows
 * what every other back end must compute, and tests run on it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "backends/host.h"
#include "backends/registry.h"
#include "oasis/status.h"
#include "ops/element.h"

static size_t weight_elements(const OasisWeightDesc *desc)
{
    size_t matrix = (size_t)desc->out * desc->in;

    switch (desc->kind) {
    case OASIS_WEIGHT_LINEAR: return matrix;
    case OASIS_WEIGHT_CONV2D: return matrix * desc->kernel * desc->kernel;
    case OASIS_WEIGHT_TEMPORAL: return matrix * 3;
    }
    return 0;
}

static void weight_free(OasisBackend *backend, OasisWeight *weight)
{
    OasisReferenceWeight *self = (OasisReferenceWeight *)weight;

    if (!self) {
        return;
    }
    free((void *)self->desc.data);
    free(self);
}

/* Kept as F32 whatever the back end's dtype: bf16 values are exact in it. */
static OasisStatus weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                              OasisWeight **weight, OasisError *err)
{
    size_t n = weight_elements(desc);
    OasisReferenceWeight *self = calloc(1, sizeof *self);
    float *data = malloc(n * sizeof *data);

    if (!self || !data) {
        free(self);
        free(data);
        return oasis_fail_memory(err, backend->info.name);
    }
    for (size_t i = 0; i < n; i++) {
        data[i] = oasis_load(desc->data, desc->dtype, i);
    }
    self->desc = *desc;
    self->desc.dtype = OASIS_F32;
    self->desc.data = data;
    *weight = (OasisWeight *)self;
    return OASIS_OK;
}

static void destroy(OasisBackend *backend)
{
    free(backend);
}

#define REFERENCE_OP(name, args) .name = oasis_reference_##name,
static const OasisBackendClass reference_class = {
    .buffer_new = oasis_host_buffer_new,
    .buffer_free = oasis_host_buffer_free,
    .upload = oasis_host_upload,
    .download = oasis_host_download,
    .weight_new = weight_new,
    .weight_free = weight_free,
    .mark = oasis_host_mark,
    .wait = oasis_host_wait,
    .destroy = destroy,
    OASIS_OPS(REFERENCE_OP)
};
#undef REFERENCE_OP

static OasisDeviceInfo describe(void)
{
    return (OasisDeviceInfo){
        .name = "reference",
        .description = "plain C on one thread: slow, for tests",
        .usable = true,
        .dtype = OASIS_F32,
        .memory_bytes = oasis_host_memory_bytes(),
    };
}

static size_t list(OasisDeviceInfo *infos, size_t capacity)
{
    if (capacity) {
        infos[0] = describe();
    }
    return 1;
}

static OasisStatus open_reference(const char *name, OasisDType dtype, int threads,
                                  OasisBackend **backend, OasisError *err)
{
    OasisBackend *self = calloc(1, sizeof *self);

    if (!self) {
        return oasis_fail_memory(err, name);
    }
    self->klass = &reference_class;
    self->info = describe();
    self->info.dtype = dtype;
    self->dtype = dtype;
    self->tile_group = 1;
    self->slots = 1;
    self->poll_flops = 25e6; /* at some 0.5 GFLOP/s */
    *backend = self;
    return OASIS_OK;
}

const OasisBackendFamily oasis_backend_reference = {
    .name = "reference",
    .list = list,
    .open = open_reference,
};
