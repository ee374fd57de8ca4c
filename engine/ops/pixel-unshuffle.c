/* Space to depth of a band of rows, the inverse of pixel_shuffle.
 *
 *   out[t][y][x][(c*r + dy)*r + dx] = in[t][row + y*r + dy][x*r + dx][c]
 *
 * in f32 [frames, image_height, width, channels]; out compute
 * [frames, rows/r, width/r, channels*r*r].
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

OasisStatus oasis_reference_pixel_unshuffle(OasisBackend *backend,
                                            const OasisPixelUnshuffleArgs *a, OasisError *err)
{
    const float *x = oasis_tensor_host(a->x);
    void *out = oasis_tensor_host(a->out);
    int r = a->factor;
    size_t to = 0;

    for (int t = 0; t < a->frames; t++) {
    for (int y = 0; y < a->rows / r; y++) {
    for (int column = 0; column < a->width / r; column++) {
    for (int c = 0; c < a->channels; c++) {
    for (int dy = 0; dy < r; dy++) {
    for (int dx = 0; dx < r; dx++) {
        size_t row = (size_t)t * a->image_height + a->row + y * r + dy;
        size_t from = (row * a->width + column * r + dx) * a->channels + c;
        oasis_store(out, a->out.dtype, to++, x[from]);
    }
    }
    }
    }
    }
    }
    return OASIS_OK;
}
