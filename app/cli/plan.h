/* Saying beforehand what will become of a video.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/job.h"
#include "oasis/kind.h"
#include "oasis/media.h"

typedef struct Plan {
    const char *output;
    const OasisMediaPlan *media;
    const OasisMediaTarget *target;
    const OasisMediaInfo *info; /* the source's, NULL for raw frames */
    OasisCrop crop;             /* of its frames */
    OasisKind kind;
    const char *kind_reasons;   /* "" where it was asked for, or nothing tells */
    int64_t frames;
    OasisJobCost cost;
    const OasisDeviceInfo *device; /* the first of those that compute */
} Plan;

void plan_print(const Plan *plan);

/* The same as JSON; its fields stand in the help of restore. */
void plan_print_json(const Plan *plan);

/* Its first lines in one, on standard error: the head of a job's log. */
void plan_print_head(const Plan *plan);
