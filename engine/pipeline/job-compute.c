/* The middle of a job: frames in, restored frames out, a chunk at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "model/restorer.h"
#include "oasis/status.h"
#include "pipeline/job-private.h"

/* The frames in hand while chunks are computed; at most chunk_frames in each array. */
typedef struct Bench {
    OasisFrame **window; /* consecutive source frames, the first is number window_first */
    int64_t window_first;
    int in_window;

    OasisFrame **restored; /* of the chunk at work, NULL where already handed on */
    OasisFrame **resized;  /* the source of the same frames, at their size */
    int size;
} Bench;

static void drop_frames(OasisFrame **frames, int n)
{
    for (int i = 0; i < n; i++) {
        oasis_frame_unref(&frames[i]);
    }
}

static bool bench_make(Bench *bench, int size)
{
    *bench = (Bench){.size = size};
    bench->window = calloc((size_t)size, sizeof *bench->window);
    bench->restored = calloc((size_t)size, sizeof *bench->restored);
    bench->resized = calloc((size_t)size, sizeof *bench->resized);
    return bench->window && bench->restored && bench->resized;
}

static void bench_clear(Bench *bench)
{
    if (bench->window) {
        drop_frames(bench->window, bench->in_window);
    }
    free(bench->window);
    free(bench->restored);
    free(bench->resized);
}

/* Makes the window hold the frames that the step needs, and none before them. */
static OasisStatus fill_window(OasisJob *job, Bench *bench, const OasisPlanStep *step)
{
    int64_t passed = step->need_first - bench->window_first;
    int old = passed < bench->in_window ? (int)passed : bench->in_window;

    drop_frames(bench->window, old);
    bench->in_window -= old;
    for (int i = 0; i < bench->in_window; i++) {
        bench->window[i] = bench->window[i + old];
    }
    bench->window_first = step->need_first;
    while (bench->in_window < step->need_frames) {
        void *frame;

        if (!oasis_queue_pop(job->decoded, &frame)) {
            return OASIS_ERR_CANCELLED;
        }
        bench->window[bench->in_window++] = frame;
    }
    return OASIS_OK;
}

/* Gives a frame from the cache its time in the source; one from a shared reference would have to be
 * copied, but sources give frames away. */
static void stamp(const OasisJob *job, int64_t n, OasisFrame *frame)
{
    const int64_t *time = &job->plan.times[n - job->plan.first];

    frame->pts = time[0];
    frame->duration = time[1] - time[0];
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

/* Fills bench->restored from the cache. Where the cache is at fault, err need not say why. */
static OasisStatus take_cached(OasisJob *job, Bench *bench, const OasisPlanStep *step,
                               OasisError *err)
{
    const OasisChunkCache *cache = job->params->cache;
    OasisSource *entry = NULL;
    OasisStatus status;

    OASIS_TRY(cache->open(cache->data, step->out.index, &entry, err));
    status = read_cached_frames(job, step, entry, bench->restored, err);
    oasis_source_close(&entry);
    OASIS_TRY(status);
    for (int64_t i = 0; job->plan.times && i < step->out.frames; i++) {
        stamp(job, step->out.first_frame + i, bench->restored[i]);
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
static OasisStatus restore_instead(OasisJob *job, Bench *bench, int64_t i, OasisError *err)
{
    drop_frames(bench->restored, (int)job->plan.steps[i].out.frames);
    drop_frames(bench->window, bench->in_window);
    bench->window_first = 0;
    bench->in_window = 0;
    oasis_job_stop_decoder(job);
    oasis_plan_restore(&job->plan, &job->grid, i);
    oasis_meter_add(&job->meter, job->grid.chunk_frames);
    OASIS_TRY(oasis_job_prepare(job, err));
    return oasis_job_start_decoder(job, i, err);
}

static void chunk_progress(double done, void *data)
{
    oasis_job_progress(data, done);
}

/* Fills bench->restored and bench->resized as far as the job wants them and the cache lacks
 * them. */
static OasisStatus run_restorer(OasisJob *job, Bench *bench, const OasisPlanStep *step,
                                OasisError *err)
{
    const bool restore = job->plan.want_restored && !step->cached;
    const OasisChunkWork work = {
        .frames = bench->window,
        .n_frames = bench->in_window,
        .output = job->params->output,
        .want_first = (int)(step->out.first_frame - bench->window_first),
        .want_frames = (int)step->out.frames,
        .cancel = job->stop,
        .progress = chunk_progress,
        .data = job,
    };

    if (!restore && !job->plan.want_resized) {
        return OASIS_OK;
    }
    return oasis_restorer_run(job->params->restorer, &work, restore ? bench->restored : NULL,
                              job->plan.want_resized ? bench->resized : NULL, err);
}

/* Mixes and hands on, in order. */
static OasisStatus finish_frames(OasisJob *job, Bench *bench, int n)
{
    for (int i = 0; i < n; i++) {
        OasisFrame **result = job->plan.want_resized ? &bench->resized[i] : &bench->restored[i];

        if (job->plan.want_resized && job->plan.want_restored) {
            oasis_frame_mix(bench->resized[i], bench->restored[i], job->params->strength);
            oasis_frame_unref(&bench->restored[i]);
        }
        if (!oasis_queue_push(job->finished, *result)) {
            return OASIS_ERR_CANCELLED;
        }
        *result = NULL;
        oasis_job_progress(job, 1);
    }
    return OASIS_OK;
}

static OasisStatus compute_frames(OasisJob *job, Bench *bench, int64_t i, OasisError *err)
{
    const OasisPlanStep *step = &job->plan.steps[i];

    if (step->cached) {
        OasisStatus status = take_cached(job, bench, step, err);
        if (is_lost(status)) {
            status = restore_instead(job, bench, i, err);
        }
        OASIS_TRY(status);
    }
    job->work_chunk = job->plan.want_restored && !step->cached ? job->grid.chunk_frames : 0;
    if (step->need_frames > 0) {
        OASIS_TRY(fill_window(job, bench, step));
    }
    OASIS_TRY(run_restorer(job, bench, step, err));
    return finish_frames(job, bench, (int)step->out.frames);
}

static OasisStatus compute_step(OasisJob *job, Bench *bench, int64_t i, OasisError *err)
{
    OasisStatus status = compute_frames(job, bench, i, err);

    drop_frames(bench->restored, (int)job->plan.steps[i].out.frames);
    drop_frames(bench->resized, (int)job->plan.steps[i].out.frames);
    return status;
}

void oasis_job_compute(OasisJob *job)
{
    OasisStatus status = OASIS_OK;
    OasisError err = {0};
    Bench bench;

    if (!bench_make(&bench, job->grid.chunk_frames)) {
        status = oasis_fail_memory(&err, job->params->source->name);
    }
    for (int64_t i = 0; i < job->plan.n_steps && status == OASIS_OK; i++) {
        status = compute_step(job, &bench, i, &err);
        oasis_job_chunk_done(job);
    }
    if (status != OASIS_OK) {
        oasis_job_fail(job, status, &err);
    }
    oasis_queue_close(job->finished);
    bench_clear(&bench);
}
