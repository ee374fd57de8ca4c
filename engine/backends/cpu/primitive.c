/* The cache of oneDNN primitives, the choice of one, and its running.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "backends/cpu/onednn.h"
#include "backends/cpu/product.h"
#include "core/align.h"
#include "oasis/status.h"

enum {
    MAX_ARGS = 7,
    BUCKETS = 256,
    /* A clip needs fewer than a hundred; once a long session with many sizes has gathered more,
     * all go, since making them anew takes milliseconds. */
    MAX_PRIMITIVES = 512,
};

struct OasisCpuPrimitive {
    OasisCpuPrimitive *next; /* in its bucket */
    OasisCpuProblem problem; /* what was asked for */
    OasisCpuProblem made;    /* what oneDNN computes of it */
    bool ours;               /* nothing: what is below stays empty */
    bool apart;              /* the rest is done by `finish` */
    size_t scratch_bytes;
    dnnl_primitive_t primitive;
    dnnl_memory_desc_t weights; /* the layout that it wants */
    int n_args;
    dnnl_exec_arg_t args[MAX_ARGS];
};

/* What a dry run was told. It asks the same for each tile, and oneDNN takes a millisecond. */
typedef struct Answer {
    OasisCpuProblem problem; /* zeros: none yet */
    size_t scratch_bytes;
} Answer;

struct OasisCpuCache {
    OasisCpuPrimitive *bucket[BUCKETS];
    int count;
    Answer answers[BUCKETS]; /* the last one that fell there */
};

static void primitive_free(OasisCpuPrimitive *self)
{
    if (!self) {
        return;
    }
    for (int i = 0; i < self->n_args; i++) {
        dnnl_memory_destroy(self->args[i].memory);
    }
    dnnl_memory_desc_destroy(self->weights);
    dnnl_primitive_destroy(self->primitive);
    free(self);
}

OasisCpuCache *oasis_cpu_cache_new(void)
{
    return calloc(1, sizeof(OasisCpuCache));
}

static void empty(OasisCpuCache *cache)
{
    for (int i = 0; i < BUCKETS; i++) {
        while (cache->bucket[i]) {
            OasisCpuPrimitive *next = cache->bucket[i]->next;
            primitive_free(cache->bucket[i]);
            cache->bucket[i] = next;
        }
    }
    cache->count = 0;
}

void oasis_cpu_cache_free(OasisCpuCache *cache)
{
    if (!cache) {
        return;
    }
    empty(cache);
    free(cache);
}

/* FNV-1a over the problem's ints. */
static unsigned bucket_of(const OasisCpuProblem *problem)
{
    int numbers[sizeof *problem / sizeof(int)];
    uint32_t hash = 2166136261u;

    memcpy(numbers, problem, sizeof *problem);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        hash = (hash ^ (uint32_t)numbers[i]) * 16777619u;
    }
    return (hash ^ hash >> 16) % BUCKETS;
}

/* Adds an argument with the layout that the primitive wants for it; its address comes later. */
static dnnl_status_t add_arg(OasisCpuBackend *cpu, OasisCpuPrimitive *self,
                             const_dnnl_primitive_desc_t desc, int arg)
{
    const_dnnl_memory_desc_t layout = dnnl_primitive_desc_query_md(desc, dnnl_query_exec_arg_md,
                                                                   arg);
    dnnl_exec_arg_t *added = &self->args[self->n_args];

    OASIS_DNNL_TRY(dnnl_memory_create(&added->memory, layout, cpu->engine, DNNL_MEMORY_NONE));
    added->arg = arg;
    self->n_args++;
    return dnnl_success;
}

/* Post-operations are numbered in the order in which describe.c appends them. */
static int gate_arg(const OasisCpuProblem *p)
{
    return DNNL_ARG_ATTR_MULTIPLE_POST_OP(p->activation != OASIS_CPU_PLAIN) | DNNL_ARG_SRC_1;
}

static int residual_arg(const OasisCpuProblem *p)
{
    int index = (p->activation != OASIS_CPU_PLAIN) + (p->gate != 0);
    return DNNL_ARG_ATTR_MULTIPLE_POST_OP(index) | DNNL_ARG_SRC_1;
}

