/* Noise by brightness and scale, and the edges of blocks that compression leaves.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/analysis/look.h"
#include "oasis/analysis.h"

enum { OASIS_TEXTURE_BINS = 40 };

/* Blocks of one brightness, sorted by how much their finest detail varies: the smoothest show noise
 * alone. */
typedef struct OasisTextureBin {
    int64_t count;
    double scales[3]; /* sums of variances */
} OasisTextureBin;

typedef struct OasisTexture {
    OasisTextureBin bins[OASIS_BRIGHTNESSES][OASIS_TEXTURE_BINS];
    double at_edges, between; /* steps from column to column, at multiples of 8 and elsewhere */
} OasisTexture;

void oasis_texture_look(OasisTexture *texture, const OasisLook *look);

OasisNoise oasis_texture_noise(const OasisTexture *texture, int brightness);
double oasis_texture_blocking(const OasisTexture *texture);
