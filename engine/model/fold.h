/* From pixels to the transformer's input: the folded frames, with noise beside them where the model
 * asks for it, times the patch embedding; and the projection of the residual form.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/exec.h"
#include "model/shape.h"
#include "model/upload.h"

typedef struct OasisFold {
    OasisWeight *embedding; /* of the folded channels */
    OasisWeight *noise;     /* of the noise's channels; NOISE only */
    OasisWeight *projection; /* to latents; RESIDUAL only */
    OasisTensor embedding_bias, projection_bias;
} OasisFold;

void oasis_fold_load(OasisFold *fold, const OasisGeometry *geometry, OasisUpload *upload);
void oasis_fold_clear(OasisFold *fold, OasisBackend *backend);

/* x f32 [n, dim] = patch embedding of `rows` compute [n, folded_channels*patch*patch]. */
OasisStatus oasis_fold_embed(const OasisFold *fold, const OasisGeometry *geometry, OasisExec *exec,
                             OasisTensor rows, int n, OasisTensor x) OASIS_MUST_USE;

/* x f32 [n_tiles*f*h*w, dim] = tokens of tiles of the image f32 [T, low height, low width, 3]. */
OasisStatus oasis_fold_tiles(const OasisFold *fold, const OasisGeometry *geometry, OasisExec *exec,
                             OasisTensor image, const OasisShape *shape, OasisGrid grid,
                             const OasisTile *tiles, int n_tiles, OasisTensor x) OASIS_MUST_USE;

/* Sets the latent f32 [f, H, W, Z] to what the one-step form starts from: zero, the projection, or
 * the noise. */
OasisStatus oasis_fold_start(const OasisFold *fold, const OasisGeometry *geometry, OasisExec *exec,
                             OasisTensor image, const OasisShape *shape,
                             OasisTensor latent) OASIS_MUST_USE;
