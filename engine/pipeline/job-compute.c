/* The middle of a job: frames in, restored frames out, a chunk at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/status.h"
#include "pipeline/job-private.h"

static void join_flight(OasisWorker *worker, OasisTray *tray)
{
    tray->next = NULL;
    *worker->end = tray;
    worker->end = &tray->next;
    worker->in_flight++;
}

static OasisStatus finish_oldest(OasisWorker *worker, OasisError *err)
{
    OasisTray *tray = worker->oldest;

    worker->oldest = tray->next;
    if (--worker->in_flight == 0) {
        worker->end = &worker->oldest;
    }
    OASIS_TRY(oasis_restorer_finish(worker->restorer, tray->ticket, err));
    oasis_job_hand_on(worker->job, tray);
    return OASIS_OK;
}

/* What was begun before is ready, so that a chunk need not wait until the next one is begun. */
static void progress(double done, void *data)
{
    OasisWorker *worker = data;
    OasisJob *job = worker->job;
    OasisError err = {0};
    OasisStatus status = OASIS_OK;

    while (worker->in_flight > 0 && status == OASIS_OK) {
        status = finish_oldest(worker, &err);
    }
    if (status != OASIS_OK) {
        oasis_job_fail(job, status, &err);
    }
    oasis_job_note_work(worker, done * worker->chunk_work);
    if (worker == job->workers) {
        oasis_job_progress(job);
    }
}

/* Begins to fill a tray as far as the job wants it and the cache lacks it. */
static OasisStatus begin(OasisWorker *worker, OasisTray *tray, OasisError *err)
{
    OasisJob *job = worker->job;
    const OasisPlanStep *step = tray->step;
    const bool restore = job->plan.want_restored && !step->cached;
    const OasisChunkWork work = {
        .frames = tray->source,
        .n_frames = tray->n_source,
        .crop = job->params->crop,
        .output = job->params->output,
        .want_first = (int)(step->out.first_frame - tray->first_source),
        .want_frames = (int)step->out.frames,
        .cancel = job->stop,
        .progress = progress,
        .data = worker,
    };

    worker->chunk_work = restore ? job->grid.chunk_frames : 0;
    if (!restore && !job->plan.want_resized) {
        oasis_frames_unref(tray->source, tray->n_source); /* while the tray is the worker's */
        oasis_job_hand_on(job, tray);
    } else {
        OASIS_TRY(oasis_restorer_begin(worker->restorer, &work, restore ? tray->restored : NULL,
                                       job->plan.want_resized ? tray->resized : NULL,
                                       &tray->ticket, err));
        oasis_frames_unref(tray->source, tray->n_source);
        join_flight(worker, tray);
    }
    oasis_job_note_begun(worker, worker->chunk_work);
    return OASIS_OK;
}

static OasisStatus compute(OasisWorker *worker, OasisError *err)
{
    for (;;) {
        OasisTray *tray;

        OASIS_TRY(oasis_job_feed(worker, &tray, err));
        if (tray) {
            OASIS_TRY(begin(worker, tray, err));
        } else if (!worker->in_flight) {
            return OASIS_OK;
        }
        if (!tray || worker->in_flight >= oasis_restorer_slots(worker->restorer)) {
            OASIS_TRY(finish_oldest(worker, err));
        }
    }
}

void *oasis_job_compute(void *data)
{
    OasisWorker *worker = data;
    OasisError err = {0};
    OasisStatus status = compute(worker, &err);

    if (status != OASIS_OK) {
        oasis_job_fail(worker->job, status, &err);
    }
    while (worker->in_flight > 0) { /* after a failure: it writes to its trays */
        status = finish_oldest(worker, NULL);
    }
    return NULL;
}
