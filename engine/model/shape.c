/* Sizes from a geometry.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/shape.h"

static int divide_up(int n, int by)
{
    return (n + by - 1) / by;
}

OasisShape oasis_shape(const OasisGeometry *g, int width, int height, int frames)
{
    int token = g->latent_pixels * g->patch;
    OasisShape shape = {
        .frames = frames,
        .latent_frames = (frames - 1) / 4 + 1,
        .tokens_x = divide_up(width, token),
        .tokens_y = divide_up(height, token),
    };

    shape.full = (OasisImageSize){width, height, shape.tokens_x * token, shape.tokens_y * token};
    shape.low = (OasisImageSize){
        divide_up(width, g->scale),
        divide_up(height, g->scale),
        shape.full.padded_width / g->scale,
        shape.full.padded_height / g->scale,
    };
    shape.latent_width = shape.tokens_x * g->patch;
    shape.latent_height = shape.tokens_y * g->patch;
    return shape;
}
