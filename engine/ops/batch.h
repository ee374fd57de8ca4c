/* One item of an attention's batch, for back ends that take them one by one.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/ops.h"

static inline int oasis_attention_items(const OasisAttentionArgs *a)
{
    return a->batch ? a->batch : 1;
}

/* The call that computes items [first, first + count) of it alone. */
static inline OasisAttentionArgs oasis_attention_part(const OasisAttentionArgs *a, int first,
                                                      int count)
{
    OasisAttentionArgs part = *a;
    size_t rows = (size_t)first * (size_t)a->n, keys = (size_t)first * (size_t)a->n_keys;

    part.batch = count;
    part.q = oasis_tensor_at(a->q, rows * (size_t)a->q_stride);
    part.k = oasis_tensor_at(a->k, keys * (size_t)a->kv_stride);
    part.v = oasis_tensor_at(a->v, keys * (size_t)a->kv_stride);
    part.out = oasis_tensor_at(a->out, rows * (size_t)a->out_stride);
    part.lse = oasis_tensor_at(a->lse, rows * (size_t)a->n_heads);
    return part;
}