static dnnl_status_t add_args(OasisCpuBackend *cpu, OasisCpuPrimitive *self,
                              const_dnnl_primitive_desc_t desc)
{
    const OasisCpuProblem *p = &self->made;

    OASIS_DNNL_TRY(add_arg(cpu, self, desc, DNNL_ARG_SRC));
    OASIS_DNNL_TRY(add_arg(cpu, self, desc, DNNL_ARG_WEIGHTS));
    OASIS_DNNL_TRY(add_arg(cpu, self, desc, DNNL_ARG_DST));
    OASIS_DNNL_TRY(add_arg(cpu, self, desc, DNNL_ARG_SCRATCHPAD));
    if (p->bias) {
        OASIS_DNNL_TRY(add_arg(cpu, self, desc, DNNL_ARG_BIAS));
    }
    if (p->gate) {
        OASIS_DNNL_TRY(add_arg(cpu, self, desc, gate_arg(p)));
    }
    if (p->residual && !p->in_place) {
        OASIS_DNNL_TRY(add_arg(cpu, self, desc, residual_arg(p)));
    }
    return dnnl_success;
}

/* The problem without what follows the sum of products, in f32. */
static OasisCpuProblem bare(const OasisCpuProblem *problem)
{
    OasisCpuProblem plain = *problem;

    plain.activation = OASIS_CPU_PLAIN;
    plain.bias = plain.gate = plain.residual = plain.in_place = plain.residual_dtype = 0;
    plain.out_dtype = OASIS_F32;
    return plain;
}

static bool is_slow(const_dnnl_primitive_desc_t desc)
{
    const char *name = NULL;

    dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &name);
    return name && !strncmp(name, "ref", 3);
}

/* Of the ways to compute a problem the first for which oneDNN has fast code: in the weight's layout
 * (NULL: not packed yet), in another one, or, in either, with what follows the sum apart. Small
 * pictures want other layouts than large ones, and processors without AVX2 know few
 * post-operations. Where all are slow, the first. */
static dnnl_status_t choose(OasisCpuBackend *cpu, const OasisCpuProblem *problem,
                            const_dnnl_memory_desc_t layout, dnnl_primitive_desc_t *desc,
                            bool *apart)
{
    const OasisCpuProblem plain = bare(problem);

    for (int way = layout ? 0 : 1; way < 4; way += layout ? 1 : 2) {
        *apart = way > 1;
        dnnl_status_t status = oasis_cpu_describe(cpu, *apart ? &plain : problem,
                                                  way % 2 ? NULL : layout, desc);
        if (status == dnnl_success && !is_slow(*desc)) {
            return dnnl_success;
        }
        dnnl_primitive_desc_destroy(*desc);
        *desc = NULL;
        if (status == dnnl_out_of_memory) {
            return status;
        }
    }
    *apart = false;
    return oasis_cpu_describe(cpu, problem, layout, desc);
}

/* Of the bare result, where what follows is done apart. */
static size_t result_bytes(const OasisCpuProblem *p, bool apart)
{
    return apart ? oasis_align_host(oasis_cpu_problem_rows(p) * p->out * sizeof(float)) : 0;
}

static size_t scratch_bytes(const OasisCpuProblem *p, bool apart, const_dnnl_primitive_desc_t desc)
{
    return result_bytes(p, apart) + dnnl_memory_desc_get_size(
                                        dnnl_primitive_desc_query_md(desc, dnnl_query_scratchpad_md,
                                                                     0));
}

static dnnl_status_t fill(OasisCpuBackend *cpu, OasisCpuPrimitive *self, const OasisWeight *weight,
                          dnnl_primitive_desc_t *desc)
{
    self->ours = oasis_cpu_product_is_ours(cpu, &self->problem);
    if (self->ours) {
        self->scratch_bytes = oasis_cpu_product_bytes(cpu, &self->problem);
        return dnnl_success;
    }
    OASIS_DNNL_TRY(choose(cpu, &self->problem, oasis_cpu_weight_layout(weight), desc,
                          &self->apart));
    self->made = self->apart ? bare(&self->problem) : self->problem;
    OASIS_DNNL_TRY(dnnl_memory_desc_clone(
        &self->weights, dnnl_primitive_desc_query_md(*desc, dnnl_query_weights_md, 0)));
    self->scratch_bytes = scratch_bytes(&self->problem, self->apart, *desc);
    OASIS_DNNL_TRY(add_args(cpu, self, *desc));
    return dnnl_primitive_create(&self->primitive, *desc);
}

static OasisStatus primitive_new(OasisCpuBackend *cpu, const OasisCpuProblem *problem,
                                 const OasisWeight *weight, OasisCpuPrimitive **primitive,
                                 OasisError *err)
{
    OasisCpuPrimitive *self = calloc(1, sizeof *self);
    dnnl_primitive_desc_t desc = NULL;
    dnnl_status_t failed;

    if (!self) {
        return oasis_fail_memory(err, cpu->base.info.name);
    }
    self->problem = *problem;
    failed = fill(cpu, self, weight, &desc);
    dnnl_primitive_desc_destroy(desc);
    if (failed != dnnl_success) {
        primitive_free(self);
        return oasis_cpu_fail(err, failed, "making a primitive");
    }
    *primitive = self;
    return OASIS_OK;
}

