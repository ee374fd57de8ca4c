/* The encode thread of a job.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/job-private.h"

static OasisStatus write_frame(OasisJob *job, OasisError *err)
{
    OasisSink *sink = job->params->sink;
    OasisFrame *frame;
    OasisStatus status;
    void *item;

    if (!oasis_queue_pop(job->finished, &item)) {
        return OASIS_ERR_CANCELLED;
    }
    frame = item;
    status = oasis_sink_write(sink, frame, err);
    oasis_frame_unref(&frame);
    if (status == OASIS_OK) {
        atomic_fetch_add(&job->written, 1);
    }
    return status;
}

static OasisStatus write_chunk(OasisJob *job, const OasisChunkInfo *chunk, OasisError *err)
{
    OasisSink *sink = job->params->sink;

    OASIS_TRY(oasis_sink_begin_chunk(sink, chunk, err));
    for (int64_t i = 0; i < chunk->frames; i++) {
        OASIS_TRY(write_frame(job, err));
    }
    return oasis_sink_end_chunk(sink, err);
}

static OasisStatus write_all(OasisJob *job, OasisError *err)
{
    OasisSink *sink = job->params->sink;

    for (int64_t i = 0; i < job->plan.n_steps; i++) {
        if (oasis_cancel_is_triggered(job->stop)) {
            return OASIS_ERR_CANCELLED;
        }
        OASIS_TRY(write_chunk(job, &job->plan.steps[i].out, err));
    }
    return oasis_cancel_is_triggered(job->stop) ? OASIS_ERR_CANCELLED
                                                : oasis_sink_finish(sink, err);
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
    pthread_cond_signal(&job->encoder_changed);
    pthread_mutex_unlock(&job->mutex);
    return NULL;
}
