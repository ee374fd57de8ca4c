/* Self-attention by groups of heads of one route, and attention on constant keys and values.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/attention.h"

#include <stdlib.h>
#include <string.h>

static OasisRouting read_routing(const OasisGeometry *g, int layer)
{
    OasisRouting routing = {0};

    for (int head = 0; head < g->heads; head++) {
        int kind = g->routing[layer][head];
        routing.heads[kind][routing.count[kind]++] = (uint8_t)head;
    }
    return routing;
}

/* The three projections' rows, or biases, below each other. */
static float *stacked(OasisUpload *upload, size_t n, const char *const names[3])
{
    float *all = oasis_upload_allocate(upload, 3 * n);

    for (int i = 0; i < 3; i++) {
        float *one = oasis_upload_read(upload, names[i]);
        if (all && one) {
            memcpy(all + i * n, one, n * sizeof *all);
        }
        free(one);
    }
    return all;
}

void oasis_self_attention_load(OasisSelfAttention *self, const OasisGeometry *g, int layer,
                               OasisUpload *upload)
{
    static const char *const weights[] = {"self_attn.q.weight", "self_attn.k.weight",
                                          "self_attn.v.weight"};
    static const char *const biases[] = {"self_attn.q.bias", "self_attn.k.bias",
                                         "self_attn.v.bias"};
    size_t d = (size_t)g->dim;
    float *weight = stacked(upload, d * d, weights), *bias = stacked(upload, d, biases);

    self->routing = read_routing(g, layer);
    self->qkv = oasis_upload_linear(upload, weight, 3 * g->dim, g->dim);
    self->qkv_bias = oasis_upload_floats(upload, bias, 3 * d);
    self->norm_q = oasis_upload_vector(upload, "self_attn.norm_q.weight");
    self->norm_k = oasis_upload_vector(upload, "self_attn.norm_k.weight");
    self->o = oasis_upload_weight(upload, (OasisWeightDesc){OASIS_WEIGHT_LINEAR, g->dim, g->dim},
                                  "self_attn.o.weight");
    self->o_bias = oasis_upload_vector(upload, "self_attn.o.bias");
    free(weight);
    free(bias);
}

void oasis_self_attention_clear(OasisSelfAttention *self, OasisBackend *backend)
{
    oasis_backend_weight_free(backend, &self->qkv);
    oasis_backend_weight_free(backend, &self->o);
}

void oasis_cross_attention_load(OasisCrossAttention *cross, const OasisGeometry *g,
                                OasisUpload *upload)
{
    OasisWeightDesc square = {OASIS_WEIGHT_LINEAR, g->dim, g->dim};

    cross->q = oasis_upload_weight(upload, square, "cross_attn.q.weight");
    cross->q_bias = oasis_upload_vector(upload, "cross_attn.q.bias");
    cross->norm_q = oasis_upload_vector(upload, "cross_attn.norm_q.weight");
    cross->k = oasis_upload_rows(upload, "cross_attn.k");
    cross->v = oasis_upload_rows(upload, "cross_attn.v");
    cross->o = oasis_upload_weight(upload, square, "cross_attn.o.weight");
    cross->o_bias = oasis_upload_vector(upload, "cross_attn.o.bias");
}

void oasis_cross_attention_clear(OasisCrossAttention *cross, OasisBackend *backend)
{
    oasis_backend_weight_free(backend, &cross->q);
    oasis_backend_weight_free(backend, &cross->o);
}

static OasisStatus attend(const OasisSelfAttention *self, const OasisGeometry *g, OasisExec *exec,
                          OasisTensor qkv, OasisGrid grid, int batch, OasisTensor out)
{
    int n = grid.f * grid.h * grid.w;

    for (int kind = 0; kind < 3; kind++) {
        OASIS_RUN(exec, attention,
                  .kind = (OasisAttentionKind)kind,
                  .q = qkv,
                  .k = oasis_tensor_at(qkv, (size_t)g->dim),
                  .v = oasis_tensor_at(qkv, (size_t)g->dim * 2),
                  .out = out,
                  .batch = batch,
                  .n = n,
                  .n_keys = n,
                  .q_stride = 3 * g->dim,
                  .kv_stride = 3 * g->dim,
                  .out_stride = g->dim,
                  .head_dim = g->head_dim,
                  .heads = self->routing.heads[kind],
                  .n_heads = self->routing.count[kind],
                  .grid = grid,
                  .window = {g->window[0], g->window[1], g->window[2]},
                  .border = g->border);
    }
    return OASIS_OK;
}

