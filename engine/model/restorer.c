/* A chunk imported, restored and exported; and what it takes, measured before.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/restorer.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "model/model-private.h"
#include "model/net.h"
#include "model/tile.h"
#include "oasis/status.h"

enum {
    BAND_UNIT = 16,  /* rows: every stage's sizes stay whole */
    LEAST_BAND = 64, /* less would be mostly its halo */
};

/* What a run of one size takes, as a dry run has found. */
typedef struct Plan {
    int frames; /* that the model computes together; 0 = it does not run */
    int tile_group, band; /* of an OasisExec */
    OasisFrameFormat source, output;
    size_t work_bytes;      /* of the restorer's buffer */
    size_t workspace_bytes; /* of the back end's own scratch */
    size_t kept_bytes;      /* of tables that stay */
    double flops;
} Plan;

struct OasisRestorer {
    const OasisModel *model;
    OasisDevice *device;
    OasisNet *net;
    OasisBuffer *work;
    size_t work_bytes;
    Plan plans[2]; /* the last ones of resizing alone and of restoring; work_bytes 0 = none yet */
    OasisTicket marked; /* after all that it has enqueued */
    uint64_t limit; /* bytes that turned out to be too many; 0 = none yet */
};

OasisStatus oasis_restorer_new(const OasisModel *model, OasisDevice *device,
                               OasisRestorer **restorer, OasisError *err)
{
    OasisRestorer *self = calloc(1, sizeof *self);
    OasisStatus status;

    *restorer = NULL;
    if (!self) {
        return oasis_fail_memory(err, model->path);
    }
    self->model = model;
    self->device = device;
    status = oasis_net_new(model, device->backend, &self->net, err);
    if (status != OASIS_OK) {
        oasis_restorer_free(&self);
    }
    *restorer = self;
    return status;
}

void oasis_restorer_trim(OasisRestorer *restorer)
{
    OasisBackend *backend = restorer->device->backend;

    oasis_backend_buffer_free(backend, &restorer->work);
    restorer->work_bytes = 0;
    restorer->limit = 0;
    oasis_backend_trim(backend);
}

void oasis_restorer_free(OasisRestorer **restorer)
{
    OasisBackend *backend;

    if (!*restorer) {
        return;
    }
    backend = (*restorer)->device->backend;
    oasis_backend_buffer_free(backend, &(*restorer)->work);
    oasis_net_free(&(*restorer)->net);
    free(*restorer);
    *restorer = NULL;
}

int oasis_restorer_slots(const OasisRestorer *restorer)
{
    return restorer->device->backend->slots;
}

const OasisModelInfo *oasis_restorer_model(const OasisRestorer *restorer)
{
    return oasis_model_info(restorer->model);
}

/* How many frames the model computes together. */
static int frames_of(const OasisRestorer *restorer, const OasisChunkWork *work)
{
    return work->run_frames ? work->run_frames : restorer->net->geometry->chunk_frames;
}

/* --- one chunk, or the measuring of it -------------------------------------------------------- */

/* Imports a source frame as frame t of an image [T, padded height, padded width, 3]. */
static OasisStatus import(OasisExec *exec, const OasisFrame *frame, const OasisImageSize *size,
                          int t, OasisTensor image)
{
    OASIS_RUN(exec, import_frame,
              .frame = frame,
              .width = size->width,
              .height = size->height,
              .padded_width = size->padded_width,
              .padded_height = size->padded_height,
              .image = oasis_tensor_at(image, (size_t)t * oasis_image_elements(size)));
    return OASIS_OK;
}

/* All frames of the chunk; where there are too few, the last one again and again. */
static OasisStatus import_chunk(OasisExec *exec, const OasisChunkWork *work, int frames,
                                const OasisImageSize *size, OasisTensor image)
{
    size_t n = oasis_image_elements(size);
    int last = work->n_frames - 1;

    for (int t = 0; t <= last; t++) {
        OASIS_TRY(import(exec, work->frames[t], size, t, image));
    }
    for (int t = last + 1; t < frames; t++) {
        OASIS_RUN(exec, combine,
                  .a = oasis_tensor_at(image, (size_t)last * n),
                  .out = oasis_tensor_at(image, (size_t)t * n),
                  .alpha = 1,
                  .n = n);
    }
    return OASIS_OK;
}

