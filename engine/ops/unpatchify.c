/* Adds a tile's head output to the latent image, weighted by row and column, so that overlapping
 * tiles fade into each other (oasis.md 1.3 step 5).
 *
 *   latent[f][(h0+h)*patch + ph][(w0+w)*patch + pw][c] +=
 *       wy[h*patch + ph] * wx[w*patch + pw] * x[(f,h,w)][(ph*patch + pw)*channels + c]
 *
 * Mind the order: channels are slowest in a token that goes in (fold) and fastest in one that comes
 * out. latent f32 [f, height, width, channels]; x compute or f32.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

OasisStatus oasis_reference_unpatchify(OasisBackend *backend, const OasisUnpatchifyArgs *a,
                                       OasisError *err)
{
    const void *x = oasis_tensor_host(a->x);
    const float *wy = oasis_tensor_host(a->wy);
    const float *wx = oasis_tensor_host(a->wx);
    float *latent = oasis_tensor_host(a->latent);
    size_t from = 0;

    for (int f = 0; f < a->grid.f; f++) {
    for (int h = 0; h < a->grid.h; h++) {
    for (int w = 0; w < a->grid.w; w++) {
    for (int ph = 0; ph < a->patch; ph++) {
    for (int pw = 0; pw < a->patch; pw++) {
        int row = (a->h0 + h) * a->patch + ph;
        int column = (a->w0 + w) * a->patch + pw;
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
    return OASIS_OK;
}
