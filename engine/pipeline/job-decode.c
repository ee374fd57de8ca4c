/* The decode thread of a job.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/status.h"
#include "pipeline/job-private.h"

static OasisStatus read_frame(OasisSource *source, int64_t n, OasisFrame **frame, OasisError *err)
{
    const OasisSourceInfo *info = oasis_source_info(source);
    OasisStatus status = oasis_source_read(source, frame, err);

    if (status != OASIS_OK) {
        return status;
    }
    if (!*frame) {
        return oasis_fail(err, OASIS_ERR_INPUT, source->name,
                          "ends after frame %lld of %lld; it may be damaged or still being copied",
                          (long long)n, (long long)info->frames);
    }
    if (!oasis_frame_format_equal(&(*frame)->format, &info->format)) {
        oasis_frame_unref(frame);
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, source->name,
                          "changes its picture format at frame %lld", (long long)n);
    }
    return OASIS_OK;
}

/* Reads what a step needs beyond what its predecessors had. *next is the frame at which the source
 * stands. */
static OasisStatus decode_step(OasisJob *job, const OasisPlanStep *step, int64_t *next,
                               OasisError *err)
{
    OasisSource *source = job->params->source;
    int64_t end = step->need_first + step->need_frames;
    int64_t n = step->need_first > *next ? step->need_first : *next;

    for (; n < end; n++) {
        OasisFrame *frame = NULL;

        if (n != *next) {
            OASIS_TRY(oasis_source_seek(source, n, job->decode_stop, err));
        }
        OASIS_TRY(read_frame(source, n, &frame, err));
        *next = n + 1;
        if (!oasis_queue_push(job->decoded, frame)) {
            oasis_frame_unref(&frame);
            return OASIS_ERR_CANCELLED;
        }
    }
    return OASIS_OK;
}

static void *decode(void *data)
{
    OasisJob *job = data;
    int64_t next = -1; /* wherever an earlier user left the source */
    OasisStatus status = OASIS_OK;
    OasisError err = {0};

    for (int64_t i = job->decode_from; i < job->plan.n_steps && status == OASIS_OK; i++) {
        status = decode_step(job, &job->plan.steps[i], &next, &err);
    }
    if (status != OASIS_OK && status != OASIS_ERR_CANCELLED) {
        oasis_job_fail(job, status, &err);
    }
    oasis_queue_close(job->decoded);
    return NULL;
}

OasisStatus oasis_job_start_decoder(OasisJob *job, int64_t step, OasisError *err)
{
    OasisStatus status;

    job->decode_from = step;
    job->decode_stop = oasis_cancel_new(job->stop);
    /* The queue holds a chunk: the next can be decoded while the model computes one. */
    job->decoded = oasis_queue_new((size_t)job->grid.chunk_frames, job->decode_stop);
    if (!job->decode_stop || !job->decoded) {
        return oasis_fail_memory(err, job->params->source->name);
    }
    status = oasis_job_start_thread(job, &job->decoder, decode, job, err);
    job->decoding = status == OASIS_OK;
    return status;
}

void oasis_job_stop_decoder(OasisJob *job)
{
    if (job->decoding) {
        oasis_cancel_trigger(job->decode_stop);
        oasis_queue_close(job->decoded); /* it may be waiting for room */
        pthread_join(job->decoder, NULL);
        job->decoding = false;
    }
    oasis_queue_free(&job->decoded, oasis_job_drop_frame);
    oasis_cancel_free(&job->decode_stop);
}
