/* The sizes that follow from a geometry and the size of the frames to make.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "geometry.h"

typedef struct OasisShape {
    int width, height;               /* of the frames to make */
    int padded_width, padded_height; /* multiples of a token */
    /* The frames that are folded: the same four, or smaller by geometry.scale (rounded up). */
    int low_width, low_height, low_padded_width, low_padded_height;
    int latent_width, latent_height; /* latent positions of the padded frames */
    int tokens_x, tokens_y;
} OasisShape;

OasisShape oasis_shape(const OasisGeometry *geometry, int width, int height);
