/* Computed on the host, and uploaded in one piece.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/tables.h"

#include <stdlib.h>
#include <string.h>

#include "core/align.h"
#include "oasis/status.h"
#include "ops/rope.h"

/* Floats of each table, and where it begins. */
typedef struct Layout {
    size_t rope, wy, wx, total;
} Layout;

static size_t aligned(size_t floats)
{
    return oasis_align_tensor(floats * sizeof(float)) / sizeof(float);
}

static Layout lay_out(const OasisGeometry *g, const OasisTables *t)
{
    const int lengths[3] = {t->grid.f, t->grid.h, t->grid.w};
    size_t rope = 0;
    Layout layout = {0};

    for (int axis = 0; axis < 3; axis++) {
        rope += 2 * (size_t)lengths[axis] * (size_t)g->rope_pairs[axis];
    }
    layout.wy = aligned(rope);
    layout.wx = layout.wy + aligned((size_t)(t->y.count * t->y.extent * g->patch));
    layout.total = layout.wx + aligned((size_t)(t->x.count * t->x.extent * g->patch));
    return layout;
}

static void fill_weights(const OasisTilePlan *plan, int patch, float factor, float *weights)
{
    for (int i = 0; i < plan->count; i++) {
        oasis_tile_weights(plan, i, patch, factor, weights + i * plan->extent * patch);
    }
}

static void fill(const OasisGeometry *g, const OasisTables *t, const Layout *layout, float *values)
{
    const int lengths[3] = {t->grid.f, t->grid.h, t->grid.w};
    float *rope = values;

    for (int axis = 0; axis < 3; axis++) {
        oasis_rope_table(lengths[axis], g->rope_pairs[axis], rope);
        rope += 2 * (size_t)lengths[axis] * (size_t)g->rope_pairs[axis];
    }
    /* The one-step form's sign and scale ride on one of the two weights. */
    fill_weights(&t->y, g->patch, g->form == OASIS_FORM_DIRECT ? 1 : -(float)g->sigma,
                 values + layout->wy);
    fill_weights(&t->x, g->patch, 1, values + layout->wx);
}

static OasisStatus upload(const OasisGeometry *g, OasisTables *t, const Layout *layout,
                          OasisExec *exec)
{
    size_t bytes = layout->total * sizeof(float);
    float *values = calloc(layout->total, sizeof *values);
    OasisStatus status;

    if (!values) {
        return oasis_fail_memory(exec->err, "tables");
    }
    fill(g, t, layout, values);
    status = oasis_backend_buffer_new(exec->backend, bytes, &t->buffer, exec->err);
    if (status == OASIS_OK) {
        status = oasis_backend_upload(exec->backend, (OasisTensor){t->buffer, 0, OASIS_F32}, values,
                                      bytes, exec->err);
    }
    free(values);
    return status;
}

static OasisStatus make(OasisTables *t, const OasisGeometry *g, OasisExec *exec)
{
    const Layout layout = lay_out(g, t);
    OasisTensor all = {.dtype = OASIS_F32};
    OasisStatus status = OASIS_OK;

    if (exec->dry) {
        all = oasis_exec_nowhere(OASIS_F32);
        exec->kept += layout.total * sizeof(float);
    } else {
        status = upload(g, t, &layout, exec);
        all.buffer = t->buffer;
    }
    if (status != OASIS_OK) {
        oasis_tables_clear(t, exec->backend);
        return status;
    }
    t->rope = oasis_tensor_at(all, layout.rope);
    t->wy = oasis_tensor_at(all, layout.wy);
    t->wx = oasis_tensor_at(all, layout.wx);
    return OASIS_OK;
}

static OasisStatus prepare(OasisTables *tables, const OasisGeometry *g, OasisTables wanted,
                           OasisExec *exec)
{
    if (!exec->dry && !memcmp(&tables->grid, &wanted.grid, sizeof wanted.grid) &&
        !memcmp(&tables->y, &wanted.y, sizeof wanted.y) &&
        !memcmp(&tables->x, &wanted.x, sizeof wanted.x)) {
        return OASIS_OK;
    }
    oasis_tables_clear(tables, exec->backend);
    *tables = wanted;
    return make(tables, g, exec);
}

OasisStatus oasis_tables_prepare(OasisTables *tables, const OasisGeometry *g,
                                 const OasisShape *shape, OasisExec *exec)
{
    OasisTables wanted = {
        .y = oasis_tile_plan(shape->tokens_y, g->tile_tokens, g->tile_overlap),
        .x = oasis_tile_plan(shape->tokens_x, g->tile_tokens, g->tile_overlap),
    };

    wanted.grid = (OasisGrid){shape->latent_frames, wanted.y.extent, wanted.x.extent};
    return prepare(tables, g, wanted, exec);
}

OasisStatus oasis_tables_rope(OasisTables *tables, const OasisGeometry *g, OasisGrid grid,
                              OasisExec *exec)
{
    return prepare(tables, g, (OasisTables){.grid = grid}, exec);
}

void oasis_tables_clear(OasisTables *tables, OasisBackend *backend)
{
    oasis_backend_buffer_free(backend, &tables->buffer);
    *tables = (OasisTables){0};
}
