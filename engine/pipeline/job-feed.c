/* What a step is computed from: source frames, or restored frames that the cache holds.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "oasis/status.h"
#include "pipeline/job-private.h"

/* Makes the window hold the frames that the step needs, and none before them. */
static OasisStatus fill_window(OasisJob *job, const OasisPlanStep *step)
{
    int64_t passed = step->need_first - job->window_first;
    int old = passed < job->in_window ? (int)passed : job->in_window;

    oasis_frames_unref(job->window, old);
    job->in_window -= old;
    for (int i = 0; i < job->in_window; i++) {
        job->window[i] = job->window[i + old];
    }
    job->window_first = step->need_first;
    while (job->in_window < step->need_frames) {
        void *frame;

        if (!oasis_queue_pop(job->decoded, &frame)) {
            return OASIS_ERR_CANCELLED;
        }
        job->window[job->in_window++] = frame;
    }
    return OASIS_OK;
}

/* Gives the tray the frames that its step needs; later steps may need some of them, too. */
static OasisStatus share_window(OasisJob *job, OasisTray *tray)
{
    OASIS_TRY(fill_window(job, tray->step));
    tray->first_source = job->window_first;
    tray->n_source = job->in_window;
    for (int i = 0; i < job->in_window; i++) {
        tray->source[i] = oasis_frame_ref(job->window[i]);
    }
    return OASIS_OK;
}

void oasis_job_clear_window(OasisJob *job)
{
    oasis_frames_unref(job->window, job->in_window);
    job->window_first = 0;
    job->in_window = 0;
}

/* Gives the job's n-th frame, from the cache, its time in the source; one from a shared reference
 * would have to be copied, but sources give frames away. */
static void stamp(const OasisJob *job, int64_t n, OasisFrame *frame)
{
    const OasisPlanTime *time = &job->plan.times[n];

    frame->pts = time->pts;
    frame->duration = time->duration;
    frame->time_base = oasis_source_info(job->params->source)->time_base;
}

static OasisStatus read_cached_frames(OasisJob *job, const OasisPlanStep *step, OasisSource *entry,
                                      OasisFrame **frames, OasisError *err)
{
    const OasisFrameFormat *output = &job->params->output;
    const OasisSourceInfo *info = oasis_source_info(entry);

    if (info->frames != step->own_frames || !oasis_frame_format_equal(&info->format, output)) {
        return OASIS_ERR_INPUT;
    }
    OASIS_TRY(oasis_source_seek(entry, step->out.first_frame - step->own_first, job->stop, err));
    for (int64_t i = 0; i < step->out.frames; i++) {
        if (oasis_cancel_is_triggered(job->stop)) {
            return OASIS_ERR_CANCELLED;
        }
        OASIS_TRY(oasis_source_read(entry, &frames[i], err));
        if (!frames[i]) {
            return OASIS_ERR_INPUT; /* it ends early */
        }
    }
    return OASIS_OK;
}

/* Fills `frames` from the cache. Where the cache is at fault, err need not say why. */
static OasisStatus take_cached(OasisJob *job, const OasisPlanStep *step, OasisFrame **frames,
                               OasisError *err)
{
    const OasisChunkCache *cache = job->params->cache;
    OasisSource *entry = NULL;
    OasisStatus status;

    OASIS_TRY(cache->open(cache->data, step->out.index, &entry, err));
    status = read_cached_frames(job, step, entry, frames, err);
    oasis_source_close(&entry);
    OASIS_TRY(status);
    for (int64_t i = 0; job->plan.times && i < step->out.frames; i++) {
        stamp(job, step->at + i, frames[i]);
    }
    return OASIS_OK;
}

/* Whether the cache is at fault, which is no reason to give up. */
static bool is_lost(OasisStatus status)
{
    return status != OASIS_OK && status != OASIS_ERR_CANCELLED && status != OASIS_ERR_NO_MEMORY;
}

/* The cache does not hold what it promised for a step: drops what was in hand for it, plans to
 * restore it, and starts decoding again from there. */
static OasisStatus restore_instead(OasisWorker *worker, OasisTray *tray, OasisError *err)
{
    OasisJob *job = worker->job;
    const int64_t step = tray->step - job->plan.steps;

    oasis_frames_unref(tray->restored, (int)tray->step->out.frames);
    oasis_job_clear_window(job);
    oasis_job_stop_decoder(job);
    oasis_plan_restore(&job->plan, &job->grid, step);
    pthread_mutex_lock(&job->mutex);
    oasis_meter_add(&job->meter, job->grid.chunk_frames);
    pthread_mutex_unlock(&job->mutex);
    OASIS_TRY(oasis_job_prepare(job, worker->restorer, err));
    return oasis_job_start_decoder(job, step, err);
}

static OasisStatus fill_tray(OasisWorker *worker, OasisTray *tray, OasisError *err)
{
    if (tray->step->cached) {
        OasisStatus status = take_cached(worker->job, tray->step, tray->restored, err);
        if (is_lost(status)) {
            status = restore_instead(worker, tray, err);
        }
        OASIS_TRY(status);
    }
    return tray->step->need_frames > 0 ? share_window(worker->job, tray) : OASIS_OK;
}

OasisStatus oasis_job_feed(OasisWorker *worker, OasisTray **tray, OasisError *err)
{
    OasisStatus status;

    OASIS_TRY(oasis_job_take_tray(worker, tray));
    if (!*tray) {
        return OASIS_OK;
    }
    status = fill_tray(worker, *tray, err);
    oasis_job_end_turn(worker->job);
    return status;
}
