/* Attention of some heads, over all keys, the query's latent frame, or a window around the query
 * (oasis.md 5).
 *
 *   s_j = q . k_j / sqrt(head_dim) for the keys j that the query sees
 *   out = sum of exp(s_j) v_j / sum of exp(s_j),   lse = ln sum of exp(s_j)
 *
 * The keys of a query form a box on the token grid: the whole of it, one frame, or the window.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "oasis/status.h"
#include "ops/batch.h"
#include "ops/element.h"
#include "ops/reference.h"
#include "ops/window.h"

typedef struct Box {
    OasisSpan t, y, x;
} Box;

/* Keys of any number that lie on no grid count as one row of it. */
static OasisGrid key_grid(const OasisAttentionArgs *a)
{
    return a->kind == OASIS_ATTENTION_GLOBAL ? (OasisGrid){1, 1, a->n_keys} : a->grid;
}

static Box keys_of(const OasisAttentionArgs *a, int query)
{
    OasisGrid grid = key_grid(a);
    Box box = {{0, grid.f}, {0, grid.h}, {0, grid.w}};
    int t = query / (grid.h * grid.w);

    if (a->kind == OASIS_ATTENTION_INTRA) {
        box.t = (OasisSpan){t, 1};
    } else if (a->kind == OASIS_ATTENTION_WINDOW) {
        box.t = oasis_window_span(t, grid.f, a->window[0], a->border);
        box.y = oasis_window_span(query / grid.w % grid.h, grid.h, a->window[1], a->border);
        box.x = oasis_window_span(query % grid.w, grid.w, a->window[2], a->border);
    }
    return box;
}

/* Lists the box's tokens in `keys`, and returns how many. */
static int list_keys(Box box, OasisGrid grid, int *keys)
{
    int count = 0;

    for (int t = box.t.first; t < box.t.first + box.t.count; t++) {
        for (int y = box.y.first; y < box.y.first + box.y.count; y++) {
            for (int x = box.x.first; x < box.x.first + box.x.count; x++) {
                keys[count++] = (t * grid.h + y) * grid.w + x;
            }
        }
    }
    return count;
}

/* One query of one head: fills out[head_dim] and returns the log-sum-exp. */
static double attend(const OasisAttentionArgs *a, int query, int head, const int *keys, int count,
                     double *scores, double *out)
{
    const void *q = oasis_tensor_host(a->q);
    const void *k = oasis_tensor_host(a->k);
    const void *v = oasis_tensor_host(a->v);
    size_t column = (size_t)head * a->head_dim;
    double highest = -INFINITY, sum = 0;

    for (int j = 0; j < count; j++) {
        size_t q_at = (size_t)query * a->q_stride + column;
        size_t k_at = (size_t)keys[j] * a->kv_stride + column;
        double dot = 0;
        for (int i = 0; i < a->head_dim; i++) {
            dot += (double)oasis_load(q, a->q.dtype, q_at + i) *
                   oasis_load(k, a->k.dtype, k_at + i);
        }
        scores[j] = dot / sqrt(a->head_dim);
        highest = fmax(highest, scores[j]);
    }
    for (int i = 0; i < a->head_dim; i++) {
        out[i] = 0;
    }
    for (int j = 0; j < count; j++) {
        double share = exp(scores[j] - highest);
        size_t v_at = (size_t)keys[j] * a->kv_stride + column;
        sum += share;
        for (int i = 0; i < a->head_dim; i++) {
            out[i] += share * oasis_load(v, a->v.dtype, v_at + i);
        }
    }
    for (int i = 0; i < a->head_dim; i++) {
        out[i] /= sum;
    }
    return highest + log(sum);
}

static void attend_all(const OasisAttentionArgs *a, int *keys, double *scores, double *row)
{
    float *lse = a->lse.buffer ? oasis_tensor_host(a->lse) : NULL;
    void *out = oasis_tensor_host(a->out);

    for (int query = 0; query < a->n; query++) {
        int count = list_keys(keys_of(a, query), key_grid(a), keys);
        for (int n = 0; n < a->n_heads; n++) {
            size_t at = (size_t)query * a->out_stride + (size_t)a->heads[n] * a->head_dim;
            double sum = attend(a, query, a->heads[n], keys, count, scores, row);
            for (int i = 0; i < a->head_dim; i++) {
                oasis_store(out, a->out.dtype, at + i, (float)row[i]);
            }
            if (lse) {
                lse[(size_t)n * a->n + query] = (float)sum;
            }
        }
    }
}

OasisStatus oasis_reference_attention(OasisBackend *backend, const OasisAttentionArgs *a,
                                      OasisError *err)
{
    int *keys = malloc((size_t)a->n_keys * sizeof *keys);
    double *scores = malloc((size_t)a->n_keys * sizeof *scores);
    double *row = malloc((size_t)a->head_dim * sizeof *row);
    bool enough = keys && scores && row;

    for (int i = 0; i < oasis_attention_items(a) && enough; i++) {
        const OasisAttentionArgs item = oasis_attention_part(a, i, 1);
        attend_all(&item, keys, scores, row);
    }
    free(keys);
    free(scores);
    free(row);
    return enough ? OASIS_OK : oasis_fail_memory(err, "attention");
}
