/* The blocks, run on one tile after another, and the latents of tiles added up.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/transformer.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/tile.h"
#include "oasis/status.h"
#include "ops/rope.h"

/* --- loading ---------------------------------------------------------------------------------- */

/* Row `row` of a modulation table, plus `add`: 1 turns a scale into a gain. */
static OasisTensor modulation_row(OasisUpload *upload, float *table, int dim, int row, float add)
{
    float *values = table ? table + (size_t)row * (size_t)dim : NULL;

    for (int i = 0; values && i < dim; i++) {
        values[i] += add;
    }
    return oasis_upload_floats(upload, values, (size_t)dim);
}

static void load_block(OasisBlock *block, const OasisGeometry *g, int i, OasisUpload *upload)
{
    float *table;

    snprintf(upload->prefix, sizeof upload->prefix, "blocks.%d.", i);
    table = oasis_upload_read(upload, "modulation");
    block->shift1 = modulation_row(upload, table, g->dim, 0, 0);
    block->gain1 = modulation_row(upload, table, g->dim, 1, 1);
    block->gate1 = modulation_row(upload, table, g->dim, 2, 0);
    block->shift2 = modulation_row(upload, table, g->dim, 3, 0);
    block->gain2 = modulation_row(upload, table, g->dim, 4, 1);
    block->gate2 = modulation_row(upload, table, g->dim, 5, 0);
    free(table);
    oasis_self_attention_load(&block->self, g, i, upload);
    if (g->cross == OASIS_CROSS_CONST_BIAS) {
        block->cross_bias = oasis_upload_vector(upload, "cross_attn.bias");
    }
    if (g->cross == OASIS_CROSS_CACHED_KV) {
        block->norm3 = oasis_upload_vector(upload, "norm3.weight");
        block->norm3_bias = oasis_upload_vector(upload, "norm3.bias");
        oasis_cross_attention_load(&block->cross, g, upload);
    }
    block->up = oasis_upload_weight(upload, (OasisWeightDesc){OASIS_WEIGHT_LINEAR, g->ffn, g->dim},
                                    "ffn.0.weight");
    block->up_bias = oasis_upload_vector(upload, "ffn.0.bias");
    block->down = oasis_upload_weight(upload,
                                      (OasisWeightDesc){OASIS_WEIGHT_LINEAR, g->dim, g->ffn},
                                      "ffn.2.weight");
    block->down_bias = oasis_upload_vector(upload, "ffn.2.bias");
}

static void load_head(OasisTransformer *t, const OasisGeometry *g, OasisUpload *upload)
{
    int out = g->patch * g->patch * g->out_channels;
    float *table;

    snprintf(upload->prefix, sizeof upload->prefix, "head.");
    table = oasis_upload_read(upload, "modulation");
    t->head_shift = modulation_row(upload, table, g->dim, 0, 0);
    t->head_gain = modulation_row(upload, table, g->dim, 1, 1);
    free(table);
    t->head = oasis_upload_weight(upload, (OasisWeightDesc){OASIS_WEIGHT_LINEAR, out, g->dim},
                                  "head.weight");
    t->head_bias = oasis_upload_vector(upload, "head.bias");
}

void oasis_transformer_load(OasisTransformer *t, const OasisGeometry *g, OasisUpload *upload)
{
    t->geometry = g;
    t->blocks = calloc((size_t)g->layers, sizeof *t->blocks);
    if (!t->blocks && upload->status == OASIS_OK) {
        upload->status = oasis_fail_memory(upload->err, g->name);
    }
    upload->prefix[0] = '\0';
    oasis_fold_load(&t->fold, g, upload);
    for (int i = 0; i < g->layers && upload->status == OASIS_OK; i++) {
        load_block(&t->blocks[i], g, i, upload);
    }
    load_head(t, g, upload);
}

void oasis_transformer_clear(OasisTransformer *t, OasisBackend *backend)
{
    for (int i = 0; t->blocks && i < t->geometry->layers; i++) {
        oasis_self_attention_clear(&t->blocks[i].self, backend);
        oasis_cross_attention_clear(&t->blocks[i].cross, backend);
        oasis_backend_weight_free(backend, &t->blocks[i].up);
        oasis_backend_weight_free(backend, &t->blocks[i].down);
    }
    free(t->blocks);
    oasis_fold_clear(&t->fold, backend);
    oasis_backend_weight_free(backend, &t->head);
}