OasisStatus oasis_cpu_primitive_get(OasisCpuBackend *cpu, const OasisCpuProblem *problem,
                                    const OasisWeight *weight, OasisCpuPrimitive **primitive,
                                    OasisError *err)
{
    OasisCpuCache *cache = cpu->cache;
    OasisCpuPrimitive **bucket = &cache->bucket[bucket_of(problem)];

    for (OasisCpuPrimitive *found = *bucket; found; found = found->next) {
        if (!memcmp(&found->problem, problem, sizeof *problem)) {
            *primitive = found;
            return OASIS_OK;
        }
    }
    if (cache->count == MAX_PRIMITIVES) {
        empty(cache);
    }
    OASIS_TRY(primitive_new(cpu, problem, weight, primitive, err));
    (*primitive)->next = *bucket;
    *bucket = *primitive;
    cache->count++;
    return OASIS_OK;
}

size_t oasis_cpu_primitive_scratch_bytes(const OasisCpuPrimitive *self)
{
    return self->scratch_bytes;
}

size_t oasis_cpu_problem_scratch_bytes(OasisCpuBackend *cpu, const OasisCpuProblem *problem)
{
    Answer *answer = &cpu->cache->answers[bucket_of(problem)];
    dnnl_primitive_desc_t desc = NULL;
    size_t bytes = 0;
    bool apart;

    if (oasis_cpu_product_is_ours(cpu, problem)) {
        return oasis_cpu_product_bytes(cpu, problem);
    }
    if (!memcmp(&answer->problem, problem, sizeof *problem)) {
        return answer->scratch_bytes;
    }
    if (choose(cpu, problem, NULL, &desc, &apart) == dnnl_success) {
        bytes = scratch_bytes(problem, apart, desc);
    }
    dnnl_primitive_desc_destroy(desc);
    *answer = (Answer){*problem, bytes};
    return bytes;
}

static void *address_of(const OasisCpuPrimitive *self, int arg, const OasisCpuParts *parts,
                        void *weight, char *scratch)
{
    const OasisCpuProblem *p = &self->made;

    switch (arg) {
    case DNNL_ARG_SRC: return (void *)parts->x;
    case DNNL_ARG_WEIGHTS: return weight;
    case DNNL_ARG_DST: return self->apart ? scratch : parts->out;
    case DNNL_ARG_SCRATCHPAD: return scratch + result_bytes(&self->problem, self->apart);
    case DNNL_ARG_BIAS: return (void *)parts->bias;
    }
    return (void *)(p->gate && arg == gate_arg(p) ? parts->gate : parts->residual);
}

static dnnl_status_t execute(OasisCpuBackend *cpu, OasisCpuPrimitive *self,
                             const OasisCpuParts *parts, void *weight, void *scratch)
{
    for (int i = 0; i < self->n_args; i++) {
        void *address = address_of(self, self->args[i].arg, parts, weight, scratch);
        OASIS_DNNL_TRY(dnnl_memory_set_data_handle(self->args[i].memory, address));
    }
    OASIS_DNNL_TRY(dnnl_primitive_execute(self->primitive, cpu->stream, self->n_args, self->args));
    return dnnl_stream_wait(cpu->stream);
}

OasisStatus oasis_cpu_primitive_run(OasisCpuBackend *cpu, OasisCpuPrimitive *self,
                                    const OasisWeight *weight, const OasisCpuParts *parts,
                                    void *scratch, OasisError *err)
{
    void *packed;
    dnnl_status_t failed;

    if (self->ours) {
        oasis_cpu_product_run(cpu, &self->problem, oasis_cpu_weight_panels(weight), parts, scratch);
        return OASIS_OK;
    }
    OASIS_TRY(oasis_cpu_weight_in(cpu, weight, self->weights, &packed, err));
    failed = execute(cpu, self, parts, packed, scratch);
    if (failed != dnnl_success) {
        return oasis_cpu_fail(err, failed, "running a primitive");
    }
    if (self->apart) {
        const OasisCpuFinish finish = oasis_cpu_problem_finish(&self->problem, parts);
        cpu->kernels->finish(&finish, scratch, cpu->threads);
    }
    return OASIS_OK;
}
