/* The middle of a job: frames in, restored frames out, a chunk at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/status.h"
#include "pipeline/job-private.h"

/* Chunks in flight: begun, but their frames are not filled yet. */
typedef struct Flight {
    OasisJob *job;
    OasisTray *oldest, **end; /* a list */
    int n;
} Flight;

static void join(Flight *flight, OasisTray *tray)
{
    tray->next = NULL;
    *flight->end = tray;
    flight->end = &tray->next;
    flight->n++;
}

static OasisStatus finish_oldest(Flight *flight, OasisError *err)
{
    OasisTray *tray = flight->oldest;

    flight->oldest = tray->next;
    if (--flight->n == 0) {
        flight->end = &flight->oldest;
    }
    OASIS_TRY(oasis_restorer_finish(flight->job->params->restorer, tray->ticket, err));
    oasis_job_hand_on(flight->job, tray);
    return OASIS_OK;
}

/* What was begun before is ready, so that a chunk need not wait until the next one is begun. */
static void progress(double done, void *data)
{
    Flight *flight = data;
    OasisError err = {0};
    OasisStatus status = OASIS_OK;

    while (flight->n > 0 && status == OASIS_OK) {
        status = finish_oldest(flight, &err);
    }
    if (status != OASIS_OK) {
        oasis_job_fail(flight->job, status, &err);
    }
    oasis_job_progress(flight->job, done);
}

/* Begins to fill a tray as far as the job wants it and the cache lacks it. */
static OasisStatus begin(Flight *flight, const OasisPlanStep *step, OasisTray *tray,
                         OasisError *err)
{
    OasisJob *job = flight->job;
    const bool restore = job->plan.want_restored && !step->cached;
    const OasisChunkWork work = {
        .frames = job->window,
        .n_frames = job->in_window,
        .output = job->params->output,
        .want_first = (int)(step->out.first_frame - job->window_first),
        .want_frames = (int)step->out.frames,
        .cancel = job->stop,
        .progress = progress,
        .data = flight,
    };

    job->work_chunk = restore ? job->grid.chunk_frames : 0;
    if (!restore && !job->plan.want_resized) {
        oasis_job_hand_on(job, tray);
        return OASIS_OK;
    }
    OASIS_TRY(oasis_restorer_begin(job->params->restorer, &work, restore ? tray->restored : NULL,
                                   job->plan.want_resized ? tray->resized : NULL, &tray->ticket,
                                   err));
    join(flight, tray);
    return OASIS_OK;
}

static OasisStatus compute_step(Flight *flight, int64_t i, OasisError *err)
{
    OasisJob *job = flight->job;
    OasisTray *tray = oasis_job_tray(job, i);

    if (tray == flight->oldest) { /* steps that came from the cache have not waited for it */
        OASIS_TRY(finish_oldest(flight, err));
    }
    OASIS_TRY(oasis_job_take_tray(job, i));
    OASIS_TRY(oasis_job_feed(job, i, tray, err));
    OASIS_TRY(begin(flight, &job->plan.steps[i], tray, err));
    if (flight->n >= oasis_restorer_slots(job->params->restorer)) {
        OASIS_TRY(finish_oldest(flight, err));
    }
    return OASIS_OK;
}

void oasis_job_compute(OasisJob *job)
{
    Flight flight = {.job = job, .end = &flight.oldest};
    OasisStatus status = OASIS_OK;
    OasisError err = {0};

    for (int64_t i = 0; i < job->plan.n_steps && status == OASIS_OK; i++) {
        status = compute_step(&flight, i, &err);
        oasis_job_chunk_done(job);
    }
    /* After a failure, too: what is in flight writes to its trays. */
    while (flight.n > 0) {
        OasisStatus finished = finish_oldest(&flight, status == OASIS_OK ? &err : NULL);

        status = status == OASIS_OK ? finished : status;
    }
    if (status != OASIS_OK) {
        oasis_job_fail(job, status, &err);
    }
    oasis_job_clear_window(job);
}
