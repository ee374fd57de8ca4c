/* Weights: packed once, when they are made, in our kernel's panels or for a problem of oneDNN's of
 * the usual size; all later problems of that weight are asked to take the same layout. One that
 * cannot gets a second copy.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "backends/cpu/onednn.h"
#include "backends/cpu/product.h"
#include "core/align.h"
#include "oasis/status.h"

typedef struct Packing {
    struct Packing *next;
    dnnl_memory_desc_t layout;
    void *data;
} Packing;

struct OasisWeight {
    void *panels;      /* our kernel's; NULL: oneDNN's are wanted */
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
    free(weight->panels);
    free(weight);
}

/* One reordering, and what it takes. */
typedef struct Reorder {
    dnnl_primitive_desc_t desc;
    dnnl_primitive_t primitive;
    dnnl_memory_t source, target;
} Reorder;

static dnnl_status_t reorder_run(Reorder *self, OasisCpuBackend *cpu, const_dnnl_memory_desc_t from,
                                 const void *data, const_dnnl_memory_desc_t to, void *packed)
{
    OASIS_DNNL_TRY(dnnl_memory_create(&self->source, from, cpu->engine, (void *)data));
    OASIS_DNNL_TRY(dnnl_memory_create(&self->target, to, cpu->engine, packed));
    OASIS_DNNL_TRY(dnnl_reorder_primitive_desc_create(&self->desc, from, cpu->engine, to,
                                                      cpu->engine, NULL));
    OASIS_DNNL_TRY(dnnl_primitive_create(&self->primitive, self->desc));
    OASIS_DNNL_TRY(dnnl_primitive_execute(self->primitive, cpu->stream, 2, (dnnl_exec_arg_t[]){
        {DNNL_ARG_FROM, self->source}, {DNNL_ARG_TO, self->target}}));
    return dnnl_stream_wait(cpu->stream);
}

static dnnl_status_t reorder(OasisCpuBackend *cpu, const_dnnl_memory_desc_t from, const void *data,
                             const_dnnl_memory_desc_t to, void *packed)
{
    Reorder self = {0};
    dnnl_status_t status = reorder_run(&self, cpu, from, data, to, packed);

    dnnl_primitive_destroy(self.primitive);
    dnnl_primitive_desc_destroy(self.desc);
    dnnl_memory_destroy(self.target);
    dnnl_memory_destroy(self.source);
    return status;
}

static OasisStatus pack(OasisCpuBackend *cpu, const_dnnl_memory_desc_t from, const void *data,
                        const_dnnl_memory_desc_t layout, Packing **packing, OasisError *err)
{
    size_t bytes = oasis_align_host(dnnl_memory_desc_get_size(layout));
    Packing *self = calloc(1, sizeof *self);
    dnnl_status_t failed;

    if (!self || !(self->data = aligned_alloc(OASIS_HOST_ALIGNMENT, bytes))) {
        packing_free(self);
        return oasis_fail_memory(err, cpu->base.info.name);
    }
    failed = dnnl_memory_desc_clone(&self->layout, layout);
    if (failed == dnnl_success) {
        failed = reorder(cpu, from, data, layout, self->data);
    }
    if (failed != dnnl_success) {
        packing_free(self);
        return oasis_cpu_fail(err, failed, "packing a weight");
    }
    *packing = self;
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

static OasisStatus fill_panels(OasisCpuBackend *cpu, OasisWeight *self, const OasisWeightDesc *desc,
                               const OasisCpuProblem *usual, OasisError *err)
{
    self->panels = aligned_alloc(OASIS_HOST_ALIGNMENT,
                                 cpu->kernels->panels_bytes(usual->in, usual->out));
    if (!self->panels) {
        return oasis_fail_memory(err, cpu->base.info.name);
    }
    cpu->kernels->pack_panels(desc->data, desc->dtype, usual->in, usual->out, self->panels,
                              cpu->threads);
    return OASIS_OK;
}

/* The layouts that the weight has and that its usual problem wants. */
static dnnl_status_t describe(OasisCpuBackend *cpu, const OasisWeightDesc *desc,
                              const OasisCpuProblem *problem, dnnl_memory_desc_t *plain,
                              dnnl_primitive_desc_t *usual)
{
    OASIS_DNNL_TRY(oasis_cpu_describe(cpu, problem, NULL, usual));
    return oasis_cpu_describe_weight(problem, desc->dtype, plain);
}

static OasisStatus fill_packing(OasisCpuBackend *cpu, OasisWeight *self,
                                const OasisWeightDesc *desc, const OasisCpuProblem *problem,
                                OasisError *err)
{
    dnnl_primitive_desc_t usual = NULL;
    dnnl_memory_desc_t plain = NULL;
    dnnl_status_t failed = describe(cpu, desc, problem, &plain, &usual);
    OasisStatus status;

    if (failed == dnnl_success) {
        status = pack(cpu, plain, desc->data,
                      dnnl_primitive_desc_query_md(usual, dnnl_query_weights_md, 0),
                      &self->packings, err);
    } else {
        status = oasis_cpu_fail(err, failed, "describing a weight");
    }
    dnnl_memory_desc_destroy(plain);
    dnnl_primitive_desc_destroy(usual);
    return status;
}

static OasisStatus fill(OasisCpuBackend *cpu, OasisWeight *self, const OasisWeightDesc *desc,
                        OasisError *err)
{
    const OasisCpuProblem usual = usual_problem(cpu, desc);

    return oasis_cpu_product_is_ours(cpu, &usual) ? fill_panels(cpu, self, desc, &usual, err)
                                                  : fill_packing(cpu, self, desc, &usual, err);
}

OasisStatus oasis_cpu_weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                                 OasisWeight **weight, OasisError *err)
{
    OasisCpuBackend *cpu = oasis_cpu_enter(backend);
    OasisWeight *self = calloc(1, sizeof *self);
    OasisStatus status = self ? fill(cpu, self, desc, err)
                              : oasis_fail_memory(err, backend->info.name);

    if (status != OASIS_OK) {
        oasis_cpu_weight_free(backend, self);
        return status;
    }
    *weight = self;
    return OASIS_OK;
}

const void *oasis_cpu_weight_panels(const OasisWeight *weight)
{
    return weight->panels;
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
    OASIS_TRY(pack(cpu, first->layout, first->data, layout, &last->next, err));
    *data = last->next->data;
    return OASIS_OK;
}
