/* Adds the head output of tiles to the latent image, weighted by row and column, so that
 * overlapping tiles fade into each other (oasis.md 1.3 step 5).
 *
 *   latent[f][(h0+h)*patch + ph][(w0+w)*patch + pw][c] +=
 *       wy[h*patch + ph] * wx[w*patch + pw] * x[(f,h,w)][(ph*patch + pw)*channels + c]
 *
 * for one tile after another, with the weights of its row and column among them.
 * Mind the order: channels are slowest in a token that goes in (fold) and fastest in one that comes
 * out. latent f32 [f, height, width, channels]; x compute or f32.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

/* Adds one tile, whose values begin at element `from` of x. */
static void add_tile(const OasisUnpatchifyArgs *a, const OasisTile *tile, size_t from)
{
    const void *x = oasis_tensor_host(a->x);
    const float *wy = (float *)oasis_tensor_host(a->wy) + tile->row * a->grid.h * a->patch;
    const float *wx = (float *)oasis_tensor_host(a->wx) + tile->column * a->grid.w * a->patch;
    float *latent = oasis_tensor_host(a->latent);

    for (int f = 0; f < a->grid.f; f++) {
    for (int h = 0; h < a->grid.h; h++) {
    for (int w = 0; w < a->grid.w; w++) {
    for (int ph = 0; ph < a->patch; ph++) {
    for (int pw = 0; pw < a->patch; pw++) {
        int row = (tile->h0 + h) * a->patch + ph;
        int column = (tile->w0 + w) * a->patch + pw;
        size_t to = (((size_t)f * a->height + row) * a->width + column) * a->channels;
        float weight = wy[h * a->patch + ph] * wx[w * a->patch + pw];
        for (int c = 0; c < a->channels; c++) {
            latent[to + c] += weight * oasis_load(x, a->x.dtype, from++);
        }
    }
    }
    }
    }
    }
}

OasisStatus oasis_reference_unpatchify(OasisBackend *backend, const OasisUnpatchifyArgs *a,
                                       OasisError *err)
{
    size_t each = (size_t)a->grid.f * a->grid.h * a->grid.w * a->patch * a->patch * a->channels;

    for (int i = 0; i < a->n_tiles; i++) {
        add_tile(a, &a->tiles[i], i * each);
    }
    return OASIS_OK;
}
