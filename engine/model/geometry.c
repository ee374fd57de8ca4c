/* The model's JSON, read into a geometry and checked.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/geometry.h"

#include <stdio.h>
#include <string.h>

#include "model/fields.h"
#include "oasis/status.h"

enum {
    SCHEMA = 1,
    MAX_CHANNELS = 16384,
    ROWS_UNIT = 16, /* of band and halo */
};

static void read_input(yyjson_val *object, const char *path, OasisGeometry *g, OasisFields *parent)
{
    static const char *const resizes[] = {"bicubic", "none", NULL};
    OasisFields f = oasis_fields(object, path, "input", parent->err);

    g->time = (int)oasis_fields_integer(&f, "time", 4, 4);
    g->space = (int)oasis_fields_integer(&f, "space", 1, ROWS_UNIT);
    g->resize = (OasisResize)oasis_fields_word(&f, "resize", resizes);
    oasis_fields_need(&f, !(g->space & (g->space - 1)), "space", "is not 1, 2, 4, 8 or 16");
    parent->status = oasis_fields_end(&f);
}

static void read_chunk(yyjson_val *object, const char *path, OasisGeometry *g, OasisFields *parent)
{
    OasisFields f = oasis_fields(object, path, "chunk", parent->err);

    g->chunk_frames = (int)oasis_fields_integer(&f, "frames", 1, OASIS_MAX_CHUNK_FRAMES);
    g->chunk_overlap = (int)oasis_fields_integer(&f, "overlap", 0, g->chunk_frames - 1);
    oasis_fields_need(&f, g->chunk_frames % 4 == 1, "frames", "is not 4k+1");
    oasis_fields_need(&f, g->chunk_overlap % 2 == 0, "overlap", "is not even");
    parent->status = oasis_fields_end(&f);
}

static void read_tile(yyjson_val *object, const char *path, OasisGeometry *g, OasisFields *parent)
{
    OasisFields f = oasis_fields(object, path, "tile", parent->err);

    g->tile_tokens = (int)oasis_fields_integer(&f, "tokens", 0, 4096);
    g->tile_overlap = (int)oasis_fields_integer(&f, "overlap", 0, 2048);
    oasis_fields_need(&f, g->tile_overlap * 2 < g->tile_tokens ||
                              (!g->tile_overlap && !g->tile_tokens),
                      "overlap", "is not less than half of tile.tokens");
    parent->status = oasis_fields_end(&f);
}

static void read_form(yyjson_val *object, const char *path, OasisGeometry *g, OasisFields *parent)
{
    static const char *const forms[] = {"direct", "residual", "noise", NULL};
    OasisFields f = oasis_fields(object, path, "one_step", parent->err);

    g->form = (OasisForm)oasis_fields_word(&f, "form", forms);
    if (g->form != OASIS_FORM_DIRECT) {
        g->sigma = oasis_fields_number(&f, "sigma", 0, 1000);
    }
    if (g->form == OASIS_FORM_NOISE) {
        g->seed = (uint64_t)oasis_fields_integer(&f, "seed", 0, INT64_MAX);
    }
    parent->status = oasis_fields_end(&f);
}

static void read_routing(yyjson_val *rows, OasisGeometry *g, OasisFields *f)
{
    yyjson_val *row, *kind;
    size_t i, j, max_i, max_j;

    oasis_fields_need(f, yyjson_arr_size(rows) == (size_t)g->layers, "routing",
                      "is not a list of one row a layer");
    if (f->status != OASIS_OK) {
        return;
    }
    yyjson_arr_foreach(rows, i, max_i, row) {
        oasis_fields_need(f, yyjson_arr_size(row) == (size_t)g->heads, "routing",
                          "has a row that is not one number a head");
        if (f->status != OASIS_OK) {
            return;
        }
        yyjson_arr_foreach(row, j, max_j, kind) {
            oasis_fields_need(f, yyjson_is_uint(kind) &&
                                     yyjson_get_uint(kind) <= OASIS_ATTENTION_WINDOW,
                              "routing", "holds something else than 0, 1 and 2");
            g->routing[i][j] = (uint8_t)yyjson_get_uint(kind);
        }
    }
}