/* A new frame in `*out` from frame `image_t` of an image, with the times of source frame t. */
static OasisStatus export(OasisExec *exec, const OasisChunkWork *work, const OasisImageSize *size,
                          int t, int image_t, OasisTensor image, OasisFrame **out)
{
    OasisFrame format_only = {.format = work->output}, *frame = &format_only;

    if (!exec->dry) {
        OASIS_TRY(oasis_backend_frame_new(exec->backend, &work->output, out, exec->err));
        frame = *out;
        frame->pts = work->frames[t]->pts;
        frame->duration = work->frames[t]->duration;
        frame->time_base = work->frames[t]->time_base;
    }
    OASIS_RUN(exec, export_frame,
              .image = oasis_tensor_at(image, (size_t)image_t * oasis_image_elements(size)),
              .padded_width = size->padded_width,
              .padded_height = size->padded_height,
              .frame = frame);
    return OASIS_OK;
}

static OasisStatus run_model(const OasisRestorer *restorer, OasisExec *exec,
                             const OasisChunkWork *work, OasisFrame **restored,
                             OasisFrame **resized)
{
    const OasisGeometry *g = restorer->net->geometry;
    int frames = frames_of(restorer, work);
    OasisShape shape = oasis_shape(g, work->output.width, work->output.height, frames);
    size_t chunk = (size_t)frames;
    OasisTensor image = oasis_exec_take(exec, OASIS_F32, chunk * oasis_image_elements(&shape.full));
    OasisTensor result = oasis_exec_take(exec, OASIS_F32,
                                         chunk * oasis_image_elements(&shape.full));
    OasisTensor low = image;

    OASIS_TRY(import_chunk(exec, work, frames, &shape.full, image));
    if (g->scale > 1) {
        low = oasis_exec_take(exec, OASIS_F32, chunk * oasis_image_elements(&shape.low));
        OASIS_TRY(import_chunk(exec, work, frames, &shape.low, low));
    }
    OASIS_TRY(oasis_net_run(restorer->net, exec, image, low, &shape, result));
    for (int i = 0; i < work->want_frames; i++) {
        int t = work->want_first + i;
        OASIS_TRY(export(exec, work, &shape.full, t, t, result, restored ? &restored[i] : NULL));
        if (resized) {
            OASIS_TRY(export(exec, work, &shape.full, t, t, image, &resized[i]));
        }
    }
    return OASIS_OK;
}

/* The resized source alone, one frame at a time. */
static OasisStatus run_resize(const OasisRestorer *restorer, OasisExec *exec,
                              const OasisChunkWork *work, OasisFrame **resized)
{
    OasisShape shape = oasis_shape(restorer->net->geometry, work->output.width,
                                   work->output.height, 1);
    OasisTensor image = oasis_exec_take(exec, OASIS_F32, oasis_image_elements(&shape.full));

    for (int i = 0; i < work->want_frames; i++) {
        int t = work->want_first + i;
        OASIS_TRY(import(exec, work->frames[t], &shape.full, 0, image));
        OASIS_TRY(export(exec, work, &shape.full, t, 0, image, resized ? &resized[i] : NULL));
    }
    return OASIS_OK;
}

/* --- memory ----------------------------------------------------------------------------------- */

/* Whether the tokens of a tile can be counted at all: rows of operations are ints. */
static bool is_countable(const OasisGeometry *g, const OasisFrameFormat *output, int frames)
{
    OasisShape shape = oasis_shape(g, output->width, output->height, frames);
    OasisTilePlan y = oasis_tile_plan(shape.tokens_y, g->tile_tokens, g->tile_overlap);
    OasisTilePlan x = oasis_tile_plan(shape.tokens_x, g->tile_tokens, g->tile_overlap);

    return (int64_t)y.extent * x.extent * shape.latent_frames <= INT_MAX;
}

