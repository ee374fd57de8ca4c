/* Saying beforehand what will become of a video.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"

/* Prints the plan for writing `output`; info is the source's, NULL for raw frames. */
void plan_print(const char *output, const OasisMediaPlan *plan, const OasisMediaTarget *target,
                const OasisMediaInfo *info, int64_t frames);

/* The same as JSON; its fields stand in the help of restore. */
void plan_print_json(const char *output, const OasisMediaPlan *plan,
                     const OasisMediaTarget *target, const OasisMediaInfo *info, int64_t frames);
