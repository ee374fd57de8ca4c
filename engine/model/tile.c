/* Tiles along an axis.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/tile.h"

#include <math.h>

static int divide_up(int n, int by)
{
    return (n + by - 1) / by;
}

OasisTilePlan oasis_tile_plan(int length, int tokens, int overlap)
{
    OasisTilePlan plan = {length, 1, length, overlap};

    if (tokens && length > tokens) {
        plan.count = divide_up(length - overlap, tokens - overlap);
        plan.extent = divide_up(length - overlap, plan.count) + overlap;
    }
    return plan;
}

int oasis_tile_start(const OasisTilePlan *plan, int i)
{
    int steps = plan->count - 1;

    /* Rounded to nearest, halves up. */
    return steps ? (2 * i * (plan->length - plan->extent) + steps) / (2 * steps) : 0;
}

/* Weight of latent position j of tile i before the division by the sum: a ramp over the overlap on
 * the sides that meet another tile. */
static double ramp(const OasisTilePlan *plan, int i, int patch, int j)
{
    double rise = plan->overlap * patch, weight = 1;

    if (i > 0) {
        weight = fmin(weight, (j + 0.5) / rise);
    }
    if (i < plan->count - 1) {
        weight = fmin(weight, (plan->extent * patch - j - 0.5) / rise);
    }
    return weight;
}

void oasis_tile_weights(const OasisTilePlan *plan, int i, int patch, float factor, float *weights)
{
    int extent = plan->extent * patch, start = oasis_tile_start(plan, i) * patch;

    for (int j = 0; j < extent; j++) {
        double sum = 0;
        for (int other = 0; other < plan->count; other++) {
            int at = start + j - oasis_tile_start(plan, other) * patch;
            if (at >= 0 && at < extent) {
                sum += ramp(plan, other, patch, at);
            }
        }
        weights[j] = (float)(factor * ramp(plan, i, patch, j) / sum);
    }
}
