/* The exact rate behind times that a container has rounded.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/frames/grid.h"

#include <math.h>

static const double ROUNDING = 1.1; /* units of the file's time; it may have been rounded twice */

/* Whether the times are those of the rate, each rounded alike. */
static bool fits(const OasisFrameMap *map, AVRational time_base, AVRational rate)
{
    const double step = 1 / (av_q2d(rate) * av_q2d(time_base));
    /* Times between the file's own are made of two of those. */
    const double slack = ROUNDING * map->ticks * (map->ticks > 1 ? 2 : 1);
    double least = 0, most = 0;

    for (int64_t n = 0; n < map->frames; n++) {
        const double off = (double)(map->pts[n] - map->pts[0]) - (double)n * step;

        least = fmin(least, off);
        most = fmax(most, off);
        if (most - least > slack) {
            return false;
        }
    }
    return true;
}

/* Times that are a whole number of ticks apart have not been rounded. */
static bool is_even(const OasisFrameMap *map)
{
    for (int64_t n = 2; n < map->frames; n++) {
        if (map->pts[n] - map->pts[n - 1] != map->pts[1] - map->pts[0]) {
            return false;
        }
    }
    return true;
}

/* The rate of even times in parts of the file's unit, which no other file need count in. */
static bool find_exact(const OasisFrameMap *map, AVRational time_base, AVRational *rate)
{
    const int64_t step = map->pts[1] - map->pts[0];

    return av_reduce(&rate->num, &rate->den, time_base.den, time_base.num * step, 1000000);
}

bool oasis_grid_find(const OasisFrameMap *map, AVRational time_base, AVRational said,
                     AVRational *rate)
{
    const AVRational usual[] = {said,
                                {30000, 1001}, {24000, 1001}, {60000, 1001}, {25, 1},
                                {30, 1},       {24, 1},       {50, 1},       {60, 1},
                                {15, 1},       {12, 1},       {15000, 1001}, {48, 1},
                                {120, 1},      {120000, 1001}, {240, 1},     {240000, 1001}};

    if (map->frames < 3) {
        return false;
    }
    if (is_even(map)) {
        return map->ticks > 1 && find_exact(map, time_base, rate);
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (usual[i].num > 0 && usual[i].den > 0 && usual[i].num <= 1000000 &&
            fits(map, time_base, usual[i])) {
            *rate = usual[i];
            return true;
        }
    }
    return false;
}
