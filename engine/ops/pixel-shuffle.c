/* Depth to space.
 *
 *   out[t][y*r + dy][x*r + dx][c] = in[t][y][x][(c*r + dy)*r + dx], + residual
 *
 * in compute or f32 [frames, height, width, channels*r*r]; out and residual of one dtype
 * [frames, height*r, width*r, channels].
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

OasisStatus oasis_reference_pixel_shuffle(OasisBackend *backend, const OasisPixelShuffleArgs *a,
                                          OasisError *err)
{
    const void *x = oasis_tensor_host(a->x);
    const void *residual = a->residual.buffer ? oasis_tensor_host(a->residual) : NULL;
    void *out = oasis_tensor_host(a->out);
    int r = a->factor;
    size_t to = 0;

    for (int t = 0; t < a->frames; t++) {
    for (int row = 0; row < a->height * r; row++) {
    for (int column = 0; column < a->width * r; column++) {
    for (int c = 0; c < a->channels; c++, to++) {
        size_t pixel = ((size_t)t * a->height + row / r) * a->width + column / r;
        size_t from = ((pixel * a->channels + c) * r + row % r) * r + column % r;
        float y = oasis_load(x, a->x.dtype, from);
        if (residual) {
            y += oasis_load(residual, a->residual.dtype, to);
        }
        oasis_store(out, a->out.dtype, to, y);
    }
    }
    }
    }
    return OASIS_OK;
}
