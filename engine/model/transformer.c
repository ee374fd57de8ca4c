/* The blocks, run on one tile after another, and the latents of tiles added up.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/transformer.h"

#include <stdio.h>
#include <stdlib.h>

#include "oasis/status.h"

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
    t->tables = calloc(1, sizeof *t->tables);
    if ((!t->blocks || !t->tables) && upload->status == OASIS_OK) {
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
    if (t->tables) {
        oasis_tables_clear(t->tables, backend);
    }
    free(t->tables);
    oasis_fold_clear(&t->fold, backend);
    oasis_backend_weight_free(backend, &t->head);
}

/* --- running ---------------------------------------------------------------------------------- */

OasisStatus oasis_transformer_rope(const OasisTransformer *t, OasisExec *exec, OasisGrid grid,
                                   OasisTensor *rope)
{
    OasisTables dry = {0}, *tables = exec->dry ? &dry : t->tables;

    OASIS_TRY(oasis_tables_rope(tables, t->geometry, grid, exec));
    *rope = tables->rope;
    return OASIS_OK;
}

static OasisStatus layer_norm(const OasisGeometry *g, OasisExec *exec, OasisTensor x,
                              OasisTensor gain, OasisTensor shift, int n, OasisTensor out)
{
    OASIS_RUN(exec, layer_norm, .x = x, .gain = gain, .shift = shift, .out = out, .n = n,
              .d = g->dim, .eps = g->eps);
    return OASIS_OK;
}

/* What follows attention: n rows of u, which it gave, and of x; `hidden` has room for their ffn. */
static OasisStatus finish_rows(const OasisBlock *block, const OasisGeometry *g, OasisExec *exec,
                               int n, OasisTensor u, OasisTensor hidden, OasisTensor x)
{
    OASIS_TRY(oasis_self_attention_project(&block->self, g, exec, u, n, block->gate1, x));
    if (g->cross == OASIS_CROSS_CONST_BIAS) {
        OASIS_RUN(exec, add_row, .x = x, .row = block->cross_bias, .n = n, .d = g->dim);
    }
    if (g->cross == OASIS_CROSS_CACHED_KV) {
        OASIS_TRY(layer_norm(g, exec, x, block->norm3, block->norm3_bias, n, u));
        OASIS_TRY(oasis_cross_attention_run(&block->cross, g, exec, u, n, x));
    }
    OASIS_TRY(layer_norm(g, exec, x, block->gain2, block->shift2, n, u));
    OASIS_RUN(exec, linear, .x = u, .weight = block->up, .bias = block->up_bias, .out = hidden,
              .n = n, .k = g->dim, .m = g->ffn, .epilogue = OASIS_EPILOGUE_GELU);
    OASIS_RUN(exec, linear, .x = hidden, .weight = block->down, .bias = block->down_bias,
              .gate = block->gate2, .out = x, .n = n, .k = g->ffn, .m = g->dim,
              .epilogue = OASIS_EPILOGUE_ADD);
    return OASIS_OK;
}

OasisStatus oasis_transformer_block(const OasisTransformer *t, OasisExec *exec, int i,
                                    OasisGrid grid, int batch, OasisTensor rope, OasisTensor x)
{
    const OasisGeometry *g = t->geometry;
    const OasisBlock *block = &t->blocks[i];
    int n = batch * grid.f * grid.h * grid.w, most = exec->backend->block_rows;
    int rows = most && most < n ? most : n;
    size_t mark = exec->used, dim = (size_t)g->dim;
    OasisTensor u = oasis_exec_take(exec, exec->backend->dtype, (size_t)n * dim), hidden;

    OASIS_TRY(layer_norm(g, exec, x, block->gain1, block->shift1, n, u));
    OASIS_TRY(oasis_self_attention_run(&block->self, g, exec, u, grid, batch, rope));
    hidden = oasis_exec_take(exec, exec->backend->dtype, (size_t)rows * (size_t)g->ffn);
    for (int first = 0; first < n; first += rows) {
        int here = n - first < rows ? n - first : rows;
        OASIS_TRY(finish_rows(block, g, exec, here, oasis_tensor_at(u, (size_t)first * dim),
                              hidden, oasis_tensor_at(x, (size_t)first * dim)));
    }
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

/* All tiles, row by row, for the caller to free; NULL without memory. */
static OasisTile *list_tiles(const OasisTables *tables)
{
    OasisTile *tiles = malloc((size_t)(tables->y.count * tables->x.count) * sizeof *tiles);
    OasisTile *tile = tiles;

    for (int row = 0; tiles && row < tables->y.count; row++) {
        for (int column = 0; column < tables->x.count; column++) {
            *tile++ = (OasisTile){oasis_tile_start(&tables->y, row),
                                  oasis_tile_start(&tables->x, column), row, column};
        }
    }
    return tiles;
}

static OasisStatus run_tiles(const OasisTransformer *t, OasisExec *exec, OasisTensor image,
                             const OasisShape *shape, const OasisTables *tables,
                             const OasisTile *tiles, int n_tiles, OasisTensor latent)
{
    const OasisGeometry *g = t->geometry;
    const OasisGrid grid = tables->grid;
    int n = n_tiles * grid.f * grid.h * grid.w;
    size_t mark = exec->used;
    OasisTensor x = oasis_exec_take(exec, OASIS_F32, (size_t)n * (size_t)g->dim), out;

    OASIS_TRY(oasis_fold_tiles(&t->fold, g, exec, image, shape, grid, tiles, n_tiles, x));
    for (int i = 0; i < g->layers; i++) {
        OASIS_TRY(oasis_transformer_block(t, exec, i, grid, n_tiles, tables->rope, x));
    }
    out = oasis_exec_take(exec, OASIS_F32, (size_t)n * (size_t)(g->patch * g->patch) *
                                               (size_t)g->out_channels);
    OASIS_TRY(oasis_transformer_head(t, exec, n, x, out));
    OASIS_RUN(exec, unpatchify,
              .x = out,
              .wy = tables->wy,
              .wx = tables->wx,
              .latent = latent,
              .tiles = tiles,
              .n_tiles = n_tiles,
              .grid = grid,
              .patch = g->patch,
              .channels = g->out_channels,
              .height = shape->latent_height,
              .width = shape->latent_width);
    exec->used = mark;
    return OASIS_OK;
}

static OasisStatus run_groups(const OasisTransformer *t, OasisExec *exec, OasisTensor image,
                              const OasisShape *shape, const OasisTables *tables,
                              const OasisTile *tiles, OasisTensor latent)
{
    int group = exec->tile_group ? exec->tile_group : exec->backend->tile_group;
    int n = tables->y.count * tables->x.count;

    for (int i = 0; i < n; i += group) {
        OASIS_TRY(run_tiles(t, exec, image, shape, tables, tiles + i,
                            n - i < group ? n - i : group, latent));
    }
    return OASIS_OK;
}

OasisStatus oasis_transformer_run(const OasisTransformer *t, OasisExec *exec, OasisTensor image,
                                  const OasisShape *shape, OasisTensor latent)
{
    OasisTables dry = {0}, *tables = exec->dry ? &dry : t->tables;
    OasisTile *tiles;
    OasisStatus status;

    OASIS_TRY(oasis_tables_prepare(tables, t->geometry, shape, exec));
    OASIS_TRY(oasis_fold_start(&t->fold, t->geometry, exec, image, shape, latent));
    tiles = list_tiles(tables);
    if (!tiles) {
        return oasis_fail_memory(exec->err, "tiles");
    }
    status = run_groups(t, exec, image, shape, tables, tiles, latent);
    free(tiles);
    return status;
}
