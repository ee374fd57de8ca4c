/* Every operation: counted in a dry run, else called, in pieces that can be cancelled.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/exec.h"

#include <assert.h>
#include <math.h>

#include "core/align.h"
#include "oasis/status.h"
#include "ops/batch.h"
#include "ops/cost.h"

/* Rows of a piece come in multiples of this, which every kernel's tiles divide or fill well. */
enum { PIECE_ROWS = 64 };

OasisTensor oasis_exec_nowhere(OasisDType dtype)
{
    static char nowhere;

    return (OasisTensor){.buffer = (OasisBuffer *)(void *)&nowhere, .dtype = dtype};
}

OasisTensor oasis_exec_take(OasisExec *exec, OasisDType dtype, size_t n)
{
    OasisTensor tensor = exec->dry ? oasis_exec_nowhere(dtype)
                                   : (OasisTensor){exec->buffer, 0, dtype};

    tensor.offset = exec->used;
    exec->used += oasis_align_tensor(n * oasis_dtype_bytes(dtype));
    if (exec->peak < exec->used) {
        exec->peak = exec->used;
    }
    return tensor;
}

OasisStatus oasis_exec_upload(OasisExec *exec, OasisTensor to, const void *from, size_t bytes)
{
    if (exec->dry) {
        return OASIS_OK;
    }
    return oasis_backend_upload(exec->backend, to, from, bytes, exec->err);
}

/* Books work that was enqueued, and after enough of it waits for what came before and polls. */
static OasisStatus book(OasisExec *exec, double flops)
{
    const OasisTicket before = exec->marked;

    exec->flops += flops;
    exec->unmarked_flops += flops;
    if (exec->dry || exec->unmarked_flops < exec->backend->poll_flops) {
        return OASIS_OK;
    }
    exec->unmarked_flops = 0;
    exec->marked = oasis_backend_mark(exec->backend);
    OASIS_TRY(oasis_backend_wait(exec->backend, before, exec->err));
    if (oasis_cancel_is_triggered(exec->cancel)) {
        return oasis_fail(exec->err, OASIS_ERR_CANCELLED, exec->backend->info.name,
                          "the job was cancelled");
    }
    if (exec->progress && exec->flops_total > 0) {
        exec->progress(fmin(exec->flops / exec->flops_total, 1), exec->data);
    }
    return OASIS_OK;
}

/* How many of n rows of `flops` each make a piece. */
static int piece_rows(const OasisExec *exec, int n, double flops, int multiple)
{
    double rows = exec->backend->poll_flops / flops;
    int whole = rows < n ? (int)rows / multiple * multiple : n;

    return whole < multiple ? (multiple < n ? multiple : n) : whole;
}

/* --- calls ------------------------------------------------------------------------------------ */

