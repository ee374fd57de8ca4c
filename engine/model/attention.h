/* The two attentions of a block: among the tokens, each head by its own routing, and on cached keys
 * and values.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/exec.h"
#include "model/upload.h"

/* Heads of one layer by what they see: ascending head numbers of each OasisAttentionKind. */
typedef struct OasisRouting {
    uint8_t heads[3][OASIS_MAX_HEADS];
    int count[3];
} OasisRouting;

typedef struct OasisSelfAttention {
    OasisWeight *qkv, *o; /* q, k and v are one product */
    OasisTensor qkv_bias, o_bias, norm_q, norm_k;
    OasisRouting routing;
} OasisSelfAttention;

typedef struct OasisCrossAttention {
    OasisWeight *q, *o;
    OasisTensor q_bias, o_bias, norm_q, k, v;
} OasisCrossAttention;

/* Loads from upload->prefix: "blocks.3." */
void oasis_self_attention_load(OasisSelfAttention *self, const OasisGeometry *geometry, int layer,
                               OasisUpload *upload);
void oasis_self_attention_clear(OasisSelfAttention *self, OasisBackend *backend);
void oasis_cross_attention_load(OasisCrossAttention *cross, const OasisGeometry *geometry,
                                OasisUpload *upload);
void oasis_cross_attention_clear(OasisCrossAttention *cross, OasisBackend *backend);

/* u compute [batch*f*h*w, dim] becomes attention(u), all heads side by side. `rope` holds the
 * grid's tables. */
OasisStatus oasis_self_attention_run(const OasisSelfAttention *self, const OasisGeometry *geometry,
                                     OasisExec *exec, OasisTensor u, OasisGrid grid, int batch,
                                     OasisTensor rope) OASIS_MUST_USE;

/* x f32 [n, dim] += gate * o(u), of rows that attention gave. */
OasisStatus oasis_self_attention_project(const OasisSelfAttention *self,
                                         const OasisGeometry *geometry, OasisExec *exec,
                                         OasisTensor u, int n, OasisTensor gate,
                                         OasisTensor x) OASIS_MUST_USE;

/* x f32 [n, dim] += o(attention(u) on the cached keys and values); u is overwritten. */
OasisStatus oasis_cross_attention_run(const OasisCrossAttention *cross,
                                      const OasisGeometry *geometry, OasisExec *exec, OasisTensor u,
                                      int n, OasisTensor x) OASIS_MUST_USE;