/* The norm runs over all heads together, so routing does not touch it. */
static OasisStatus norm_rope(const OasisGeometry *g, OasisExec *exec, OasisTensor x,
                             OasisTensor gain, OasisGrid grid, int batch, OasisTensor rope)
{
    OASIS_RUN(exec, norm_rope,
              .x = x,
              .gain = gain,
              .tables = rope,
              .n = batch * grid.f * grid.h * grid.w,
              .d = g->dim,
              .stride = 3 * g->dim,
              .heads = g->heads,
              .eps = g->eps,
              .rotate = true,
              .grid = grid,
              .pairs = {g->rope_pairs[0], g->rope_pairs[1], g->rope_pairs[2]});
    return OASIS_OK;
}

OasisStatus oasis_self_attention_run(const OasisSelfAttention *self, const OasisGeometry *g,
                                     OasisExec *exec, OasisTensor u, OasisGrid grid, int batch,
                                     OasisTensor rope)
{
    int n = batch * grid.f * grid.h * grid.w;
    size_t mark = exec->used;
    OasisTensor qkv = oasis_exec_take(exec, exec->backend->dtype, (size_t)n * 3 * (size_t)g->dim);

    OASIS_RUN(exec, linear, .x = u, .weight = self->qkv, .bias = self->qkv_bias, .out = qkv,
              .n = n, .k = g->dim, .m = 3 * g->dim);
    OASIS_TRY(norm_rope(g, exec, qkv, self->norm_q, grid, batch, rope));
    OASIS_TRY(norm_rope(g, exec, oasis_tensor_at(qkv, (size_t)g->dim), self->norm_k, grid, batch,
                        rope));
    OASIS_TRY(attend(self, g, exec, qkv, grid, batch, u));
    exec->used = mark;
    return OASIS_OK;
}

OasisStatus oasis_self_attention_project(const OasisSelfAttention *self, const OasisGeometry *g,
                                         OasisExec *exec, OasisTensor u, int n, OasisTensor gate,
                                         OasisTensor x)
{
    OASIS_RUN(exec, linear, .x = u, .weight = self->o, .bias = self->o_bias, .gate = gate,
              .out = x, .n = n, .k = g->dim, .m = g->dim, .epilogue = OASIS_EPILOGUE_ADD);
    return OASIS_OK;
}

OasisStatus oasis_cross_attention_run(const OasisCrossAttention *cross, const OasisGeometry *g,
                                      OasisExec *exec, OasisTensor u, int n, OasisTensor x)
{
    uint8_t heads[OASIS_MAX_HEADS];
    size_t mark = exec->used;
    OasisTensor q = oasis_exec_take(exec, exec->backend->dtype, (size_t)n * (size_t)g->dim);

    for (int i = 0; i < g->heads; i++) {
        heads[i] = (uint8_t)i;
    }
    OASIS_RUN(exec, linear, .x = u, .weight = cross->q, .bias = cross->q_bias, .out = q, .n = n,
              .k = g->dim, .m = g->dim);
    OASIS_RUN(exec, norm_rope, .x = q, .gain = cross->norm_q, .n = n, .d = g->dim,
              .stride = g->dim, .heads = g->heads, .eps = g->eps);
    OASIS_RUN(exec, attention,
              .kind = OASIS_ATTENTION_GLOBAL,
              .q = q,
              .k = cross->k,
              .v = cross->v,
              .out = u,
              .n = n,
              .n_keys = g->cross_tokens,
              .q_stride = g->dim,
              .kv_stride = g->dim,
              .out_stride = g->dim,
              .head_dim = g->head_dim,
              .heads = heads,
              .n_heads = g->heads);
    OASIS_RUN(exec, linear, .x = u, .weight = cross->o, .bias = cross->o_bias, .out = x, .n = n,
              .k = g->dim, .m = g->dim, .epilogue = OASIS_EPILOGUE_ADD);
    exec->used = mark;
    return OASIS_OK;
}
