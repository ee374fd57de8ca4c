/* Weights: packed once, when they are made, for a problem of the usual size; all later problems of
 * that weight are asked to take the same layout. One that cannot gets a second copy.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "backends/cpu/onednn.h"
#include "core/align.h"
#include "oasis/status.h"

typedef struct Packing {
    struct Packing *next;
    dnnl_memory_desc_t layout;
    void *data;
} Packing;

struct OasisWeight {
    Packing *packings; /* the first one made stands first */
};

static void packing_free(Packing *packing)
{
    if (!packing) {
        return;
    }
    dnnl_memory_desc_destroy(packing->layout);
    free(packing->data);
    free(packing);
}

void oasis_cpu_weight_free(OasisBackend *backend, OasisWeight *weight)
{
    if (!weight) {
        return;
    }
    while (weight->packings) {
        Packing *next = weight->packings->next;
        packing_free(weight->packings);
        weight->packings = next;
    }
    free(weight);
}

static dnnl_status_t reorder(OasisCpuBackend *cpu, const_dnnl_memory_desc_t from, const void *data,
                             const_dnnl_memory_desc_t to, void *packed)
{
    dnnl_primitive_desc_t desc = NULL;
    dnnl_primitive_t primitive = NULL;
    dnnl_memory_t source = NULL, target = NULL;
    dnnl_status_t status;

    if ((status = dnnl_memory_create(&source, from, cpu->engine, (void *)data)) ||
        (status = dnnl_memory_create(&target, to, cpu->engine, packed)) ||
        (status = dnnl_reorder_primitive_desc_create(&desc, from, cpu->engine, to, cpu->engine,
                                                     NULL)) ||
        (status = dnnl_primitive_create(&primitive, desc))) {
        goto done;
    }
    status = dnnl_primitive_execute(primitive, cpu->stream, 2, (dnnl_exec_arg_t[]){
        {DNNL_ARG_FROM, source}, {DNNL_ARG_TO, target}});
    if (status == dnnl_success) {
        status = dnnl_stream_wait(cpu->stream);
    }
done:
    dnnl_primitive_destroy(primitive);
    dnnl_primitive_desc_destroy(desc);
    dnnl_memory_destroy(target);
    dnnl_memory_destroy(source);
    return status;
}

static OasisStatus pack(OasisCpuBackend *cpu, const_dnnl_memory_desc_t from, const void *data,
                        const_dnnl_memory_desc_t layout, Packing **made, OasisError *err)
{
    size_t bytes = oasis_align_host(dnnl_memory_desc_get_size(layout));
    Packing *self = calloc(1, sizeof *self);
    dnnl_status_t status;

    if (!self || !(self->data = aligned_alloc(OASIS_HOST_ALIGNMENT, bytes))) {
        packing_free(self);
        return oasis_fail_memory(err, cpu->base.info.name);
    }
    if ((status = dnnl_memory_desc_clone(&self->layout, layout)) ||
        (status = reorder(cpu, from, data, layout, self->data))) {
        packing_free(self);
        return oasis_cpu_fail(err, status, "packing a weight");
    }
    *made = self;
    return OASIS_OK;
}

/* What the weight is most used for: enough rows for the widest blocks. */
static OasisCpuProblem usual_problem(OasisCpuBackend *cpu, const OasisWeightDesc *desc)
{
    int in = desc->kind == OASIS_WEIGHT_TEMPORAL ? 3 * desc->in : desc->in;
    bool conv = desc->kind == OASIS_WEIGHT_CONV2D;

    return (OasisCpuProblem){
        .kernel = conv ? desc->kernel : 0,
        .frames = conv ? 4 : 1, .height = conv ? 64 : 1, .width = conv ? 64 : 4096,
        .in = in, .out = desc->out, .stride = conv ? 0 : in,
        .bias = 1,
        .dtype = cpu->base.dtype, .out_dtype = cpu->base.dtype,
    };
}

OasisStatus oasis_cpu_weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                                 OasisWeight **weight, OasisError *err)
{
    OasisCpuBackend *cpu = oasis_cpu_enter(backend);
    OasisCpuProblem problem = usual_problem(cpu, desc);
    OasisWeight *self = calloc(1, sizeof *self);
    dnnl_primitive_desc_t usual = NULL;
    dnnl_memory_desc_t plain = NULL;
    OasisStatus status;
    dnnl_status_t failed;

    if (!self) {
        return oasis_fail_memory(err, backend->info.name);
    }
    if ((failed = oasis_cpu_describe(cpu, &problem, NULL, &usual)) ||
        (failed = oasis_cpu_describe_weight(&problem, desc->dtype, &plain))) {
        status = oasis_cpu_fail(err, failed, "describing a weight");
        goto done;
    }
    status = pack(cpu, plain, desc->data,
                  dnnl_primitive_desc_query_md(usual, dnnl_query_weights_md, 0), &self->packings,
                  err);
done:
    dnnl_memory_desc_destroy(plain);
    dnnl_primitive_desc_destroy(usual);
    if (status != OASIS_OK) {
        oasis_cpu_weight_free(backend, self);
    } else {
        *weight = self;
    }
    return status;
}

const_dnnl_memory_desc_t oasis_cpu_weight_layout(const OasisWeight *weight)
{
    return weight->packings->layout;
}

OasisStatus oasis_cpu_weight_in(OasisCpuBackend *cpu, const OasisWeight *weight,
                                const_dnnl_memory_desc_t layout, void **data, OasisError *err)
{
    Packing *first = weight->packings, *last = first;

    for (Packing *packing = first; packing; last = packing, packing = packing->next) {
        if (dnnl_memory_desc_equal(packing->layout, layout)) {
            *data = packing->data;
            return OASIS_OK;
        }
    }
    OasisStatus status = pack(cpu, first->layout, first->data, layout, &last->next, err);
    if (status == OASIS_OK) {
        *data = last->next->data;
    }
    return status;
}
