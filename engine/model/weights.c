/* A walk over all tensors of a geometry, and the file held against it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/weights.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oasis/status.h"

typedef struct Walk {
    OasisStatus (*visit)(const OasisTensorSpec *spec, void *data);
    void *data;
    OasisStatus status;
    char prefix[40];
} Walk;

/* Visits one tensor; its shape follows as `rank` ints. */
static void tensor(Walk *walk, OasisTensorRole role, const char *name, int rank, ...)
{
    OasisTensorSpec spec = {.role = role, .rank = rank, .count = 1};
    va_list args;

    if (walk->status != OASIS_OK) {
        return;
    }
    snprintf(spec.name, sizeof spec.name, "%s%s", walk->prefix, name);
    va_start(args, rank);
    for (int i = 0; i < rank; i++) {
        spec.shape[i] = va_arg(args, int);
        spec.count *= (size_t)spec.shape[i];
    }
    va_end(args);
    walk->status = walk->visit(&spec, walk->data);
}

static void linear(Walk *walk, const char *name, int out, int in)
{
    char full[40];

    snprintf(full, sizeof full, "%s.weight", name);
    tensor(walk, OASIS_ROLE_MATRIX, full, 2, out, in);
    snprintf(full, sizeof full, "%s.bias", name);
    tensor(walk, OASIS_ROLE_VECTOR, full, 1, out);
}

static void cross_attention(Walk *walk, const OasisGeometry *g)
{
    switch (g->cross) {
    case OASIS_CROSS_NONE:
        break;
    case OASIS_CROSS_CONST_BIAS:
        tensor(walk, OASIS_ROLE_VECTOR, "cross_attn.bias", 1, g->dim);
        break;
    case OASIS_CROSS_CACHED_KV:
        tensor(walk, OASIS_ROLE_VECTOR, "norm3.weight", 1, g->dim);
        tensor(walk, OASIS_ROLE_VECTOR, "norm3.bias", 1, g->dim);
        linear(walk, "cross_attn.q", g->dim, g->dim);
        linear(walk, "cross_attn.o", g->dim, g->dim);
        tensor(walk, OASIS_ROLE_VECTOR, "cross_attn.norm_q.weight", 1, g->dim);
        tensor(walk, OASIS_ROLE_ROWS, "cross_attn.k", 2, g->cross_tokens, g->dim);
        tensor(walk, OASIS_ROLE_ROWS, "cross_attn.v", 2, g->cross_tokens, g->dim);
        break;
    }
}

static void block(Walk *walk, const OasisGeometry *g)
{
    tensor(walk, OASIS_ROLE_VECTOR, "modulation", 2, 6, g->dim);
    linear(walk, "self_attn.q", g->dim, g->dim);
    linear(walk, "self_attn.k", g->dim, g->dim);
    linear(walk, "self_attn.v", g->dim, g->dim);
    linear(walk, "self_attn.o", g->dim, g->dim);
    tensor(walk, OASIS_ROLE_VECTOR, "self_attn.norm_q.weight", 1, g->dim);
    tensor(walk, OASIS_ROLE_VECTOR, "self_attn.norm_k.weight", 1, g->dim);
    cross_attention(walk, g);
    linear(walk, "ffn.0", g->ffn, g->dim);
    linear(walk, "ffn.2", g->dim, g->ffn);
}

/* A stage's kernels and their biases; where there are several, each has a name of its own. */
static void stage(Walk *walk, const OasisStage *s)
{
    const OasisStageTraits *traits = oasis_stage_traits(s->kind);
    OasisWeightDesc kernel = traits->kernel(s);
    char name[40], part[16] = "";

    for (int i = 1; i <= traits->kernels; i++) {
        if (traits->kernels > 1) {
            snprintf(part, sizeof part, "conv%d.", i);
        }
        snprintf(name, sizeof name, "%sweight", part);
        if (kernel.kind == OASIS_WEIGHT_TEMPORAL) {
            tensor(walk, OASIS_ROLE_MATRIX, name, 2, kernel.out, 3 * kernel.in);
        } else {
            tensor(walk, OASIS_ROLE_MATRIX, name, 4, kernel.out, kernel.in, kernel.kernel,
                   kernel.kernel);
        }
        snprintf(name, sizeof name, "%sbias", part);
        tensor(walk, OASIS_ROLE_VECTOR, name, 1, kernel.out);
    }
}

