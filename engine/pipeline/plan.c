/* What a job does with each chunk.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/plan.h"

#include <stdlib.h>

#include "core/mix.h"
#include "oasis/status.h"

/* What the sink is told of a chunk. */
static OasisChunkInfo find_output(const OasisPlan *plan, const OasisChunk *chunk)
{
    const int64_t end = plan->first + plan->frames;
    int64_t own_end = chunk->own_first + chunk->own_frames;
    int64_t out_first = chunk->own_first > plan->first ? chunk->own_first : plan->first;
    int64_t out_end = own_end < end ? own_end : end;

    return (OasisChunkInfo){
        .index = chunk->index, .first_frame = out_first, .frames = out_end - out_first};
}

static OasisPlanStep make_step(const OasisJobParams *params, const OasisPlan *plan,
                               const OasisChunk *chunk, const OasisChunkInfo *out)
{
    OasisPlanStep step = {
        .out = *out,
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
static OasisStatus note_times(OasisPlan *plan, OasisSource *source, OasisError *err)
{
    int64_t end = plan->first + plan->frames;

    plan->times = calloc((size_t)plan->frames + 1, sizeof *plan->times);
    if (!plan->times) {
        return oasis_fail_memory(err, source->name);
    }
    for (int64_t i = 0; i < plan->frames; i++) {
        plan->times[i] = oasis_source_pts(source, plan->first + i);
    }
    plan->times[plan->frames] =
        end < oasis_source_info(source)->frames
            ? oasis_source_pts(source, end)
            : plan->times[plan->frames - 1] + oasis_source_info(source)->last_duration;
    return OASIS_OK;
}

OasisStatus oasis_plan_make(const OasisJobParams *params, const OasisChunkGrid *grid, int64_t first,
                            int64_t end, OasisPlan *plan, OasisError *err)
{
    const int64_t first_chunk = oasis_chunk_of_frame(grid, first);
    const int64_t n_chunks = oasis_chunk_of_frame(grid, end - 1) - first_chunk + 1;
    int steps = oasis_mix_steps(params->strength);
    bool cached = false;

    *plan = (OasisPlan){
        .first = first,
        .frames = end - first,
        .want_restored = steps > 0,
        .want_resized = steps < OASIS_MIX_FULL,
    };
    plan->steps = calloc((size_t)n_chunks, sizeof *plan->steps);
    if (!plan->steps) {
        return oasis_fail_memory(err, params->source->name);
    }
    for (int64_t i = 0; i < n_chunks; i++) {
        const OasisChunk chunk = oasis_chunk_get(grid, first_chunk + i);
        const OasisChunkInfo out = find_output(plan, &chunk);
        OasisPlanStep *step = &plan->steps[plan->n_steps];

        if (params->sink && oasis_sink_has(params->sink, &out)) {
            plan->frames_there += out.frames;
            plan->restored_there += plan->want_restored;
            continue;
        }
        *step = make_step(params, plan, &chunk, &out);
        plan->n_restored += plan->want_restored && !step->cached;
        cached |= step->cached;
        plan->n_steps++;
    }
    keep_for_later(plan);
    return cached && !plan->want_resized ? note_times(plan, params->source, err) : OASIS_OK;
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
