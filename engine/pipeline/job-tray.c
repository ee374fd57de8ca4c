/* Trays go round: from who computes a step to the encode thread, and back for a later step.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "core/wait.h"
#include "pipeline/job-private.h"

/* The cancel flag wakes nobody, so waiting looks at it at times. */
enum { POLL_MS = 50 };

bool oasis_job_make_trays(OasisJob *job)
{
    const size_t frames = (size_t)job->grid.chunk_frames;

    job->n_trays = 1;
    for (int i = 0; i < job->params->n_restorers; i++) {
        job->n_trays += oasis_restorer_slots(job->params->restorers[i]);
    }
    job->trays = calloc((size_t)job->n_trays, sizeof *job->trays);
    for (int i = 0; job->trays && i < job->n_trays; i++) {
        OasisTray *tray = &job->trays[i];

        tray->source = calloc(3 * frames, sizeof *tray->source);
        if (!tray->source) {
            return false;
        }
        tray->restored = tray->source + frames;
        tray->resized = tray->restored + frames;
    }
    return job->trays;
}

static void empty(const OasisJob *job, OasisTray *tray)
{
    oasis_frames_unref(tray->source, job->grid.chunk_frames);
    oasis_frames_unref(tray->restored, job->grid.chunk_frames);
    oasis_frames_unref(tray->resized, job->grid.chunk_frames);
}

void oasis_job_clear_trays(OasisJob *job)
{
    for (int i = 0; job->trays && i < job->n_trays; i++) {
        empty(job, &job->trays[i]);
        free(job->trays[i].source);
    }
    free(job->trays);
}

static OasisTray *tray_of(const OasisJob *job, int64_t step)
{
    return &job->trays[step % job->n_trays];
}

OasisStatus oasis_job_take_tray(OasisWorker *worker, OasisTray **tray)
{
    OasisJob *job = worker->job;
    OasisStatus status = OASIS_OK;
    bool waiting = true;

    *tray = NULL;
    while (waiting) {
        pthread_mutex_lock(&job->mutex);
        if (job->steps_taken == job->plan.n_steps ||
            (worker->oldest && worker->oldest == tray_of(job, job->steps_taken))) {
            waiting = false;
        } else if (oasis_cancel_is_triggered(job->stop)) {
            status = OASIS_ERR_CANCELLED; /* not where all is taken: the sink may be finished */
            waiting = false;
        } else if (!job->feeding && job->steps_taken < job->steps_written + job->n_trays) {
            *tray = tray_of(job, job->steps_taken);
            (*tray)->step = &job->plan.steps[job->steps_taken];
            job->steps_taken++;
            job->feeding = true;
            waiting = false;
        } else {
            oasis_wait_ms(&job->changed, &job->mutex, POLL_MS);
        }
        pthread_mutex_unlock(&job->mutex);
        if (worker == job->workers) {
            oasis_job_progress(job);
        }
    }
    return status;
}

void oasis_job_end_turn(OasisJob *job)
{
    pthread_mutex_lock(&job->mutex);
    job->feeding = false;
    pthread_cond_broadcast(&job->changed);
    pthread_mutex_unlock(&job->mutex);
}

void oasis_job_hand_on(OasisJob *job, OasisTray *tray)
{
    pthread_mutex_lock(&job->mutex);
    tray->done = true;
    pthread_cond_broadcast(&job->changed);
    pthread_mutex_unlock(&job->mutex);
}

OasisStatus oasis_job_await_tray(OasisJob *job, int64_t step, OasisTray **tray)
{
    bool done;

    *tray = tray_of(job, step);
    pthread_mutex_lock(&job->mutex);
    while (!(*tray)->done && !oasis_cancel_is_triggered(job->stop)) {
        oasis_wait_ms(&job->changed, &job->mutex, POLL_MS);
    }
    done = (*tray)->done;
    pthread_mutex_unlock(&job->mutex);
    return done ? OASIS_OK : OASIS_ERR_CANCELLED;
}

void oasis_job_give_back(OasisJob *job, OasisTray *tray)
{
    empty(job, tray);
    pthread_mutex_lock(&job->mutex);
    tray->done = false;
    job->steps_written++;
    pthread_cond_broadcast(&job->changed);
    pthread_mutex_unlock(&job->mutex);
}
