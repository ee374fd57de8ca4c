/* The exact rate behind times that a container has rounded.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/grid.h"

#include <math.h>

static const double ROUNDING = 1.1; /* ticks, of a time that may have been rounded twice */

/* Whether the times are those of the rate, each rounded alike. */
static bool fits(const OasisIndex *index, AVRational time_base, AVRational rate)
{
    const double step = 1 / (av_q2d(rate) * av_q2d(time_base));
    double least = 0, most = 0;

    for (int64_t n = 0; n < index->frames; n++) {
        const double off = (double)(index->pts[n] - index->pts[0]) - (double)n * step;

        least = fmin(least, off);
        most = fmax(most, off);
        if (most - least > ROUNDING) {
            return false;
        }
    }
    return true;
}

/* Times that are a whole number of ticks apart have not been rounded. */
static bool is_even(const OasisIndex *index)
{
    for (int64_t n = 2; n < index->frames; n++) {
        if (index->pts[n] - index->pts[n - 1] != index->pts[1] - index->pts[0]) {
            return false;
        }
    }
    return true;
}

bool oasis_grid_find(const OasisIndex *index, AVRational time_base, AVRational said,
                     AVRational *rate)
{
    const AVRational usual[] = {said,
                                {30000, 1001}, {24000, 1001}, {60000, 1001}, {25, 1},
                                {30, 1},       {24, 1},       {50, 1},       {60, 1},
                                {15, 1},       {12, 1},       {15000, 1001}, {48, 1},
                                {120, 1},      {120000, 1001}, {240, 1},     {240000, 1001}};

    if (index->frames < 3 || is_even(index)) {
        return false;
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (usual[i].num > 0 && usual[i].den > 0 && usual[i].num <= 1000000 &&
            fits(index, time_base, usual[i])) {
            *rate = usual[i];
            return true;
        }
    }
    return false;
}
