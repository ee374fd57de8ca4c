/* Where scenes begin, and how much the brightness flickers: from each frame's small picture.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/analysis/look.h"

enum { OASIS_SCENE_WINDOW = 6 }; /* frames that are compared */

/* Of frames that follow one another. */
typedef struct OasisScenes {
    uint8_t small[OASIS_SCENE_WINDOW][OASIS_SMALL_HEIGHT][OASIS_SMALL_WIDTH]; /* the last ones */
    double mean[OASIS_SCENE_WINDOW];
    double step[OASIS_SCENE_WINDOW]; /* how far each differs from the one before */
    int64_t count;   /* of frames seen */
    int64_t first;   /* the number of the first */
    int64_t *cuts;   /* frames that begin a scene; the caller frees them */
    int64_t n_cuts, capacity;
    double flicker;  /* the sum of its squares */
    int64_t n_flicker;
} OasisScenes;

/* Looks at the next frame. False without memory. */
bool oasis_scenes_look(OasisScenes *scenes, const OasisLook *look);

/* After the last frame: those near the end are judged by what there is. */
bool oasis_scenes_finish(OasisScenes *scenes);
