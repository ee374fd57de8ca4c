/* Chunks begun and finished, again where the device has failed them.
 *
 * What is begun stays on record with its source frames until it is finished. A device that is lost
 * meanwhile is opened anew, and what is on record is begun once more, into the frames that the
 * caller has by then.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/restorer.h"

#include <stdlib.h>
#include <string.h>

#include "model/budget.h"
#include "model/chunk-run.h"
#include "model/model-private.h"
#include "oasis/status.h"

enum { MAX_FLIGHTS = 4 }; /* more than any back end's slots */

/* A chunk that is begun and not finished. */
typedef struct Flight {
    OasisChunkWork work;
    OasisFrame *sources[OASIS_MAX_CHUNK_FRAMES]; /* references; work.frames */
    OasisFrame *restored[OASIS_MAX_CHUNK_FRAMES], *resized[OASIS_MAX_CHUNK_FRAMES];
    bool want_restored, want_resized;
    OasisTicket given;  /* to the caller */
    OasisTicket ticket; /* of the back end that computes it now */
    bool reached;
} Flight;

struct OasisRestorer {
    const OasisModel *model;
    OasisDevice *device;
    OasisNet *net; /* NULL once the device is lost for good */
    OasisBuffer *work;
    size_t work_bytes;
    /* The last ones of resizing alone and of restoring; work_bytes 0 = none yet. */
    OasisBudget budgets[2];
    uint64_t limit;     /* bytes that were too many when they were wanted; 0 = none yet */
    OasisTicket marked; /* after all that it has enqueued */
    Flight flights[MAX_FLIGHTS]; /* n_flights of them from `oldest` on, round the end */
    int oldest, n_flights;
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

static void free_work(OasisRestorer *restorer)
{
    oasis_backend_buffer_free(restorer->device->backend, &restorer->work);
    restorer->work_bytes = 0;
}

void oasis_restorer_trim(OasisRestorer *restorer)
{
    free_work(restorer);
    restorer->limit = 0;
    if (restorer->net) {
        oasis_backend_trim(restorer->device->backend);
    }
}

void oasis_restorer_free(OasisRestorer **restorer)
{
    if (!*restorer) {
        return;
    }
    free_work(*restorer);
    oasis_net_free(&(*restorer)->net);
    free(*restorer);
    *restorer = NULL;
}

int oasis_restorer_slots(const OasisRestorer *restorer)
{
    return restorer->net ? restorer->device->backend->slots : 1;
}

const OasisModelInfo *oasis_restorer_model(const OasisRestorer *restorer)
{
    return oasis_model_info(restorer->model);
}

const OasisDeviceInfo *oasis_restorer_device(const OasisRestorer *restorer)
{
    return oasis_device_info(restorer->device);
}

void oasis_restorer_identity(const OasisRestorer *restorer, const char *folder, char identity[65])
{
    oasis_model_identity(restorer->model, folder, identity);
}

/* --- memory ----------------------------------------------------------------------------------- */

/* What may be used of the device; UINT64_MAX if that is unknown. */
static uint64_t memory_of(const OasisRestorer *restorer)
{
    uint64_t bytes = restorer->device->backend->info.memory_bytes;

    bytes = bytes ? bytes : UINT64_MAX;
    return restorer->limit && restorer->limit - 1 < bytes ? restorer->limit - 1 : bytes;
}

OasisRestorerCost oasis_restorer_cost(const OasisRestorer *restorer,
                                      const OasisFrameFormat *source,
                                      const OasisFrameFormat *output, bool resize_only)
{
    const OasisNet *net = restorer->net;
    OasisBudget budget;

    if (!net) {
        return (OasisRestorerCost){.bytes = UINT64_MAX};
    }
    budget = oasis_budget_make(net, source, output, resize_only ? 0 : net->geometry->chunk_frames,
                               memory_of(restorer));
    return (OasisRestorerCost){oasis_budget_bytes(net, &budget), budget.flops};
}

/* Makes the work memory at least that large. */
static OasisStatus take_work(OasisRestorer *restorer, size_t bytes, OasisError *err)
{
    if (bytes <= restorer->work_bytes) {
        return OASIS_OK;
    }
    free_work(restorer);
    OASIS_TRY(oasis_backend_buffer_new(restorer->device->backend, bytes, &restorer->work, err));
    restorer->work_bytes = bytes;
    return OASIS_OK;
}

/* Makes the budget for so many frames (0 = resizing alone) the current one of its kind, with the
 * memory that it takes. */
static OasisStatus prepare(OasisRestorer *restorer, const OasisFrameFormat *source,
                           const OasisFrameFormat *output, int frames, const OasisBudget **budget,
                           OasisError *err)
{
    const OasisNet *net = restorer->net;
    OasisBudget *kept = &restorer->budgets[frames > 0], made;
    OasisStatus status;

    *budget = kept;
    if (kept->work_bytes && kept->frames == frames &&
        oasis_frame_format_equal(&kept->source, source) &&
        oasis_frame_format_equal(&kept->output, output) &&
        kept->work_bytes <= restorer->work_bytes) {
        return OASIS_OK;
    }
    made = oasis_budget_make(net, source, output, frames, memory_of(restorer));
    OASIS_TRY(oasis_budget_check(net, &made, memory_of(restorer), err));
    status = take_work(restorer, made.work_bytes, err);
    while (status == OASIS_ERR_NO_MEMORY && oasis_budget_shrink(net, &made)) {
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
    const OasisBudget *budget;

    if (!restorer->net) {
        return oasis_fail(err, OASIS_ERR_DEVICE, restorer->model->path, "its device was lost");
    }
    return prepare(restorer, source, output,
                   resize_only ? 0 : restorer->net->geometry->chunk_frames, &budget, err);
}

/* After memory that a chunk was to take could not be had: sees that less will be taken, and gives
 * back what there is. False where nothing less will do. */
static bool tighten(OasisRestorer *restorer, const Flight *flight)
{
    OasisBudget *budget = &restorer->budgets[flight->want_restored], smaller = *budget;

    if (!budget->work_bytes || !oasis_budget_shrink(restorer->net, &smaller)) {
        return false;
    }
    restorer->limit = oasis_budget_bytes(restorer->net, &smaller) + 1;
    budget->work_bytes = 0;
    free_work(restorer);
    oasis_backend_trim(restorer->device->backend);
    return true;
}

/* --- one chunk -------------------------------------------------------------------------------- */

static OasisStatus check_work(const OasisRestorer *restorer, const OasisChunkWork *work,
                              OasisError *err)
{
    int most;

    if (!restorer->net) {
        return oasis_fail(err, OASIS_ERR_DEVICE, restorer->model->path, "its device was lost");
    }
    most = restorer->net->geometry->chunk_frames;
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
    OASIS_TRY(oasis_frame_format_check(&work->frames[work->want_first]->format, "source", err));
    return oasis_crop_check(&work->crop, &work->frames[work->want_first]->format, err);
}

static Flight *flight_at(OasisRestorer *restorer, int i)
{
    return &restorer->flights[(restorer->oldest + i) % MAX_FLIGHTS];
}

/* Progress, which is told where all that was begun before has been waited for. */
typedef struct Watch {
    OasisRestorer *restorer;
    const Flight *flight;
} Watch;

static void reach_older(const Watch *watch)
{
    Flight *older;

    for (int i = 0; (older = flight_at(watch->restorer, i)) != watch->flight; i++) {
        older->reached = true;
    }
}

static void on_progress(double done, void *data)
{
    const Watch *watch = data;
    const OasisChunkWork *work = &watch->flight->work;

    reach_older(watch);
    if (work->progress) {
        work->progress(done, work->data);
    }
}

static OasisStatus run(OasisRestorer *restorer, OasisExec *exec, Flight *flight)
{
    const OasisChunkWork *work = &flight->work;
    OasisFrame **resized = flight->want_resized ? flight->resized : NULL;
    const OasisBudget *budget;

    OASIS_TRY(prepare(restorer, &work->frames[work->want_first]->format, &work->output,
                      flight->want_restored ? oasis_chunk_run_frames(restorer->net, work) : 0,
                      &budget, exec->err));
    exec->buffer = restorer->work;
    exec->flops_total = budget->flops;
    exec->tile_group = budget->tile_group;
    exec->band = budget->band;
    return flight->want_restored
               ? oasis_chunk_restore(restorer->net, exec, work, flight->restored, resized)
               : oasis_chunk_resize(restorer->net, exec, work, resized);
}

/* Enqueues a chunk, and waits for what was enqueued before, now that the device has this to go on
 * with. After a failure nothing is about to fill its frames. */
static OasisStatus enqueue(OasisRestorer *restorer, Flight *flight, OasisError *err)
{
    OasisBackend *backend = restorer->device->backend;
    Watch watch = {restorer, flight};
    OasisExec exec = {.backend = backend, .err = err, .cancel = flight->work.cancel,
                      .progress = on_progress, .data = &watch, .marked = restorer->marked};
    OasisStatus status = run(restorer, &exec, flight);

    flight->ticket = oasis_backend_mark(backend);
    if (status == OASIS_OK) {
        status = oasis_backend_wait(backend, restorer->marked, err);
    }
    restorer->marked = flight->ticket;
    if (status == OASIS_OK) {
        on_progress(1, &watch);
    } else {
        OasisStatus again = oasis_backend_wait(backend, flight->ticket, NULL);
        (void)again; /* the first failure is told */
    }
    return status;
}

/* The same, with less memory if need be. Writes to err also where that helps. */
static OasisStatus launch(OasisRestorer *restorer, Flight *flight, OasisError *err)
{
    OasisStatus status = enqueue(restorer, flight, err);

    while (status == OASIS_ERR_NO_MEMORY && tighten(restorer, flight)) {
        status = enqueue(restorer, flight, err);
    }
    return status;
}

/* --- a device that is lost -------------------------------------------------------------------- */

static void forget_device(OasisRestorer *restorer)
{
    free_work(restorer);
    oasis_net_free(&restorer->net);
    memset(restorer->budgets, 0, sizeof restorer->budgets);
    restorer->limit = 0;
    restorer->marked = 0;
}

/* Opens the device anew, and begins anew what was not reached, but for `newest` (NULL = none). */
static OasisStatus recover(OasisRestorer *restorer, const Flight *newest)
{
    OasisDevice *device = restorer->device;
    OasisStatus status;

    if (!device->renew) {
        return OASIS_ERR_DEVICE;
    }
    do {
        forget_device(restorer);
        OASIS_TRY(device->renew(device, NULL));
        status = oasis_net_new(restorer->model, device->backend, &restorer->net, NULL);
        for (int i = 0; i < restorer->n_flights && status == OASIS_OK; i++) {
            Flight *flight = flight_at(restorer, i);
            if (flight != newest && !flight->reached) {
                flight->work.progress = NULL;
                status = launch(restorer, flight, NULL);
            }
        }
    } while (status == OASIS_ERR_DEVICE);
    return status;
}

/* --- beginning and finishing ------------------------------------------------------------------ */

/* Puts a chunk on record, with references to the frames that it will read. */
static Flight *take_off(OasisRestorer *restorer, const OasisChunkWork *work, bool want_restored,
                        bool want_resized)
{
    Flight *flight = flight_at(restorer, restorer->n_flights++);
    int first = want_restored ? 0 : work->want_first;
    int end = want_restored ? work->n_frames : work->want_first + work->want_frames;

    *flight = (Flight){.work = *work, .want_restored = want_restored,
                       .want_resized = want_resized};
    for (int i = first; i < end; i++) {
        flight->sources[i] = oasis_frame_ref(work->frames[i]);
    }
    flight->work.frames = flight->sources;
    return flight;
}

/* A failure that nothing has helped. */
static void tell(const OasisError *failure, OasisError *err)
{
    if (err) {
        *err = *failure;
    }
}

/* Hands the caller his frames. */
static void give(OasisFrame *const *from, int n, OasisFrame **to)
{
    for (int i = 0; to && i < n; i++) {
        to[i] = from[i];
    }
}

OasisStatus oasis_restorer_begin(OasisRestorer *restorer, const OasisChunkWork *work,
                                 OasisFrame **restored, OasisFrame **resized, OasisTicket *ticket,
                                 OasisError *err)
{
    OasisStatus status;
    OasisError first;
    Flight *flight;

    OASIS_TRY(check_work(restorer, work, err));
    *ticket = restorer->marked;
    if (!work->want_frames || (!restored && !resized)) {
        return OASIS_OK;
    }
    if (restorer->n_flights == MAX_FLIGHTS) {
        return oasis_fail(err, OASIS_ERR_USAGE, "chunk", "too many are begun and not finished");
    }
    flight = take_off(restorer, work, restored, resized);
    status = launch(restorer, flight, &first);
    while (status == OASIS_ERR_DEVICE && recover(restorer, flight) == OASIS_OK) {
        status = launch(restorer, flight, &first);
    }
    if (status != OASIS_OK) {
        tell(&first, err);
        oasis_frames_unref(flight->restored, work->want_frames);
        oasis_frames_unref(flight->resized, work->want_frames);
        oasis_frames_unref(flight->sources, work->n_frames);
        restorer->n_flights--;
    }
    give(flight->restored, work->want_frames, restored);
    give(flight->resized, work->want_frames, resized);
    *ticket = flight->given = flight->ticket;
    return status;
}

/* Waits for a chunk, through the loss of its device if need be. */
static OasisStatus reach(OasisRestorer *restorer, const Flight *flight, OasisError *err)
{
    OasisStatus status;
    OasisError first;

    if (!restorer->net) {
        return oasis_fail(err, OASIS_ERR_DEVICE, restorer->model->path, "its device was lost");
    }
    do {
        status = oasis_backend_wait(restorer->device->backend, flight->ticket, &first);
    } while (status == OASIS_ERR_DEVICE && recover(restorer, NULL) == OASIS_OK);
    if (status != OASIS_OK) {
        tell(&first, err);
    }
    return status;
}

OasisStatus oasis_restorer_finish(OasisRestorer *restorer, OasisTicket ticket, OasisError *err)
{
    Flight *flight = flight_at(restorer, 0);
    OasisStatus status = OASIS_OK;

    if (!restorer->n_flights || flight->given != ticket) {
        return OASIS_OK; /* nothing was wanted of it */
    }
    if (!flight->reached) {
        status = reach(restorer, flight, err);
    }
    oasis_frames_unref(flight->sources, flight->work.n_frames);
    restorer->oldest = (restorer->oldest + 1) % MAX_FLIGHTS;
    restorer->n_flights--;
    return status;
}