static void read_transformer(yyjson_val *object, const char *path, OasisGeometry *g,
                             OasisFields *parent)
{
    static const char *const crosses[] = {"none", "const_bias", "cached_kv", NULL};
    static const char *const borders[] = {"clip", "shift", NULL};
    OasisFields f = oasis_fields(object, path, "transformer", parent->err);

    g->in_channels = (int)oasis_fields_integer(&f, "in_channels", 1, MAX_CHANNELS);
    g->out_channels = (int)oasis_fields_integer(&f, "out_channels", 1, 1024);
    g->patch = (int)oasis_fields_integer(&f, "patch", 1, 2);
    g->dim = (int)oasis_fields_integer(&f, "dim", 2, MAX_CHANNELS);
    g->heads = (int)oasis_fields_integer(&f, "heads", 1, OASIS_MAX_HEADS);
    g->layers = (int)oasis_fields_integer(&f, "layers", 1, OASIS_MAX_LAYERS);
    g->ffn = (int)oasis_fields_integer(&f, "ffn", 1, 65536);
    oasis_fields_integers(&f, "rope_pairs", 3, 0, 1024, g->rope_pairs);
    g->eps = (float)oasis_fields_number(&f, "eps", 1e-12, 1e-2);
    g->cross = (OasisCross)oasis_fields_word(&f, "cross", crosses);
    g->cross_tokens = (int)oasis_fields_integer(&f, "cross_tokens", 0, 65536);
    oasis_fields_integers(&f, "window", 3, 1, 255, g->window);
    g->border = (OasisWindowBorder)oasis_fields_word(&f, "border", borders);
    read_routing(oasis_fields_take(&f, "routing"), g, &f);

    g->folded_channels = 3 * g->time * g->space * g->space;
    oasis_fields_need(&f, g->in_channels == g->folded_channels +
                              (g->form == OASIS_FORM_NOISE ? g->out_channels : 0),
                      "in_channels", "does not fit input and one_step.form");
    oasis_fields_need(&f, g->dim % g->heads == 0, "heads", "does not divide dim");
    if (f.status == OASIS_OK) {
        g->head_dim = g->dim / g->heads;
    }
    oasis_fields_need(&f, 2 * (g->rope_pairs[0] + g->rope_pairs[1] + g->rope_pairs[2]) ==
                              g->head_dim, "rope_pairs", "do not add up to half a head");
    oasis_fields_need(&f, !g->cross_tokens == (g->cross != OASIS_CROSS_CACHED_KV), "cross_tokens",
                      "does not fit cross");
    parent->status = oasis_fields_end(&f);
}

/* Takes "op" as a kind by the names of the table. */
static OasisStageKind read_kind(OasisFields *f)
{
    const char *names[OASIS_STAGE_KINDS + 1] = {NULL};

    for (int kind = 0; kind < OASIS_STAGE_KINDS; kind++) {
        names[kind] = oasis_stage_traits((OasisStageKind)kind)->name;
    }
    return (OasisStageKind)oasis_fields_word(f, "op", names);
}

