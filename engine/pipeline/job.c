/* Running a job: its beginning, its end, and what its threads share.
 * SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <time.h>

#include "core/wait.h"
#include "model/restorer.h"
#include "oasis/status.h"
#include "pipeline/job-private.h"

/* What decoding, resizing and encoding a frame cost, as a part of its way through the model. */
static const double OTHER_WORK = 1.0 / 16;

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

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
    pthread_mutex_unlock(&job->mutex);
    oasis_cancel_trigger(job->stop);
}

/* --- progress -------------------------------------------------------------------------------- */

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

void oasis_job_progress(OasisJob *job, double done)
{
    double now = seconds_now();

    if (job->params->progress && oasis_meter_due(&job->meter, now)) {
        report(job, done, now);
    }
}

void oasis_job_chunk_done(OasisJob *job)
{
    job->work_before += job->work_chunk;
    job->work_chunk = 0;
    oasis_meter_mark(&job->meter, work_done(job, 0), seconds_now());
}

static void wait_for_encoder(OasisJob *job)
{
    bool ended = false;

    while (!ended) {
        pthread_mutex_lock(&job->mutex);
        if (!job->encode_ended) {
            oasis_wait_ms(&job->encoder_changed, &job->mutex, 100);
        }
        ended = job->encode_ended;
        pthread_mutex_unlock(&job->mutex);
        oasis_job_progress(job, 0);
    }
}

/* Refuses, before the work that it is needed for, what does not fit the device's memory. */
static OasisStatus prepare(const OasisJob *job, OasisError *err)
{
    const OasisJobParams *params = job->params;
    const OasisSourceInfo *info = oasis_source_info(params->source);

    if (!job->plan.n_restored && !job->plan.want_source) {
        return OASIS_OK;
    }
    return oasis_restorer_prepare(params->restorer, &info->format, &params->output,
                                  !job->plan.n_restored, err);
}

/* --- the run --------------------------------------------------------------------------------- */

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
                      "the system allows no further thread; close other programs");
}

static void run_threads(OasisJob *job)
{
    OasisError err = {0};
    pthread_t encoder;
    OasisStatus status = oasis_job_start_decoder(job, 0, &err);

    if (status == OASIS_OK) {
        status = oasis_job_start_thread(job, &encoder, oasis_job_encode, &err);
    }
    if (status == OASIS_OK) {
        oasis_job_compute(job);
        wait_for_encoder(job);
        pthread_join(encoder, NULL);
    } else {
        oasis_job_fail(job, status, &err);
    }
    oasis_job_stop_decoder(job);
}

OasisStatus oasis_job_restore_step(OasisJob *job, int64_t step, OasisError *err)
{
    OasisStatus status;

    oasis_job_stop_decoder(job);
    oasis_plan_restore(&job->plan, &job->grid, step);
    oasis_meter_add(&job->meter, job->grid.chunk_frames);
    status = prepare(job, err);
    if (status == OASIS_OK) {
        status = oasis_job_start_decoder(job, step, err);
    }
    return status;
}

static OasisStatus check_params(const OasisJobParams *params, int64_t frames, int64_t end,
                                OasisError *err)
{
    if (params->first < 0 || params->first >= end || end > frames) {
        return oasis_fail(err, OASIS_ERR_USAGE, params->source->name,
                          "frames %lld to %lld are no range of its %lld frames",
                          (long long)params->first, (long long)end, (long long)frames);
    }
    if (!(params->strength >= 0 && params->strength <= 1)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "strength", "%g is not between 0 and 1",
                          params->strength);
    }
    return oasis_frame_format_check(&params->output, "output", err);
}

void oasis_job_drop_frame(void *item)
{
    OasisFrame *frame = item;

    oasis_frame_unref(&frame);
}

OasisStatus oasis_job_run(const OasisJobParams *params, OasisError *err)
{
    const OasisModelInfo *model = oasis_restorer_model(params->restorer);
    const int64_t frames = oasis_source_info(params->source)->frames;
    const int64_t end = params->end ? params->end : frames;
    OasisJob job = {
        .params = params,
        .grid = {.frames = frames, .chunk_frames = model->chunk_frames,
                 .chunk_overlap = model->chunk_overlap, .cuts = params->cuts,
                 .n_cuts = params->cuts ? params->n_cuts : 0},
    };
    OasisStatus status;

    pthread_mutex_init(&job.mutex, NULL);
    oasis_condition_init(&job.encoder_changed);
    status = check_params(params, frames, end, err);
    if (status == OASIS_OK) {
        status = oasis_plan_make(params, &job.grid, params->first, end, &job.plan, err);
    }
    if (status == OASIS_OK) {
        status = prepare(&job, err);
    }
    if (status != OASIS_OK) {
        goto done;
    }
    /* The queue holds a chunk: one can be encoded while the model computes the next. */
    job.stop = oasis_cancel_new(params->cancel);
    job.finished = oasis_queue_new((size_t)model->chunk_frames, job.stop);
    if (!job.stop || !job.finished) {
        status = oasis_fail_memory(err, params->source->name);
        goto done;
    }
    job.meter = oasis_meter_make((double)job.plan.n_restored * model->chunk_frames +
                                     OTHER_WORK * (double)job.plan.frames,
                                 job.plan.frames, seconds_now());
    run_threads(&job);
    status = job.status;
    if (status != OASIS_OK) {
        if (err) {
            *err = job.error;
        }
    } else if (params->progress) {
        report(&job, 0, seconds_now());
    }

done:
    oasis_queue_free(&job.finished, oasis_job_drop_frame);
    oasis_cancel_free(&job.stop);
    oasis_plan_clear(&job.plan);
    pthread_cond_destroy(&job.encoder_changed);
    pthread_mutex_destroy(&job.mutex);
    return status;
}
