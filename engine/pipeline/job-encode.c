/* The encode thread of a job.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/status.h"
#include "pipeline/job-private.h"

/* Frame i of a tray, mixed if the job wants that. */
static OasisFrame **mix(const OasisJob *job, OasisTray *tray, int64_t i)
{
    if (!job->plan.want_resized) {
        return &tray->restored[i];
    }
    if (job->plan.want_restored) {
        oasis_frame_mix(tray->resized[i], tray->restored[i], job->params->strength);
        oasis_frame_unref(&tray->restored[i]);
    }
    return &tray->resized[i];
}

/* The same with its grain. What the model made may be the cache's, too, so that it stays. */
static OasisStatus make_result(const OasisJob *job, OasisTray *tray, int64_t first, int64_t i,
                               OasisFrame ***result, OasisError *err)
{
    const OasisJobParams *params = job->params;
    OasisFrame *grained;

    *result = mix(job, tray, i);
    if (!params->grain || !job->plan.want_restored) {
        return OASIS_OK;
    }
    grained = oasis_frame_with_grain(**result, params->grain,
                                     params->grain_share * params->strength, first + i);
    if (!grained) {
        return oasis_fail_memory(err, "grain");
    }
    oasis_frame_unref(*result);
    **result = grained;
    return OASIS_OK;
}

static OasisStatus write_frames(OasisJob *job, OasisTray *tray, const OasisChunkInfo *chunk,
                                OasisError *err)
{
    for (int64_t i = 0; i < chunk->frames; i++) {
        OasisFrame **frame;

        if (oasis_cancel_is_triggered(job->stop)) {
            return OASIS_ERR_CANCELLED;
        }
        OASIS_TRY(make_result(job, tray, chunk->first_frame, i, &frame, err));
        OASIS_TRY(oasis_sink_write(job->params->sink, *frame, err));
        oasis_frame_unref(frame);
        atomic_fetch_add(&job->written, 1);
    }
    return OASIS_OK;
}

/* What the model made, whole chunks alone, is offered to the cache. */
static void offer(const OasisJob *job, const OasisPlanStep *step, const OasisTray *tray)
{
    const OasisChunkCache *cache = job->params->cache;

    if (cache && cache->keep && job->plan.want_restored && !step->cached &&
        step->out.frames == step->own_frames) {
        cache->keep(cache->data, step->out.index, tray->restored, step->out.frames);
    }
}

static OasisStatus write_step(OasisJob *job, int64_t step, OasisError *err)
{
    const OasisChunkInfo *chunk = &job->plan.steps[step].out;
    OasisSink *sink = job->params->sink;
    OasisTray *tray;

    OASIS_TRY(oasis_sink_begin_chunk(sink, chunk, err));
    OASIS_TRY(oasis_job_await_tray(job, step, &tray));
    offer(job, &job->plan.steps[step], tray);
    OASIS_TRY(write_frames(job, tray, chunk, err));
    oasis_job_give_back(job, tray);
    return oasis_sink_end_chunk(sink, err);
}

static OasisStatus write_all(OasisJob *job, OasisError *err)
{
    for (int64_t i = 0; i < job->plan.n_steps; i++) {
        if (oasis_cancel_is_triggered(job->stop)) {
            return OASIS_ERR_CANCELLED;
        }
        OASIS_TRY(write_step(job, i, err));
    }
    return oasis_cancel_is_triggered(job->stop) ? OASIS_ERR_CANCELLED
                                                : oasis_sink_finish(job->params->sink, err);
}

void *oasis_job_encode(void *data)
{
    OasisJob *job = data;
    OasisError err = {0};
    OasisStatus status = write_all(job, &err);

    if (status != OASIS_OK) {
        oasis_job_fail(job, status, &err);
    }
    pthread_mutex_lock(&job->mutex);
    job->encode_ended = true;
    pthread_cond_broadcast(&job->changed);
    pthread_mutex_unlock(&job->mutex);
    return NULL;
}