static void read_stage(yyjson_val *object, const char *path, const char *where, OasisStage *stage,
                       OasisFields *parent)
{
    static const char *const histories[] = {"repeat", "zero", NULL};
    OasisFields f = oasis_fields(object, path, where, parent->err);
    const OasisStageTraits *traits;

    stage->kind = read_kind(&f);
    traits = oasis_stage_traits(stage->kind);
    if (traits->has_in) {
        stage->in = (int)oasis_fields_integer(&f, "in", 1, MAX_CHANNELS);
    }
    if (traits->has_out) {
        stage->out = (int)oasis_fields_integer(&f, "out", 1, MAX_CHANNELS);
    }
    if (traits->has_kernel) {
        stage->kernel = (int)oasis_fields_integer(&f, "kernel", 1, 3);
        oasis_fields_need(&f, stage->kernel != 2, "kernel", "is neither 1 nor 3");
    }
    if (traits->has_factor) {
        stage->factor = (int)oasis_fields_integer(&f, "factor", 1, ROWS_UNIT);
    }
    if (traits->has_history) {
        stage->history = (OasisHistory)oasis_fields_word(&f, "history", histories);
    }
    if (traits->has_channels) {
        stage->in = stage->out = (int)oasis_fields_integer(&f, "channels", 1, MAX_CHANNELS);
    }
    if (stage->kind == OASIS_STAGE_OUTPUT) {
        stage->out = 3;
    }
    parent->status = oasis_fields_end(&f);
}

/* Rows of pixels above and below that a pixel of the result depends on: through the latents, or
 * through the resized source where a condition sees further than the stages before it. */
static int receptive_rows(const OasisGeometry *g)
{
    int rows = 0, furthest = 0, pixels = 1; /* pixels a position of the stage's input */

    for (int i = g->n_stages - 1; i >= 0; i--) {
        const OasisStageTraits *traits = oasis_stage_traits(g->stages[i].kind);
        int reach = traits->kernels * (traits->kernel(&g->stages[i]).kernel / 2);
        if (traits->enlarges) {
            pixels *= g->stages[i].factor;
        }
        if (traits->reads_source) {
            furthest = rows + reach * pixels;
        } else {
            rows += reach * pixels;
        }
    }
    return rows > furthest ? rows : furthest;
}

/* Checks that the stages lead from latents to pixels, and sets what follows from them: the size of
 * a latent position. */
static void check_stages(OasisGeometry *g, OasisFields *f)
{
    int channels = g->out_channels, frames = 1, pixels = 1;

    for (int i = 0; i < g->n_stages; i++) {
        const OasisStage *stage = &g->stages[i];
        const OasisStageTraits *traits = oasis_stage_traits(stage->kind);
        char name[32];
        snprintf(name, sizeof name, "stages[%d]", i);
        oasis_fields_need(f, stage->in == channels, name,
                          "takes other channels than the stage before it yields");
        oasis_fields_need(f, (stage->kind == OASIS_STAGE_OUTPUT) == (i == g->n_stages - 1), name,
                          "does not fit: \"output\" is the last stage and the only one");
        if (traits->doubles_time) {
            frames *= 2;
        }
        oasis_fields_need(f, frames <= g->time, name, "makes more frames than went in");
        oasis_fields_need(f, !traits->reads_source || frames == g->time, name,
                          "comes before the frames are all there");
        if (traits->enlarges) {
            pixels *= stage->factor;
        }
        oasis_fields_need(f, pixels <= ROWS_UNIT, name, "enlarges more than 16 times in all");
        if (f->status != OASIS_OK) {
            return;
        }
        channels = stage->out;
    }
    oasis_fields_need(f, frames == g->time, "stages", "do not undo the fold in time");
    oasis_fields_need(f, !(pixels & (pixels - 1)), "stages",
                      "do not enlarge 1, 2, 4, 8 or 16 times in all");
    oasis_fields_need(f, g->resize == OASIS_RESIZE_NONE ? pixels % g->space == 0
                                                        : pixels == g->space,
                      "stages", "do not undo the fold in space");
    if (f->status != OASIS_OK) {
        return;
    }
    g->latent_pixels = pixels;
    g->scale = pixels / g->space;
    for (int i = 0; i < g->n_stages; i++) {
        const OasisStage *stage = &g->stages[i];
        const OasisStageTraits *traits = oasis_stage_traits(stage->kind);
        char name[32];
        snprintf(name, sizeof name, "stages[%d]", i);
        oasis_fields_need(f, !traits->reads_source || stage->factor == pixels, name,
                          "has a factor that does not fit the size at its place");
        if (traits->enlarges) {
            pixels /= stage->factor;
        }
    }
}

