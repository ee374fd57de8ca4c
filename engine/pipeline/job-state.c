/* What the threads of a job share: the first failure, the memory it takes, how far it is.
 * SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>

#include "core/clock.h"
#include "model/restorer.h"
#include "oasis/status.h"
#include "pipeline/job-private.h"

/* What decoding, resizing and encoding a frame cost, as a part of its way through the model. */
static const double OTHER_WORK = 1.0 / 16;

void oasis_job_fail(OasisJob *job, OasisStatus status, const OasisError *err)
{
    pthread_mutex_lock(&job->mutex);
    if (job->status == OASIS_OK) {
        job->status = status;
        if (status == OASIS_ERR_CANCELLED) {
            oasis_fail(&job->error, status, job->params->source->name, "the job was cancelled");
        } else {
            job->error = *err;
        }
    }
    oasis_cancel_trigger(job->stop);
    pthread_cond_broadcast(&job->changed);
    pthread_mutex_unlock(&job->mutex);
}

void oasis_job_drop_frame(void *item)
{
    OasisFrame *frame = item;

    oasis_frame_unref(&frame);
}

OasisStatus oasis_job_start_thread(const OasisJob *job, pthread_t *thread, void *(*run)(void *),
                                   void *data, OasisError *err)
{
    sigset_t all, before;
    int error_number;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error_number = pthread_create(thread, NULL, run, data);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error_number == 0) {
        return OASIS_OK;
    }
    return oasis_fail(err, OASIS_ERR_NO_MEMORY, job->params->source->name,
                      "the system allows no more threads; close other programs");
}

OasisStatus oasis_job_prepare(const OasisJob *job, OasisRestorer *restorer, OasisError *err)
{
    const OasisJobParams *params = job->params;
    const OasisSourceInfo *info = oasis_source_info(params->source);

    if (!job->plan.n_restored && (!job->plan.want_resized || !job->plan.n_steps)) {
        return OASIS_OK;
    }
    return oasis_restorer_prepare(restorer, &info->format, &params->output,
                                  !job->plan.n_restored, err);
}

/* --- progress --------------------------------------------------------------------------------- */

/* Under the mutex, as all of the meter. */
static double work_done(const OasisJob *job)
{
    double work = job->work_begun + OTHER_WORK * (double)atomic_load(&job->written);

    for (int i = 0; i < job->params->n_restorers; i++) {
        work += job->workers[i].work;
    }
    return work;
}

static void report(OasisJob *job, bool at_once)
{
    const double now = oasis_seconds_now();
    OasisProgress progress;
    bool due;

    if (!job->params->progress) {
        return;
    }
    pthread_mutex_lock(&job->mutex);
    due = at_once || oasis_meter_due(&job->meter, now);
    if (due) {
        progress = oasis_meter_report(&job->meter, work_done(job), atomic_load(&job->written),
                                      now);
    }
    pthread_mutex_unlock(&job->mutex);
    if (due) {
        job->params->progress(&progress, job->params->data);
    }
}

void oasis_job_begin_progress(OasisJob *job)
{
    const OasisPlan *plan = &job->plan;
    const double restoring = (double)plan->n_restored * job->grid.chunk_frames;

    job->work_begun = (double)plan->restored_there * job->grid.chunk_frames;
    atomic_store(&job->written, plan->frames_there);
    job->meter = oasis_meter_make(job->work_begun + restoring + OTHER_WORK * (double)plan->frames,
                                  work_done(job), plan->frames, oasis_seconds_now());
}

void oasis_job_note_work(OasisWorker *worker, double work)
{
    OasisJob *job = worker->job;

    pthread_mutex_lock(&job->mutex);
    worker->work = work;
    pthread_mutex_unlock(&job->mutex);
}

void oasis_job_note_begun(OasisWorker *worker, double work)
{
    OasisJob *job = worker->job;

    pthread_mutex_lock(&job->mutex);
    worker->work = 0;
    job->work_begun += work;
    oasis_meter_mark(&job->meter, work_done(job), oasis_seconds_now());
    pthread_mutex_unlock(&job->mutex);
}

void oasis_job_progress(OasisJob *job)
{
    report(job, false);
}

void oasis_job_end_progress(OasisJob *job)
{
    report(job, true);
}
