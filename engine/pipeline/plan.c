/* What a job does with each chunk.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/plan.h"

#include <stdlib.h>

#include "core/mix.h"
#include "oasis/status.h"

/* What the sink is told of a chunk. */
static OasisChunkInfo find_output(const OasisFrameRange *range, const OasisChunk *chunk)
{
    int64_t own_end = chunk->own_first + chunk->own_frames;
    int64_t out_first = chunk->own_first > range->first ? chunk->own_first : range->first;
    int64_t out_end = own_end < range->end ? own_end : range->end;

    return (OasisChunkInfo){
        .index = chunk->index, .first_frame = out_first, .frames = out_end - out_first};
}

static OasisPlanStep make_step(const OasisJobParams *params, const OasisPlan *plan,
                               const OasisChunk *chunk, const OasisChunkInfo *out)
{
    OasisPlanStep step = {
        .out = *out,
        .at = plan->frames,
        .own_first = chunk->own_first,
        .own_frames = chunk->own_frames,
        .cached = plan->want_restored && params->cache &&
                  params->cache->has(params->cache->data, chunk->index),
    };

    if (plan->want_restored && !step.cached) {
        step.need_first = chunk->first;
        step.need_frames = chunk->frames;
    } else if (plan->want_resized) {
        step.need_first = out->first_frame;
        step.need_frames = (int)out->frames;
    }
    return step;
}

/* Frames are decoded forward only: where a later chunk reaches further back than one that needs
 * only the frames it writes, that one keeps them for it. */
static void keep_for_later(OasisPlan *plan)
{
    int64_t low = INT64_MAX;

    for (int64_t i = plan->n_steps - 1; i >= 0; i--) {
        OasisPlanStep *step = &plan->steps[i];

        if (step->need_frames == 0) {
            continue;
        }
        if (step->need_first > low) {
            step->need_frames += (int)(step->need_first - low);
            step->need_first = low;
        }
        low = step->need_first;
    }
}

/* The source belongs to the decode thread later, so its times are taken down before. */
static OasisStatus note_times(OasisPlan *plan, const OasisJobParams *params, OasisError *err)
{
    OasisSource *source = params->source;
    const OasisSourceInfo *info = oasis_source_info(source);
    OasisPlanTime *time = plan->times = calloc((size_t)plan->frames, sizeof *plan->times);

    if (!time) {
        return oasis_fail_memory(err, source->name);
    }
    for (size_t i = 0; i <= params->n_further; i++) {
        const OasisFrameRange range = oasis_plan_range(params, i);

        for (int64_t n = range.first; n < range.end; n++, time++) {
            time->pts = oasis_source_pts(source, n);
            time->duration = n + 1 < info->frames ? oasis_source_pts(source, n + 1) - time->pts
                                                  : info->last_duration;
        }
    }
    return OASIS_OK;
}

OasisFrameRange oasis_plan_range(const OasisJobParams *params, size_t n)
{
    const int64_t frames = oasis_source_info(params->source)->frames;

    return n > 0 ? params->further[n - 1]
                 : (OasisFrameRange){params->first, params->end ? params->end : frames};
}

static int64_t count_chunks(const OasisChunkGrid *grid, const OasisFrameRange *range)
{
    return oasis_chunk_of_frame(grid, range->end - 1) - oasis_chunk_of_frame(grid, range->first) +
           1;
}

/* Plans a range behind those before. */
static void add_range(const OasisJobParams *params, const OasisChunkGrid *grid,
                      const OasisFrameRange *range, OasisPlan *plan)
{
    const int64_t first_chunk = oasis_chunk_of_frame(grid, range->first);
    const int64_t n_chunks = count_chunks(grid, range);

    for (int64_t i = 0; i < n_chunks; i++) {
        const OasisChunk chunk = oasis_chunk_get(grid, first_chunk + i);
        const OasisChunkInfo out = find_output(range, &chunk);
        OasisPlanStep *step = &plan->steps[plan->n_steps];

        if (params->sink && oasis_sink_has(params->sink, &out)) {
            plan->frames_there += out.frames;
            plan->restored_there += plan->want_restored;
        } else {
            *step = make_step(params, plan, &chunk, &out);
            plan->n_restored += plan->want_restored && !step->cached;
            plan->n_steps++;
        }
        plan->frames += out.frames;
    }
}

static bool uses_cache(const OasisPlan *plan)
{
    for (int64_t i = 0; i < plan->n_steps; i++) {
        if (plan->steps[i].cached) {
            return true;
        }
    }
    return false;
}

OasisStatus oasis_plan_make(const OasisJobParams *params, const OasisChunkGrid *grid,
                            OasisPlan *plan, OasisError *err)
{
    const int steps = oasis_mix_steps(params->strength);
    int64_t n_chunks = 0;

    *plan = (OasisPlan){
        .want_restored = steps > 0,
        .want_resized = steps < OASIS_MIX_FULL,
    };
    for (size_t i = 0; i <= params->n_further; i++) {
        const OasisFrameRange range = oasis_plan_range(params, i);

        n_chunks += count_chunks(grid, &range);
    }
    plan->steps = calloc((size_t)n_chunks, sizeof *plan->steps);
    if (!plan->steps) {
        return oasis_fail_memory(err, params->source->name);
    }
    for (size_t i = 0; i <= params->n_further; i++) {
        const OasisFrameRange range = oasis_plan_range(params, i);

        add_range(params, grid, &range, plan);
    }
    keep_for_later(plan);
    return uses_cache(plan) && !plan->want_resized ? note_times(plan, params, err) : OASIS_OK;
}

void oasis_plan_restore(OasisPlan *plan, const OasisChunkGrid *grid, int64_t step)
{
    OasisChunk chunk = oasis_chunk_get(grid, plan->steps[step].out.index);

    plan->steps[step].cached = false;
    plan->steps[step].need_first = chunk.first;
    plan->steps[step].need_frames = chunk.frames;
    plan->n_restored++;
    keep_for_later(plan);
}

void oasis_plan_clear(OasisPlan *plan)
{
    free(plan->times);
    free(plan->steps);
    *plan = (OasisPlan){0};
}