#define CALL(name, args)                                                                        \
    static OasisStatus call_##name(OasisExec *exec, const args *a)                              \
    {                                                                                           \
        if (exec->dry) {                                                                        \
            size_t bytes = oasis_backend_workspace_bytes(exec->backend, OASIS_OP_##name, a);    \
            exec->workspace = exec->workspace < bytes ? bytes : exec->workspace;                \
        } else {                                                                                \
            OASIS_TRY(oasis_backend_##name(exec->backend, a, exec->err));                       \
        }                                                                                       \
        return book(exec, oasis_cost_##name(a).work);                                           \
    }
OASIS_OPS(CALL)
#undef CALL

#define WHOLE(name, args)                                          \
    OasisStatus oasis_exec_##name(OasisExec *exec, const args *a)  \
    {                                                              \
        return call_##name(exec, a);                               \
    }
WHOLE(import_frame, OasisImportArgs)
WHOLE(export_frame, OasisExportArgs)
WHOLE(mix, OasisMixArgs)
WHOLE(grain, OasisGrainArgs)
WHOLE(fold, OasisFoldArgs)
WHOLE(layer_norm, OasisLayerNormArgs)
WHOLE(norm_rope, OasisNormRopeArgs)
WHOLE(unpatchify, OasisUnpatchifyArgs)
WHOLE(combine, OasisCombineArgs)
WHOLE(fill, OasisFillArgs)
WHOLE(add_row, OasisAddRowArgs)
WHOLE(time_up, OasisTimeUpArgs)
WHOLE(pixel_shuffle, OasisPixelShuffleArgs)
WHOLE(pixel_unshuffle, OasisPixelUnshuffleArgs)
#undef WHOLE

OasisStatus oasis_exec_linear(OasisExec *exec, const OasisLinearArgs *a)
{
    int rows = piece_rows(exec, a->n, 2.0 * a->k * a->m, PIECE_ROWS);
    OasisLinearArgs piece = *a;

    for (int i = 0; i < a->n; i += rows) {
        piece.n = a->n - i < rows ? a->n - i : rows;
        piece.x = oasis_tensor_at(a->x, (size_t)i * a->k);
        piece.out = oasis_tensor_at(a->out, (size_t)i * a->m);
        OASIS_TRY(call_linear(exec, &piece));
    }
    return OASIS_OK;
}

/* Queries [first, first + n) of an item's global head see all keys; those of an intra head the keys
 * of the same frames. */
static OasisStatus attention_piece(OasisExec *exec, const OasisAttentionArgs *a, int first, int n)
{
    OasisAttentionArgs piece = *a;

    piece.n = n;
    piece.q = oasis_tensor_at(a->q, (size_t)first * a->q_stride);
    piece.out = oasis_tensor_at(a->out, (size_t)first * a->out_stride);
    if (a->kind == OASIS_ATTENTION_INTRA) {
        piece.grid.f = n / (a->grid.h * a->grid.w);
        piece.n_keys = n;
        piece.k = oasis_tensor_at(a->k, (size_t)first * a->kv_stride);
        piece.v = oasis_tensor_at(a->v, (size_t)first * a->kv_stride);
    }
    return call_attention(exec, &piece);
}

static OasisStatus attention_item(OasisExec *exec, const OasisAttentionArgs *a)
{
    int rows = a->n;

    if (a->kind == OASIS_ATTENTION_WINDOW) {
        return call_attention(exec, a);
    }
    if (a->kind == OASIS_ATTENTION_GLOBAL) {
        rows = piece_rows(exec, a->n, oasis_cost_attention(a).work / a->n, PIECE_ROWS);
    } else {
        rows = piece_rows(exec, a->n, oasis_cost_attention(a).work / a->n, a->grid.h * a->grid.w);
    }
    for (int i = 0; i < a->n; i += rows) {
        OASIS_TRY(attention_piece(exec, a, i, a->n - i < rows ? a->n - i : rows));
    }
    return OASIS_OK;
}

/* As many items at a time as make a piece; where one is more than that, it is cut up itself. */
OasisStatus oasis_exec_attention(OasisExec *exec, const OasisAttentionArgs *a)
{
    int n = oasis_attention_items(a), items;

    if (!a->n_heads) {
        return OASIS_OK;
    }
    items = piece_rows(exec, n, oasis_cost_attention(a).work / n, 1);
    assert(!a->lse.buffer); /* log-sum-exps of pieces would not lie side by side */
    for (int i = 0; i < n; i += items) {
        const OasisAttentionArgs part = oasis_attention_part(a, i, n - i < items ? n - i : items);
        OASIS_TRY(part.batch > 1 ? call_attention(exec, &part) : attention_item(exec, &part));
    }
    return OASIS_OK;
}

OasisStatus oasis_exec_conv(OasisExec *exec, const OasisConvArgs *a)
{
    int frames = piece_rows(exec, a->frames, oasis_cost_conv(a).work / a->frames, 1);
    size_t positions = (size_t)a->height * a->width;
    OasisConvArgs piece = *a;

    for (int t = 0; t < a->frames; t += frames) {
        piece.frames = a->frames - t < frames ? a->frames - t : frames;
        piece.x = oasis_tensor_at(a->x, t * positions * a->in);
        piece.residual = oasis_tensor_at(a->residual, t * positions * a->out_channels);
        piece.out = oasis_tensor_at(a->out, t * positions * a->out_channels);
        OASIS_TRY(call_conv(exec, &piece));
    }
    return OASIS_OK;
}

/* A piece also takes the two frames before it, whose results are wrong for want of their own
 * history; going backwards, the piece before puts them right. So that little is computed twice,
 * pieces are even and have eight frames at least. */
OasisStatus oasis_exec_temporal(OasisExec *exec, const OasisTemporalArgs *a)
{
    double work = oasis_cost_temporal(a).work / a->frames;
    int pieces = a->frames / piece_rows(exec, a->frames, work, 8);
    int frames = (a->frames + pieces - 1) / pieces;
    OasisTemporalArgs piece = *a;

    for (int t = (a->frames - 1) / frames * frames; t >= 0; t -= frames) {
        int end = a->frames - t < frames ? a->frames : t + frames;
        int first = t < 2 ? 0 : t - 2;
        piece.frames = end - first;
        piece.x = oasis_tensor_at(a->x, first * a->positions * a->in);
        piece.out = oasis_tensor_at(a->out, first * a->positions * a->out_channels);
        OASIS_TRY(call_temporal(exec, &piece));
    }
    return OASIS_OK;
}
