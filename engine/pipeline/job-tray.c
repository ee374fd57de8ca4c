/* Trays go round: from who computes a step to the encode thread, and back for a later step.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "core/wait.h"
#include "pipeline/job-private.h"

/* The cancel flag wakes nobody, so waiting looks at it at times. */
enum { POLL_MS = 50 };

static void drop_frames(OasisFrame **frames, int n)
{
    for (int i = 0; frames && i < n; i++) {
        oasis_frame_unref(&frames[i]);
    }
}

bool oasis_job_make_trays(OasisJob *job)
{
    const size_t frames = (size_t)job->grid.chunk_frames;

    job->n_trays = oasis_restorer_slots(job->params->restorer) + 1;
    job->trays = calloc((size_t)job->n_trays, sizeof *job->trays);
    for (int i = 0; job->trays && i < job->n_trays; i++) {
        job->trays[i].restored = calloc(2 * frames, sizeof *job->trays[i].restored);
        if (!job->trays[i].restored) {
            return false;
        }
        job->trays[i].resized = job->trays[i].restored + frames;
    }
    return job->trays;
}

static void empty(const OasisJob *job, OasisTray *tray)
{
    drop_frames(tray->restored, job->grid.chunk_frames);
    drop_frames(tray->resized, job->grid.chunk_frames);
}

void oasis_job_clear_trays(OasisJob *job)
{
    for (int i = 0; job->trays && i < job->n_trays; i++) {
        empty(job, &job->trays[i]);
        free(job->trays[i].restored);
    }
    free(job->trays);
}

OasisTray *oasis_job_tray(const OasisJob *job, int64_t step)
{
    return &job->trays[step % job->n_trays];
}

OasisStatus oasis_job_take_tray(OasisJob *job, int64_t step)
{
    bool is_free = false;

    while (!is_free && !oasis_cancel_is_triggered(job->stop)) {
        pthread_mutex_lock(&job->mutex);
        if (step >= job->steps_written + job->n_trays) {
            oasis_wait_ms(&job->changed, &job->mutex, POLL_MS);
        }
        is_free = step < job->steps_written + job->n_trays;
        pthread_mutex_unlock(&job->mutex);
        oasis_job_progress(job, 0);
    }
    return is_free ? OASIS_OK : OASIS_ERR_CANCELLED;
}

void oasis_job_hand_on(OasisJob *job, OasisTray *tray)
{
    pthread_mutex_lock(&job->mutex);
    tray->done = true;
    pthread_cond_broadcast(&job->changed);
    pthread_mutex_unlock(&job->mutex);
}

OasisStatus oasis_job_await_tray(OasisJob *job, int64_t step)
{
    const OasisTray *tray = oasis_job_tray(job, step);
    bool done;

    pthread_mutex_lock(&job->mutex);
    while (!tray->done && !oasis_cancel_is_triggered(job->stop)) {
        oasis_wait_ms(&job->changed, &job->mutex, POLL_MS);
    }
    done = tray->done;
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
