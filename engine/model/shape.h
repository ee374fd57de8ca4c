/* The sizes that follow from a geometry and the frames to make: their size and number.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/geometry.h"

/* Frames of width x height lie in images whose last column and row are repeated up to the padded
 * size, RGB in f32. */
typedef struct OasisImageSize {
    int width, height;
    int padded_width, padded_height;
} OasisImageSize;

typedef struct OasisShape {
    int frames, latent_frames; /* that are computed together: 4k+1 and k+1 */
    OasisImageSize full; /* the frames to make; padded to whole tokens */
    OasisImageSize low;  /* the frames that are folded: the same, or full / geometry.scale */
    int latent_width, latent_height; /* latent positions of the padded frames */
    int tokens_x, tokens_y;
} OasisShape;

/* `frames` is 4k+1, at most the geometry's chunk_frames. */
OasisShape oasis_shape(const OasisGeometry *geometry, int width, int height, int frames);

/* Elements of one image. */
static inline size_t oasis_image_elements(const OasisImageSize *size)
{
    return (size_t)size->padded_width * (size_t)size->padded_height * 3;
}
