/* SPDX-License-Identifier: Apache-2.0 */
#include "shape.h"

static int divide_up(int n, int by)
{
    return (n + by - 1) / by;
}

OasisShape oasis_shape(const OasisGeometry *g, int width, int height)
{
    int token = g->latent_pixels * g->patch;
    OasisShape shape = {
        .width = width,
        .height = height,
        .tokens_x = divide_up(width, token),
        .tokens_y = divide_up(height, token),
        .low_width = divide_up(width, g->scale),
        .low_height = divide_up(height, g->scale),
    };

    shape.padded_width = shape.tokens_x * token;
    shape.padded_height = shape.tokens_y * token;
    shape.low_padded_width = shape.padded_width / g->scale;
    shape.low_padded_height = shape.padded_height / g->scale;
    shape.latent_width = shape.tokens_x * g->patch;
    shape.latent_height = shape.tokens_y * g->patch;
    return shape;
}