/* Measures a chunk as the plan has it, all of its frames wanted. */
static void measure(const OasisRestorer *restorer, Plan *plan)
{
    OasisFrame format_only = {.format = plan->source}, *all[OASIS_MAX_CHUNK_FRAMES];
    OasisExec exec = {.backend = restorer->device->backend, .dry = true,
                      .tile_group = plan->tile_group, .band = plan->band};
    int n = plan->frames ? plan->frames : 1;
    OasisChunkWork work = {.frames = all, .n_frames = n, .run_frames = n, .output = plan->output,
                           .want_frames = n};
    OasisStatus status;

    if (plan->frames && !is_countable(restorer->net->geometry, &plan->output, plan->frames)) {
        plan->work_bytes = SIZE_MAX / 2; /* more than any device has */
        return;
    }
    for (int i = 0; i < n; i++) {
        all[i] = &format_only;
    }
    status = plan->frames ? run_model(restorer, &exec, &work, NULL, NULL)
                          : run_resize(restorer, &exec, &work, NULL);
    (void)status;
    assert(status == OASIS_OK); /* nothing is called, so nothing can fail */
    plan->work_bytes = exec.peak;
    plan->workspace_bytes = exec.workspace;
    plan->kept_bytes = exec.kept;
    plan->flops = exec.flops;
}

/* As much at a time as device and model like; frames 0 = resizing alone. */
static Plan make_plan(const OasisRestorer *restorer, const OasisFrameFormat *source,
                      const OasisFrameFormat *output, int frames)
{
    const OasisGeometry *g = restorer->net->geometry;
    int rows = oasis_shape(g, output->width, output->height, 1).full.padded_height;
    Plan plan = {.frames = frames, .source = *source, .output = *output};

    rows = (rows + BAND_UNIT - 1) / BAND_UNIT * BAND_UNIT;
    plan.band = g->band < rows ? g->band : rows;
    plan.tile_group = restorer->device->backend->tile_group;
    measure(restorer, &plan);
    return plan;
}

static uint64_t total_bytes(const OasisRestorer *restorer, const Plan *plan)
{
    return restorer->net->weight_bytes + plan->work_bytes + plan->workspace_bytes +
           plan->kept_bytes;
}

/* Makes the plan one of the same results that takes less memory, by less at a time; false where
 * there is none. */
static bool shrink(const OasisRestorer *restorer, Plan *plan)
{
    Plan fewer_tiles = *plan, fewer_rows = *plan;

    if (plan->tile_group > 1) {
        fewer_tiles.tile_group /= 2;
        measure(restorer, &fewer_tiles);
    }
    if (restorer->device->backend->any_band && plan->band > LEAST_BAND) {
        fewer_rows.band = (plan->band / 2 + BAND_UNIT - 1) / BAND_UNIT * BAND_UNIT;
        measure(restorer, &fewer_rows);
    }
    if (total_bytes(restorer, &fewer_tiles) >= total_bytes(restorer, plan)) {
        fewer_tiles = fewer_rows;
    }
    if (total_bytes(restorer, &fewer_tiles) >= total_bytes(restorer, plan)) {
        return false;
    }
    *plan = fewer_tiles;
    return true;
}

/* What a job may use of the device; UINT64_MAX if that is unknown. */
static uint64_t memory_of(const OasisRestorer *restorer)
{
    uint64_t bytes = restorer->device->backend->info.memory_bytes;

    bytes = bytes ? bytes : UINT64_MAX;
    return restorer->limit && restorer->limit - 1 < bytes ? restorer->limit - 1 : bytes;
}