static void read_decoder(yyjson_val *object, const char *path, OasisGeometry *g,
                         OasisFields *parent)
{
    OasisFields f = oasis_fields(object, path, "decoder", parent->err);
    yyjson_val *stages, *stage;
    size_t i, max;

    g->residual = oasis_fields_boolean(&f, "residual");
    g->band = (int)oasis_fields_integer(&f, "band", ROWS_UNIT, 16384);
    g->halo = (int)oasis_fields_integer(&f, "halo", 0, 16384);
    oasis_fields_need(&f, g->band % ROWS_UNIT == 0, "band", "is not a multiple of 16");
    oasis_fields_need(&f, g->halo % ROWS_UNIT == 0, "halo", "is not a multiple of 16");
    stages = oasis_fields_take(&f, "stages");
    oasis_fields_need(&f, yyjson_arr_size(stages) >= 1 &&
                              yyjson_arr_size(stages) <= OASIS_MAX_STAGES,
                      "stages", "is not a list of 1 to 128 stages");
    if (f.status == OASIS_OK) {
        yyjson_arr_foreach(stages, i, max, stage) {
            char where[48];
            snprintf(where, sizeof where, "decoder.stages[%d]", (int)i);
            if (f.status == OASIS_OK) {
                read_stage(stage, path, where, &g->stages[g->n_stages++], &f);
            }
        }
    }
    if (f.status == OASIS_OK) {
        check_stages(g, &f);
    }
    oasis_fields_need(&f, g->halo >= receptive_rows(g), "halo",
                      "is less than the stages' receptive field");
    parent->status = oasis_fields_end(&f);
}

static bool is_plain_name(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/');
}

static OasisStatus read_root(yyjson_val *root, const char *path, OasisGeometry *g, OasisError *err)
{
    OasisFields f = oasis_fields(root, path, "oasis", err);
    const struct {
        const char *name;
        void (*read)(yyjson_val *, const char *, OasisGeometry *, OasisFields *);
    } parts[] = {
        {"input", read_input},       {"chunk", read_chunk}, {"tile", read_tile},
        {"one_step", read_form},     {"transformer", read_transformer},
        {"decoder", read_decoder},
    };

    oasis_fields_need(&f, oasis_fields_integer(&f, "schema", 0, INT32_MAX) == SCHEMA, "schema",
                      "is not 1; this file needs another version of the program");
    oasis_fields_string(&f, "name", g->name, sizeof g->name);
    oasis_fields_need(&f, is_plain_name(g->name), "name", "is no plain name");
    oasis_fields_string(&f, "description", g->description, sizeof g->description);
    g->strength = oasis_fields_number(&f, "strength", 0, 1);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        yyjson_val *value = oasis_fields_take(&f, parts[i].name);
        if (f.status == OASIS_OK) {
            parts[i].read(value, path, g, &f);
        }
    }
    return oasis_fields_end(&f);
}

OasisStatus oasis_geometry_read(const char *path, const char *json, OasisGeometry *geometry,
                                OasisError *err)
{
    yyjson_read_err json_error;
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)json, strlen(json), 0, NULL, &json_error);
    OasisStatus status;

    memset(geometry, 0, sizeof *geometry);
    if (!doc) {
        return oasis_fail(err, json_error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION
                                   ? OASIS_ERR_NO_MEMORY : OASIS_ERR_MODEL,
                          path, "__metadata__.oasis is not JSON: %s at byte %zu", json_error.msg,
                          json_error.pos);
    }
    status = read_root(yyjson_doc_get_root(doc), path, geometry, err);
    yyjson_doc_free(doc);
    return status;
}