/* --- running ---------------------------------------------------------------------------------- */

OasisStatus oasis_transformer_rope(const OasisTransformer *t, OasisExec *exec, OasisGrid grid,
                                   OasisTensor *tables)
{
    const int *pairs = t->geometry->rope_pairs;
    const int lengths[3] = {grid.f, grid.h, grid.w};
    size_t n = 0, at = 0;
    OasisStatus status;
    float *values;

    for (int axis = 0; axis < 3; axis++) {
        n += 2 * (size_t)lengths[axis] * (size_t)pairs[axis];
    }
    *tables = oasis_exec_take(exec, OASIS_F32, n);
    if (exec->dry) {
        return OASIS_OK;
    }
    values = malloc(n * sizeof *values);
    if (!values) {
        return oasis_fail_memory(exec->err, "rope");
    }
    for (int axis = 0; axis < 3; axis++) {
        oasis_rope_table(lengths[axis], pairs[axis], values + at);
        at += 2 * (size_t)lengths[axis] * (size_t)pairs[axis];
    }
    status = oasis_exec_upload(exec, *tables, values, n * sizeof *values);
    free(values);
    return status;
}

static OasisStatus layer_norm(const OasisGeometry *g, OasisExec *exec, OasisTensor x,
                              OasisTensor gain, OasisTensor shift, int n, OasisTensor out)
{
    OASIS_RUN(exec, layer_norm, .x = x, .gain = gain, .shift = shift, .out = out, .n = n,
              .d = g->dim, .eps = g->eps);
    return OASIS_OK;
}

static OasisStatus feed_forward(const OasisBlock *block, const OasisGeometry *g, OasisExec *exec,
                                int n, OasisTensor u, OasisTensor x)
{
    size_t mark = exec->used;
    OasisTensor hidden = oasis_exec_take(exec, exec->backend->dtype, (size_t)n * (size_t)g->ffn);

    OASIS_RUN(exec, linear, .x = u, .weight = block->up, .bias = block->up_bias, .out = hidden,
              .n = n, .k = g->dim, .m = g->ffn, .epilogue = OASIS_EPILOGUE_GELU);
    OASIS_RUN(exec, linear, .x = hidden, .weight = block->down, .bias = block->down_bias,
              .gate = block->gate2, .out = x, .n = n, .k = g->ffn, .m = g->dim,
              .epilogue = OASIS_EPILOGUE_ADD);
    exec->used = mark;
    return OASIS_OK;
}

OasisStatus oasis_transformer_block(const OasisTransformer *t, OasisExec *exec, int i,
                                    OasisGrid grid, OasisTensor rope, OasisTensor x)
{
    const OasisGeometry *g = t->geometry;
    const OasisBlock *block = &t->blocks[i];
    int n = grid.f * grid.h * grid.w;
    size_t mark = exec->used;
    OasisTensor u = oasis_exec_take(exec, exec->backend->dtype, (size_t)n * (size_t)g->dim);

    OASIS_TRY(layer_norm(g, exec, x, block->gain1, block->shift1, n, u));
    OASIS_TRY(oasis_self_attention_run(&block->self, g, exec, u, grid, rope, block->gate1, x));
    if (g->cross == OASIS_CROSS_CONST_BIAS) {
        OASIS_RUN(exec, add_row, .x = x, .row = block->cross_bias, .n = n, .d = g->dim);
    }
    if (g->cross == OASIS_CROSS_CACHED_KV) {
        OASIS_TRY(layer_norm(g, exec, x, block->norm3, block->norm3_bias, n, u));
        OASIS_TRY(oasis_cross_attention_run(&block->cross, g, exec, u, n, x));
    }
    OASIS_TRY(layer_norm(g, exec, x, block->gain2, block->shift2, n, u));
    OASIS_TRY(feed_forward(block, g, exec, n, u, x));
    exec->used = mark;
    return OASIS_OK;
}

OasisStatus oasis_transformer_head(const OasisTransformer *t, OasisExec *exec, int n, OasisTensor x,
                                   OasisTensor out)
{
    const OasisGeometry *g = t->geometry;
    size_t mark = exec->used;
    OasisTensor u = oasis_exec_take(exec, exec->backend->dtype, (size_t)n * (size_t)g->dim);

    OASIS_TRY(layer_norm(g, exec, x, t->head_gain, t->head_shift, n, u));
    OASIS_RUN(exec, linear, .x = u, .weight = t->head, .bias = t->head_bias, .out = out, .n = n,
              .k = g->dim, .m = g->patch * g->patch * g->out_channels);
    exec->used = mark;
    return OASIS_OK;
}