/* The fastest plan that fits, or if none does the smallest. */
static Plan make_fitting_plan(const OasisRestorer *restorer, const OasisFrameFormat *source,
                              const OasisFrameFormat *output, int frames)
{
    Plan plan = make_plan(restorer, source, output, frames);

    while (total_bytes(restorer, &plan) > memory_of(restorer) && shrink(restorer, &plan)) {
    }
    return plan;
}

uint64_t oasis_restorer_peak_bytes(const OasisRestorer *restorer, const OasisFrameFormat *source,
                                   const OasisFrameFormat *output)
{
    Plan plan = make_fitting_plan(restorer, source, output,
                                  restorer->net->geometry->chunk_frames);

    return total_bytes(restorer, &plan);
}

/* The largest even height with the output's shape that fits; 0 if none does. */
static int largest_height(const OasisRestorer *restorer, const Plan *plan, uint64_t memory)
{
    int fits = 0, too_large = plan->output.height / 2;

    while (too_large - fits > 1) { /* in units of two lines */
        int middle = (fits + too_large) / 2;
        OasisFrameFormat output = plan->output;
        output.height = 2 * middle;
        /* Not narrower than any rounding of the width makes it. */
        output.width = (int)((int64_t)output.width * output.height / plan->output.height) + 2;
        if (oasis_restorer_peak_bytes(restorer, &plan->source, &output) <= memory) {
            fits = middle;
        } else {
            too_large = middle;
        }
    }
    return 2 * fits;
}

static OasisStatus check_memory(const OasisRestorer *restorer, const Plan *plan, OasisError *err)
{
    uint64_t bytes = total_bytes(restorer, plan), memory = memory_of(restorer);
    int height;

    if (bytes <= memory) {
        return OASIS_OK;
    }
    height = largest_height(restorer, plan, memory);
    return oasis_fail(err, OASIS_ERR_NO_MEMORY, restorer->device->backend->info.name,
                      height ? "%dx%d takes %.1f GB and there are %.1f GB; the largest height that "
                               "fits is %d"
                             : "%dx%d takes %.1f GB and there are %.1f GB; no height fits",
                      plan->output.width, plan->output.height, (double)bytes / 1e9,
                      (double)memory / 1e9, height);
}

/* Makes the restorer's buffer hold at least that much. */
static OasisStatus take_work(OasisRestorer *restorer, size_t bytes, OasisError *err)
{
    OasisBackend *backend = restorer->device->backend;

    if (bytes <= restorer->work_bytes) {
        return OASIS_OK;
    }
    oasis_backend_buffer_free(backend, &restorer->work);
    restorer->work_bytes = 0;
    OASIS_TRY(oasis_backend_buffer_new(backend, bytes, &restorer->work, err));
    restorer->work_bytes = bytes;
    return OASIS_OK;
}

/* Makes the plan for so many frames (0 = resizing alone) the current one of its kind, with the
 * memory that it takes. */
static OasisStatus prepare(OasisRestorer *restorer, const OasisFrameFormat *source,
                           const OasisFrameFormat *output, int frames, const Plan **plan,
                           OasisError *err)
{
    Plan *kept = &restorer->plans[frames > 0], made;
    OasisStatus status;

    *plan = kept;
    if (kept->work_bytes && kept->frames == frames &&
        oasis_frame_format_equal(&kept->source, source) &&
        oasis_frame_format_equal(&kept->output, output) &&
        kept->work_bytes <= restorer->work_bytes) {
        return OASIS_OK;
    }
    made = make_fitting_plan(restorer, source, output, frames);
    OASIS_TRY(check_memory(restorer, &made, err));
    status = take_work(restorer, made.work_bytes, err);
    while (status == OASIS_ERR_NO_MEMORY && shrink(restorer, &made)) {
        status = take_work(restorer, made.work_bytes, err);
    }
    OASIS_TRY(status);
    *kept = made;
    return OASIS_OK;
}

OasisStatus oasis_restorer_prepare(OasisRestorer *restorer, const OasisFrameFormat *source,
                                   const OasisFrameFormat *output, bool resize_only,
                                   OasisError *err)
{
    const Plan *plan;

    return prepare(restorer, source, output,
                   resize_only ? 0 : restorer->net->geometry->chunk_frames, &plan, err);
}

