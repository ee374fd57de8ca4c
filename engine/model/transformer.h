/* The one-step transformer (oasis.md 1.3): folded frames to latents, in tiles.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/attention.h"
#include "model/fold.h"
#include "model/tables.h"

typedef struct OasisBlock {
    /* Modulation of attention and FFN; gains are 1 + scale. */
    OasisTensor shift1, gain1, gate1, shift2, gain2, gate2;
    OasisSelfAttention self;
    OasisTensor norm3, norm3_bias; /* CACHED_KV */
    OasisCrossAttention cross;     /* CACHED_KV */
    OasisTensor cross_bias;        /* CONST_BIAS */
    OasisWeight *up, *down;        /* FFN */
    OasisTensor up_bias, down_bias;
} OasisBlock;

typedef struct OasisTransformer {
    const OasisGeometry *geometry;
    OasisFold fold;
    OasisBlock *blocks;
    OasisWeight *head;
    OasisTensor head_shift, head_gain, head_bias;
    OasisTables *tables; /* of the last run's shape */
} OasisTransformer;

/* Fills a zeroed struct; clear it whatever upload->status says afterwards. */
void oasis_transformer_load(OasisTransformer *transformer, const OasisGeometry *geometry,
                            OasisUpload *upload);
void oasis_transformer_clear(OasisTransformer *transformer, OasisBackend *backend);

/* latent f32 [f, H, W, Z] from image f32 [T, low padded height, low padded width, 3]. */
OasisStatus oasis_transformer_run(const OasisTransformer *transformer, OasisExec *exec,
                                  OasisTensor image, const OasisShape *shape,
                                  OasisTensor latent) OASIS_MUST_USE;

/* --- its parts, for tests --------------------------------------------------------------------- */

/* The rotary tables of a grid, which stay until another one is asked for. */
OasisStatus oasis_transformer_rope(const OasisTransformer *transformer, OasisExec *exec,
                                   OasisGrid grid, OasisTensor *rope) OASIS_MUST_USE;

/* One block on x f32 [batch*f*h*w, dim]. */
OasisStatus oasis_transformer_block(const OasisTransformer *transformer, OasisExec *exec, int i,
                                    OasisGrid grid, int batch, OasisTensor rope,
                                    OasisTensor x) OASIS_MUST_USE;

/* out f32 [n, patch*patch*Z] from x f32 [n, dim]. */
OasisStatus oasis_transformer_head(const OasisTransformer *transformer, OasisExec *exec, int n,
                                   OasisTensor x, OasisTensor out) OASIS_MUST_USE;