OasisStatus oasis_weights_each(const OasisGeometry *g,
                               OasisStatus (*visit)(const OasisTensorSpec *spec, void *data),
                               void *data)
{
    Walk walk = {.visit = visit, .data = data};
    int p = g->patch;

    tensor(&walk, OASIS_ROLE_MATRIX, "patch_embedding.weight", 5, g->dim, g->in_channels, 1, p, p);
    tensor(&walk, OASIS_ROLE_VECTOR, "patch_embedding.bias", 1, g->dim);
    if (g->form == OASIS_FORM_RESIDUAL) {
        tensor(&walk, OASIS_ROLE_MATRIX, "projection.weight", 5, g->out_channels, g->in_channels,
               1, 1, 1);
        tensor(&walk, OASIS_ROLE_VECTOR, "projection.bias", 1, g->out_channels);
    }
    for (int i = 0; i < g->layers; i++) {
        snprintf(walk.prefix, sizeof walk.prefix, "blocks.%d.", i);
        block(&walk, g);
    }
    snprintf(walk.prefix, sizeof walk.prefix, "head.");
    tensor(&walk, OASIS_ROLE_VECTOR, "modulation", 2, 2, g->dim);
    linear(&walk, "head", p * p * g->out_channels, g->dim);
    for (int i = 0; i < g->n_stages; i++) {
        snprintf(walk.prefix, sizeof walk.prefix, "decoder.%d.", i);
        stage(&walk, &g->stages[i]);
    }
    return walk.status;
}

typedef struct Check {
    const char *path;
    const OasisTensorFile *file;
    bool *expected; /* for each tensor of the file */
    int64_t parameters;
    OasisError *err;
} Check;

static void print_shape(char *text, size_t size, int rank, const int64_t *shape)
{
    size_t length = (size_t)snprintf(text, size, "[");

    for (int i = 0; i < rank && length < size; i++) {
        length += (size_t)snprintf(text + length, size - length, "%s%lld", i ? ", " : "",
                                   (long long)shape[i]);
    }
    if (length < size) {
        snprintf(text + length, size - length, "]");
    }
}

static OasisStatus check_tensor(const OasisTensorSpec *spec, void *data)
{
    Check *check = data;
    const OasisTensorView *view = oasis_tensor_file_find(check->file, spec->name);
    char is[128], wanted[128];
    size_t count;

    if (!view) {
        return oasis_fail(check->err, OASIS_ERR_MODEL, check->path, "tensor %s is missing",
                          spec->name);
    }
    if (view->element != OASIS_ELEMENT_F32 && view->element != OASIS_ELEMENT_BF16) {
        return oasis_fail(check->err, OASIS_ERR_MODEL, check->path,
                          "tensor %s is neither F32 nor BF16", spec->name);
    }
    if (view->rank != spec->rank || memcmp(view->shape, spec->shape,
                                           (size_t)spec->rank * sizeof *spec->shape)) {
        print_shape(is, sizeof is, view->rank, view->shape);
        print_shape(wanted, sizeof wanted, spec->rank, spec->shape);
        return oasis_fail(check->err, OASIS_ERR_MODEL, check->path,
                          "tensor %s has shape %s; %s is needed", spec->name, is, wanted);
    }
    check->expected[view - oasis_tensor_file_all(check->file, &count)] = true;
    check->parameters += (int64_t)spec->count;
    return OASIS_OK;
}

OasisStatus oasis_weights_check(const char *path, const OasisTensorFile *file,
                                const OasisGeometry *geometry, int64_t *parameters, OasisError *err)
{
    Check check = {.path = path, .file = file, .err = err};
    const OasisTensorView *views;
    OasisStatus status;
    size_t n;

    views = oasis_tensor_file_all(file, &n);
    check.expected = calloc(n + 1, sizeof *check.expected);
    if (!check.expected) {
        return oasis_fail_memory(err, path);
    }
    status = oasis_weights_each(geometry, check_tensor, &check);
    for (size_t i = 0; i < n && status == OASIS_OK; i++) {
        if (!check.expected[i] && strncmp(views[i].name, "golden.", 7)) {
            status = oasis_fail(err, OASIS_ERR_MODEL, path,
                                "tensor %s is surplus: its model does not have it",
                                views[i].name);
        }
    }
    free(check.expected);
    *parameters = check.parameters;
    return status;
}
