/* What a job does with each chunk: decided before its threads start, then only read by them, unless
 * a chunk has to be restored after all.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/job.h"

typedef struct OasisPlanStep {
    OasisChunkInfo out; /* what the sink is told and gets */
    int64_t at;         /* frames of the job before those that it writes */
    int64_t own_first;  /* the first frame that the chunk owns, in the range or not */
    int own_frames;

    /* Source frames that the chunk is computed or mixed from; none if need_frames is 0. */
    int64_t need_first;
    int need_frames;

    bool cached; /* restored frames come from the cache */
} OasisPlanStep;

/* When a frame is shown, in the source's time base. */
typedef struct OasisPlanTime {
    int64_t pts, duration;
} OasisPlanTime;

typedef struct OasisPlan {
    int64_t frames;         /* of all ranges */
    int64_t frames_there;   /* of them the sink has so many already, */
    int64_t restored_there; /* in so many chunks that the model would have run for */
    int64_t n_steps;        /* for the rest */
    OasisPlanStep *steps;
    int64_t n_restored; /* steps that the model runs for */
    bool want_restored; /* false at strength 0 */
    bool want_resized;   /* false at strength 1 */

    /* Of the job's frames, for those that come from the cache alone, whose own times may be
     * coarser; NULL where there are none. */
    OasisPlanTime *times;
} OasisPlan;

/* The job's n-th range, n up to params->n_further. */
OasisFrameRange oasis_plan_range(const OasisJobParams *params, size_t n);

/* Plans the ranges of a job; asks its cache. Clear the plan whatever is returned. */
OasisStatus oasis_plan_make(const OasisJobParams *params, const OasisChunkGrid *grid,
                            OasisPlan *plan, OasisError *err) OASIS_MUST_USE;

/* The step's chunk, which was to come from the cache, is restored from the source instead. Changes
 * what this and other steps need of the source, so nobody may be decoding for them. */
void oasis_plan_restore(OasisPlan *plan, const OasisChunkGrid *grid, int64_t step);

/* Frees what the plan holds; one of zeros is fine. */
void oasis_plan_clear(OasisPlan *plan);
