/* Tokens from pixels, and noise where the model asks for it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

#include "model/noise.h"
#include "oasis/status.h"
#include "ops/element.h"

/* Columns [first, first + count) of a matrix [rows, columns] as a weight of its own. */
static OasisWeight *upload_columns(OasisUpload *upload, const float *matrix, int rows, int columns,
                                   int first, int count)
{
    float *part = oasis_upload_allocate(upload, (size_t)rows * (size_t)count);
    OasisWeight *weight;

    for (int i = 0; part && matrix && i < rows; i++) {
        memcpy(part + (size_t)i * (size_t)count, matrix + (size_t)i * (size_t)columns + first,
               (size_t)count * sizeof *part);
    }
    weight = oasis_upload_linear(upload, part, rows, count);
    free(part);
    return weight;
}

void oasis_fold_load(OasisFold *fold, const OasisGeometry *g, OasisUpload *upload)
{
    int p2 = g->patch * g->patch, columns = g->in_channels * p2;

    fold->embedding_bias = oasis_upload_vector(upload, "patch_embedding.bias");
    if (g->form == OASIS_FORM_NOISE) {
        float *all = oasis_upload_read(upload, "patch_embedding.weight");
        int folded = g->folded_channels * p2;
        fold->embedding = upload_columns(upload, all, g->dim, columns, 0, folded);
        fold->noise = upload_columns(upload, all, g->dim, columns, folded, columns - folded);
        free(all);
    } else {
        fold->embedding = oasis_upload_weight(
            upload, (OasisWeightDesc){OASIS_WEIGHT_LINEAR, g->dim, columns},
            "patch_embedding.weight");
    }
    if (g->form == OASIS_FORM_RESIDUAL) {
        fold->projection = oasis_upload_weight(
            upload, (OasisWeightDesc){OASIS_WEIGHT_LINEAR, g->out_channels, g->in_channels},
            "projection.weight");
        fold->projection_bias = oasis_upload_vector(upload, "projection.bias");
    }
}

void oasis_fold_clear(OasisFold *fold, OasisBackend *backend)
{
    oasis_backend_weight_free(backend, &fold->embedding);
    oasis_backend_weight_free(backend, &fold->noise);
    oasis_backend_weight_free(backend, &fold->projection);
}

OasisStatus oasis_fold_embed(const OasisFold *fold, const OasisGeometry *g, OasisExec *exec,
                             OasisTensor rows, int n, OasisTensor x)
{
    OASIS_RUN(exec, linear, .x = rows, .weight = fold->embedding, .bias = fold->embedding_bias,
              .out = x, .n = n, .k = g->folded_channels * g->patch * g->patch, .m = g->dim);
    return OASIS_OK;
}

/* Fills rows[n, Z*patch*patch], columns (z, ph, pw), with the noise under a tile. */
static void noise_rows(const OasisGeometry *g, const OasisShape *shape, OasisGrid grid, int h0,
                       int w0, float *values, OasisDType dtype, void *rows)
{
    size_t at = 0;
    int z = g->out_channels, p = g->patch;

    for (int f = 0; f < grid.f; f++) {
    for (int h = 0; h < grid.h; h++) {
    for (int w = 0; w < grid.w; w++, at += (size_t)(z * p * p)) {
    for (int ph = 0; ph < p; ph++) {
    for (int pw = 0; pw < p; pw++) {
        uint64_t row = (uint64_t)f * (uint64_t)shape->latent_height + (uint64_t)((h0 + h) * p + ph);
        uint64_t position = row * (uint64_t)shape->latent_width + (uint64_t)((w0 + w) * p + pw);
        oasis_noise(g->seed, position * (uint64_t)z, (size_t)z, values);
        for (int c = 0; c < z; c++) {
            oasis_store(rows, dtype, at + (size_t)((c * p + ph) * p + pw), values[c]);
        }
    }
    }
    }
    }
    }
}

static OasisStatus upload_noise(const OasisGeometry *g, OasisExec *exec, const OasisShape *shape,
                                OasisGrid grid, const OasisTile *tile, OasisTensor tensor,
                                size_t count)
{
    size_t bytes = count * oasis_dtype_bytes(tensor.dtype);
    float *values = malloc((size_t)g->out_channels * sizeof *values);
    void *rows = malloc(bytes);
    OasisStatus status;

    if (values && rows) {
        noise_rows(g, shape, grid, tile->h0, tile->w0, values, tensor.dtype, rows);
        status = oasis_exec_upload(exec, tensor, rows, bytes);
    } else {
        status = oasis_fail_memory(exec->err, "noise");
    }
    free(values);
    free(rows);
    return status;
}

