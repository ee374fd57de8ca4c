/* Running a job: its beginning and its end.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "core/wait.h"
#include "pipeline/job-private.h"

static void wait_for_encoder(OasisJob *job)
{
    bool ended = false;

    while (!ended) {
        pthread_mutex_lock(&job->mutex);
        if (!job->encode_ended) {
            oasis_wait_ms(&job->changed, &job->mutex, 100);
        }
        ended = job->encode_ended;
        pthread_mutex_unlock(&job->mutex);
        oasis_job_progress(job);
    }
}

/* The first worker is the caller's thread; of the others, those that have started are ended. */
static void run_workers(OasisJob *job)
{
    OasisError err = {0};
    OasisStatus status = OASIS_OK;
    int started = 1;

    while (started < job->params->n_restorers && status == OASIS_OK) {
        OasisWorker *worker = &job->workers[started];

        status = oasis_job_start_thread(job, &worker->thread, oasis_job_compute, worker, &err);
        started += status == OASIS_OK;
    }
    if (status != OASIS_OK) {
        oasis_job_fail(job, status, &err);
    }
    oasis_job_compute(&job->workers[0]);
    wait_for_encoder(job);
    for (int i = 1; i < started; i++) {
        pthread_join(job->workers[i].thread, NULL);
    }
}

static void run_threads(OasisJob *job)
{
    OasisError err = {0};
    pthread_t encoder;
    OasisStatus status = oasis_job_start_decoder(job, 0, &err);

    if (status == OASIS_OK) {
        status = oasis_job_start_thread(job, &encoder, oasis_job_encode, job, &err);
    }
    if (status == OASIS_OK) {
        run_workers(job);
        pthread_join(encoder, NULL);
    } else {
        oasis_job_fail(job, status, &err);
    }
    oasis_job_stop_decoder(job);
}

static bool make_workers(OasisJob *job)
{
    const OasisJobParams *params = job->params;

    job->workers = calloc((size_t)params->n_restorers, sizeof *job->workers);
    for (int i = 0; job->workers && i < params->n_restorers; i++) {
        OasisWorker *worker = &job->workers[i];

        worker->job = job;
        worker->restorer = params->restorers[i];
        worker->end = &worker->oldest;
    }
    return job->workers;
}

static OasisStatus run(OasisJob *job, OasisError *err)
{
    const OasisJobParams *params = job->params;

    OASIS_TRY(oasis_job_plan(params, &job->grid, &job->plan, err));
    for (int i = 0; i < params->n_restorers; i++) {
        OASIS_TRY(oasis_job_prepare(job, params->restorers[i], err));
    }
    job->stop = oasis_cancel_new(params->cancel);
    job->window = calloc((size_t)job->grid.chunk_frames, sizeof *job->window);
    if (!job->stop || !job->window || !make_workers(job) || !oasis_job_make_trays(job)) {
        return oasis_fail_memory(err, params->source->name);
    }
    oasis_job_begin_progress(job);
    run_threads(job);
    if (job->status != OASIS_OK) {
        if (err) {
            *err = job->error;
        }
        return job->status;
    }
    oasis_job_end_progress(job);
    return OASIS_OK;
}

OasisStatus oasis_job_run(const OasisJobParams *params, OasisError *err)
{
    OasisJob job = {.params = params};
    OasisStatus status;

    pthread_mutex_init(&job.mutex, NULL);
    oasis_condition_init(&job.changed);
    status = run(&job, err);
    oasis_job_clear_trays(&job);
    oasis_job_clear_window(&job);
    free(job.window);
    free(job.workers);
    oasis_cancel_free(&job.stop);
    oasis_plan_clear(&job.plan);
    pthread_cond_destroy(&job.changed);
    pthread_mutex_destroy(&job.mutex);
    return status;
}