/* --- running ---------------------------------------------------------------------------------- */

static OasisStatus check_work(const OasisRestorer *restorer, const OasisChunkWork *work,
                              OasisError *err)
{
    int most = restorer->net->geometry->chunk_frames;

    if (work->n_frames < 1 || work->n_frames > most || work->want_first < 0 ||
        work->want_frames < 0 || work->want_frames > work->n_frames - work->want_first) {
        return oasis_fail(err, OASIS_ERR_USAGE, "chunk",
                          "%d frames, of which %d from %d are wanted; a chunk has 1 to %d",
                          work->n_frames, work->want_frames, work->want_first, most);
    }
    if (work->run_frames && (work->run_frames < work->n_frames || work->run_frames > most ||
                             work->run_frames % 4 != 1)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "chunk",
                          "%d frames cannot be computed as %d; that is 4k+1, at most %d",
                          work->n_frames, work->run_frames, most);
    }
    OASIS_TRY(oasis_frame_format_check(&work->output, "output", err));
    if (!work->want_frames) {
        return OASIS_OK;
    }
    return oasis_frame_format_check(&work->frames[work->want_first]->format, "source", err);
}

static void drop(OasisFrame **frames, int n)
{
    for (int i = 0; frames && i < n; i++) {
        oasis_frame_unref(&frames[i]);
    }
}

static void clear(OasisFrame **frames, int n)
{
    for (int i = 0; frames && i < n; i++) {
        frames[i] = NULL;
    }
}

OasisStatus oasis_restorer_finish(OasisRestorer *restorer, OasisTicket ticket, OasisError *err)
{
    return oasis_backend_wait(restorer->device->backend, ticket, err);
}

/* Before frames of a chunk that has failed are dropped: nothing may be about to fill them. */
static void settle(OasisRestorer *restorer)
{
    OasisStatus status = oasis_restorer_finish(restorer, restorer->marked, NULL);

    (void)status; /* the first failure is told */
}

/* Enqueues a chunk. */
static OasisStatus run(OasisRestorer *restorer, OasisExec *exec, const OasisChunkWork *work,
                       OasisFrame **restored, OasisFrame **resized)
{
    const Plan *plan;

    OASIS_TRY(prepare(restorer, &work->frames[work->want_first]->format, &work->output,
                      restored ? frames_of(restorer, work) : 0, &plan, exec->err));
    exec->buffer = restorer->work;
    exec->flops_total = plan->flops;
    return restored ? run_model(restorer, exec, work, restored, resized)
                    : run_resize(restorer, exec, work, resized);
}

OasisStatus oasis_restorer_begin(OasisRestorer *restorer, const OasisChunkWork *work,
                                 OasisFrame **restored, OasisFrame **resized, OasisTicket *ticket,
                                 OasisError *err)
{
    OasisBackend *backend = restorer->device->backend;
    OasisExec exec = {.backend = backend, .err = err, .cancel = work->cancel,
                      .progress = work->progress, .data = work->data, .marked = restorer->marked};
    OasisStatus status;

    OASIS_TRY(check_work(restorer, work, err));
    clear(restored, work->want_frames);
    clear(resized, work->want_frames);
    *ticket = restorer->marked;
    if (!work->want_frames || (!restored && !resized)) {
        return OASIS_OK;
    }
    status = run(restorer, &exec, work, restored, resized);
    *ticket = oasis_backend_mark(backend);
    if (status == OASIS_OK) {
        /* The device has this chunk to go on with. */
        status = oasis_backend_wait(backend, restorer->marked, err);
    }
    restorer->marked = *ticket;
    if (status != OASIS_OK) {
        settle(restorer);
        drop(restored, work->want_frames);
        drop(resized, work->want_frames);
    } else if (work->progress) {
        work->progress(1, work->data);
    }
    return status;
}