/* x of one tile += the noise under it times its columns of the embedding. */
static OasisStatus add_noise(const OasisFold *fold, const OasisGeometry *g, OasisExec *exec,
                             const OasisShape *shape, OasisGrid grid, const OasisTile *tile,
                             OasisTensor x)
{
    int n = grid.f * grid.h * grid.w, columns = g->out_channels * g->patch * g->patch;
    size_t count = (size_t)n * (size_t)columns, mark = exec->used;
    OasisTensor noise = oasis_exec_take(exec, exec->backend->dtype, count);

    if (!exec->dry) {
        OASIS_TRY(upload_noise(g, exec, shape, grid, tile, noise, count));
    }
    OASIS_RUN(exec, linear, .x = noise, .weight = fold->noise, .out = x, .n = n, .k = columns,
              .m = g->dim, .epilogue = OASIS_EPILOGUE_ADD);
    exec->used = mark;
    return OASIS_OK;
}

/* The folded rows of tiles of tokens of `patch` latent positions a side. */
static OasisStatus fold_rows(const OasisGeometry *g, OasisExec *exec, OasisTensor image,
                             const OasisShape *shape, OasisGrid grid, int patch,
                             const OasisTile *tiles, int n_tiles, OasisTensor rows)
{
    OASIS_RUN(exec, fold,
              .image = image,
              .out = rows,
              .frames = shape->frames,
              .height = shape->low.padded_height,
              .width = shape->low.padded_width,
              .time = g->time,
              .space = g->space,
              .patch = patch,
              .tiles = tiles,
              .n_tiles = n_tiles,
              .grid = grid);
    return OASIS_OK;
}

OasisStatus oasis_fold_tiles(const OasisFold *fold, const OasisGeometry *g, OasisExec *exec,
                             OasisTensor image, const OasisShape *shape, OasisGrid grid,
                             const OasisTile *tiles, int n_tiles, OasisTensor x)
{
    int tokens = grid.f * grid.h * grid.w, n = n_tiles * tokens;
    size_t columns = (size_t)(g->folded_channels * g->patch * g->patch), mark = exec->used;
    OasisTensor rows = oasis_exec_take(exec, exec->backend->dtype, (size_t)n * columns);

    OASIS_TRY(fold_rows(g, exec, image, shape, grid, g->patch, tiles, n_tiles, rows));
    OASIS_TRY(oasis_fold_embed(fold, g, exec, rows, n, x));
    exec->used = mark;
    for (int i = 0; g->form == OASIS_FORM_NOISE && i < n_tiles; i++) {
        OASIS_TRY(add_noise(fold, g, exec, shape, grid, &tiles[i],
                            oasis_tensor_at(x, (size_t)i * (size_t)tokens * (size_t)g->dim)));
    }
    return OASIS_OK;
}

static OasisStatus start_noise(const OasisGeometry *g, OasisExec *exec, OasisTensor latent,
                               size_t n)
{
    OasisStatus status;
    float *noise;

    if (exec->dry) {
        return OASIS_OK;
    }
    noise = malloc(n * sizeof *noise);
    if (!noise) {
        return oasis_fail_memory(exec->err, "noise");
    }
    oasis_noise(g->seed, 0, n, noise);
    status = oasis_exec_upload(exec, latent, noise, n * sizeof *noise);
    free(noise);
    return status;
}

/* latent = projection of the folded frames, one row of latent positions at a time. */
static OasisStatus project(const OasisFold *fold, const OasisGeometry *g, OasisExec *exec,
                           OasisTensor image, const OasisShape *shape, OasisTensor latent)
{
    OasisGrid grid = {shape->latent_frames, 1, shape->latent_width};
    size_t mark = exec->used, width = (size_t)shape->latent_width;
    OasisTensor rows = oasis_exec_take(exec, exec->backend->dtype,
                                       (size_t)grid.f * width * (size_t)g->folded_channels);

    for (int y = 0; y < shape->latent_height; y++) {
        const OasisTile line = {.h0 = y};
        OASIS_TRY(fold_rows(g, exec, image, shape, grid, 1, &line, 1, rows));
        for (int f = 0; f < grid.f; f++) {
            size_t row = (size_t)f * (size_t)shape->latent_height + (size_t)y;
            OASIS_RUN(exec, linear,
                      .x = oasis_tensor_at(rows, (size_t)f * width * (size_t)g->folded_channels),
                      .weight = fold->projection,
                      .bias = fold->projection_bias,
                      .out = oasis_tensor_at(latent, row * width * (size_t)g->out_channels),
                      .n = grid.w,
                      .k = g->folded_channels,
                      .m = g->out_channels);
        }
    }
    exec->used = mark;
    return OASIS_OK;
}

OasisStatus oasis_fold_start(const OasisFold *fold, const OasisGeometry *g, OasisExec *exec,
                             OasisTensor image, const OasisShape *shape, OasisTensor latent)
{
    size_t n = (size_t)shape->latent_frames * (size_t)shape->latent_height *
               (size_t)shape->latent_width * (size_t)g->out_channels;

    switch (g->form) {
    case OASIS_FORM_DIRECT: OASIS_RUN(exec, fill, .out = latent, .n = n); break;
    case OASIS_FORM_RESIDUAL: return project(fold, g, exec, image, shape, latent);
    case OASIS_FORM_NOISE: return start_noise(g, exec, latent, n);
    }
    return OASIS_OK;
}
