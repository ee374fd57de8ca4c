/* How the transformer's tiles lie along one axis, and how their results are weighted
 * (weight-file.md, "Tiles"). Depends on the model and the size alone, never on the device.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

typedef struct OasisTilePlan {
    int length;  /* tokens of the axis */
    int count;   /* tiles */
    int extent;  /* tokens of each */
    int overlap; /* tokens that neighbours share at least */
} OasisTilePlan;

/* Tiles of at most `tokens` (0 = one tile for all) that share `overlap`. */
OasisTilePlan oasis_tile_plan(int length, int tokens, int overlap);

/* First token of tile i. */
int oasis_tile_start(const OasisTilePlan *plan, int i);

/* Fills weights[extent * patch] for the latent positions of tile i, times `factor`: over all tiles
 * the weights of a position sum to `factor`. */
void oasis_tile_weights(const OasisTilePlan *plan, int i, int patch, float factor, float *weights);
