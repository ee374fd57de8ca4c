/* Cuts: steps from frame to frame that are far larger than those around them, and that stay.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/scenes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/base/grow.h"

enum { JUDGED = 3 }; /* how many frames behind the newest one is judged */

static const double LEAST_STEP = 6; /* code values, on the average, that a cut changes */
static const double STEP_OUT = 3;   /* times as large as the steps around it */
static const double STAYS = 0.6;    /* of the step is left after the next frame: no flash */

typedef uint8_t Small[OASIS_SMALL_HEIGHT][OASIS_SMALL_WIDTH];

static double differ(Small a, Small b)
{
    int sum = 0;

    for (int j = 0; j < OASIS_SMALL_HEIGHT; j++) {
        for (int i = 0; i < OASIS_SMALL_WIDTH; i++) {
            sum += abs(a[j][i] - b[j][i]);
        }
    }
    return (double)sum / (OASIS_SMALL_WIDTH * OASIS_SMALL_HEIGHT);
}

static int slot(int64_t n)
{
    return (int)(n % OASIS_SCENE_WINDOW);
}

static double step_at(const OasisScenes *scenes, int64_t n)
{
    return n > 0 && n < scenes->count ? scenes->step[slot(n)] : 0;
}

/* A frame of a cut may hold a field of each scene: then two steps make it, and the larger one or
 * the first is the cut. Where all moves the steps around are as large, and a flash goes back. */
static bool is_cut(OasisScenes *scenes, int64_t n)
{
    const double step = step_at(scenes, n), before = step_at(scenes, n - 1);
    const double behind = step_at(scenes, n + 1);
    const double around = fmax(fmax(step_at(scenes, n - 2), step_at(scenes, n + 2)),
                               fmin(before, behind));

    if (step < LEAST_STEP || step < behind || step <= before || step < STEP_OUT * around) {
        return false;
    }
    return n + 1 == scenes->count ||
           differ(scenes->small[slot(n - 1)], scenes->small[slot(n + 1)]) > STAYS * step;
}

static bool judge(OasisScenes *scenes, int64_t n)
{
    int64_t *cuts;

    if (n < 1 || !is_cut(scenes, n)) {
        return true;
    }
    cuts = oasis_grow(scenes->cuts, scenes->n_cuts, &scenes->capacity, sizeof *cuts);
    if (!cuts) {
        return false;
    }
    scenes->cuts = cuts;
    cuts[scenes->n_cuts++] = scenes->first + n;
    return true;
}

/* How far the frame before this one lies off its neighbours' middle, where nothing else happens. */
static void add_flicker(OasisScenes *scenes, int64_t n)
{
    double off;

    if (n < 2 || step_at(scenes, n) > LEAST_STEP || step_at(scenes, n - 1) > LEAST_STEP) {
        return;
    }
    off = scenes->mean[slot(n - 1)] - (scenes->mean[slot(n)] + scenes->mean[slot(n - 2)]) / 2;
    scenes->flicker += off * off;
    scenes->n_flicker++;
}

bool oasis_scenes_look(OasisScenes *scenes, const OasisLook *look)
{
    const int64_t n = scenes->count++;

    if (n == 0) {
        scenes->first = look->number;
    }
    memcpy(scenes->small[slot(n)], look->small, sizeof look->small);
    scenes->mean[slot(n)] = look->mean;
    scenes->step[slot(n)] =
        n > 0 ? differ(scenes->small[slot(n - 1)], scenes->small[slot(n)]) : 0;
    add_flicker(scenes, n);
    return judge(scenes, n - JUDGED + 1);
}

bool oasis_scenes_finish(OasisScenes *scenes)
{
    for (int64_t n = scenes->count - JUDGED + 1; n < scenes->count; n++) {
        if (!judge(scenes, n)) {
            return false;
        }
    }
    return true;
}
