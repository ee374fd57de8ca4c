/* Fold: pixel-unshuffle over time and space with a causal start, then patches (oasis.md 3.1).
 *
 *   out[(f,h,w)][(C8*patch + ph)*patch + pw] = image[frame][row][column][c]
 *   C8     = ((c*time + dt)*space + dy)*space + dx
 *   frame  = max(0, f*time - (time - 1) + dt)       frame 0 stands in for the ones before it
 *   row    = ((h0 + h)*patch + ph)*space + dy
 *   column = ((w0 + w)*patch + pw)*space + dx
 *
 * for a tile that begins at token (h0, w0), one tile after another. image f32 [frames, height,
 * width, 3]; out compute [tiles*f*h*w, 3*time*space^2*patch^2].
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

static void fold_token(const OasisFoldArgs *a, const OasisTile *tile, int f, int h, int w,
                       size_t out_index)
{
    const float *image = oasis_tensor_host(a->image);
    void *out = oasis_tensor_host(a->out);

    for (int c = 0; c < 3; c++) {
    for (int dt = 0; dt < a->time; dt++) {
    for (int dy = 0; dy < a->space; dy++) {
    for (int dx = 0; dx < a->space; dx++) {
    for (int ph = 0; ph < a->patch; ph++) {
    for (int pw = 0; pw < a->patch; pw++) {
        int frame = f * a->time - (a->time - 1) + dt;
        int row = ((tile->h0 + h) * a->patch + ph) * a->space + dy;
        int column = ((tile->w0 + w) * a->patch + pw) * a->space + dx;
        size_t pixel = ((size_t)(frame > 0 ? frame : 0) * a->height + row) * a->width + column;
        oasis_store(out, a->out.dtype, out_index++, image[pixel * 3 + c]);
    }
    }
    }
    }
    }
    }
}

OasisStatus oasis_reference_fold(OasisBackend *backend, const OasisFoldArgs *a, OasisError *err)
{
    size_t columns = (size_t)3 * a->time * a->space * a->space * a->patch * a->patch;
    size_t token = 0;

    for (int i = 0; i < a->n_tiles; i++) {
    for (int f = 0; f < a->grid.f; f++) {
    for (int h = 0; h < a->grid.h; h++) {
    for (int w = 0; w < a->grid.w; w++) {
        fold_token(a, &a->tiles[i], f, h, w, token++ * columns);
    }
    }
    }
    }
    return OASIS_OK;
}
