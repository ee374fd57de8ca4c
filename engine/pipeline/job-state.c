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

OasisStatus oasis_job_start_thread(OasisJob *job, pthread_t *thread, void *(*run)(void *),
                                   OasisError *err)
{
    sigset_t all, before;
    int error_number;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error_number = pthread_create(thread, NULL, run, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error_number == 0) {
        return OASIS_OK;
    }
    return oasis_fail(err, OASIS_ERR_NO_MEMORY, job->params->source->name,
                      "the system allows no more threads; close other programs");
}

OasisStatus oasis_job_prepare(const OasisJob *job, OasisError *err)
{
    const OasisJobParams *params = job->params;
    const OasisSourceInfo *info = oasis_source_info(params->source);

    if (!job->plan.n_restored && !job->plan.want_resized) {
        return OASIS_OK;
    }
    return oasis_restorer_prepare(params->restorer, &info->format, &params->output,
                                  !job->plan.n_restored, err);
}

/* --- progress --------------------------------------------------------------------------------- */

static double work_done(const OasisJob *job, double done)
{
    return job->work_before + job->work_chunk * done +
           OTHER_WORK * (double)atomic_load(&job->written);
}

static void report(OasisJob *job, double done, double now)
{
    OasisProgress progress =
        oasis_meter_report(&job->meter, work_done(job, done), atomic_load(&job->written), now);

    job->params->progress(&progress, job->params->data);
}

void oasis_job_begin_progress(OasisJob *job)
{
    double restoring = (double)job->plan.n_restored * job->grid.chunk_frames;

    job->meter = oasis_meter_make(restoring + OTHER_WORK * (double)job->plan.frames,
                                  job->plan.frames, oasis_seconds_now());
}

void oasis_job_progress(OasisJob *job, double done)
{
    double now = oasis_seconds_now();

    if (job->params->progress && oasis_meter_due(&job->meter, now)) {
        report(job, done, now);
    }
}

void oasis_job_chunk_done(OasisJob *job)
{
    job->work_before += job->work_chunk;
    job->work_chunk = 0;
    oasis_meter_mark(&job->meter, work_done(job, 0), oasis_seconds_now());
}

void oasis_job_end_progress(OasisJob *job)
{
    if (job->params->progress) {
        report(job, 0, oasis_seconds_now());
    }
}