/* The weights of all tiles along an axis, [count, extent * patch], in work memory. */
static OasisStatus upload_weights(const OasisTilePlan *plan, int patch, float factor,
                                  OasisExec *exec, OasisTensor *tensor)
{
    size_t each = (size_t)plan->extent * (size_t)patch, n = (size_t)plan->count * each;
    OasisStatus status;
    float *weights;

    *tensor = oasis_exec_take(exec, OASIS_F32, n);
    if (exec->dry) {
        return OASIS_OK;
    }
    weights = malloc(n * sizeof *weights);
    if (!weights) {
        return oasis_fail_memory(exec->err, "tiles");
    }
    for (int i = 0; i < plan->count; i++) {
        oasis_tile_weights(plan, i, patch, factor, weights + (size_t)i * each);
    }
    status = oasis_exec_upload(exec, *tensor, weights, n * sizeof *weights);
    free(weights);
    return status;
}

typedef struct Tile {
    OasisGrid grid;
    int h0, w0;         /* its first token */
    OasisTensor wy, wx; /* its weights */
} Tile;

static OasisStatus run_tile(const OasisTransformer *t, OasisExec *exec, OasisTensor image,
                            const OasisShape *shape, const Tile *tile, OasisTensor rope,
                            OasisTensor latent)
{
    const OasisGeometry *g = t->geometry;
    int n = tile->grid.f * tile->grid.h * tile->grid.w;
    size_t mark = exec->used;
    OasisTensor x = oasis_exec_take(exec, OASIS_F32, (size_t)n * (size_t)g->dim), out;

    OASIS_TRY(oasis_fold_tile(&t->fold, g, exec, image, shape, tile->grid, tile->h0, tile->w0, x));
    for (int i = 0; i < g->layers; i++) {
        OASIS_TRY(oasis_transformer_block(t, exec, i, tile->grid, rope, x));
    }
    out = oasis_exec_take(exec, OASIS_F32, (size_t)n * (size_t)(g->patch * g->patch) *
                                               (size_t)g->out_channels);
    OASIS_TRY(oasis_transformer_head(t, exec, n, x, out));
    OASIS_RUN(exec, unpatchify,
              .x = out,
              .wy = tile->wy,
              .wx = tile->wx,
              .latent = latent,
              .grid = tile->grid,
              .patch = g->patch,
              .channels = g->out_channels,
              .h0 = tile->h0,
              .w0 = tile->w0,
              .height = shape->latent_height,
              .width = shape->latent_width);
    exec->used = mark;
    return OASIS_OK;
}

OasisStatus oasis_transformer_run(const OasisTransformer *t, OasisExec *exec, OasisTensor image,
                                  const OasisShape *shape, OasisTensor latent)
{
    const OasisGeometry *g = t->geometry;
    OasisTilePlan y = oasis_tile_plan(shape->tokens_y, g->tile_tokens, g->tile_overlap);
    OasisTilePlan x = oasis_tile_plan(shape->tokens_x, g->tile_tokens, g->tile_overlap);
    float factor = g->form == OASIS_FORM_DIRECT ? 1 : -(float)g->sigma;
    Tile tile = {.grid = {shape->latent_frames, y.extent, x.extent}};
    size_t mark = exec->used;
    OasisTensor rope, wy, wx;

    OASIS_TRY(oasis_transformer_rope(t, exec, tile.grid, &rope));
    OASIS_TRY(upload_weights(&y, g->patch, factor, exec, &wy));
    OASIS_TRY(upload_weights(&x, g->patch, 1, exec, &wx));
    OASIS_TRY(oasis_fold_start(&t->fold, g, exec, image, shape, latent));
    for (int i = 0; i < y.count; i++) {
        tile.h0 = oasis_tile_start(&y, i);
        tile.wy = oasis_tensor_at(wy, (size_t)(i * y.extent * g->patch));
        for (int j = 0; j < x.count; j++) {
            tile.w0 = oasis_tile_start(&x, j);
            tile.wx = oasis_tensor_at(wx, (size_t)(j * x.extent * g->patch));
            OASIS_TRY(run_tile(t, exec, image, shape, &tile, rope, latent));
        }
    }
    exec->used = mark;
    return OASIS_OK;
}
