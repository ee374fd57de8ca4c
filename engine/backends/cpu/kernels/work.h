/* What a thread works in while a block of queries meets keys: the queries, the running softmax of
 * each, and what they have gathered.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/kernels/attention.h"
#include "backends/cpu/kernels/pack.h"
#include "backends/cpu/kernels/softmax.h"

enum {
    BLOCK_TILES = 8,
    BLOCK_ROWS = BLOCK_TILES * ROWS,
};

/* How a head's dims are cut up. */
typedef struct Head {
    int dims, dims_padded; /* padded to whole panels */
    int key_steps;         /* units of a query's or key's dims */
    float scale;           /* of the scores, for powers of 2 */
} Head;

typedef struct Work {
    Unit q[BLOCK_ROWS * STRIDE];
    Unit shares[ROWS * STRIDE];
    float scores[ROWS * STRIDE];
    float column_masks[ROWS * LANES]; /* what a window's scores begin with (window.c) */
    float row_masks[ROWS * STEPS_MAX];
    float maximum[BLOCK_ROWS];
    Vec sum[BLOCK_ROWS]; /* its elements are yet to be added */
    float out[BLOCK_ROWS * OASIS_CPU_MAX_HEAD_DIM];
} Work;

INLINE Head make_head(const OasisAttentionArgs *a, bool pairs)
{
    return (Head){
        .dims = a->head_dim,
        .dims_padded = round_up(a->head_dim, COLUMNS),
        .key_steps = pairs ? (a->head_dim + 1) / 2 : a->head_dim,
        .scale = (float)(M_LOG2E / sqrt(a->head_dim)),
    };
}

enum { NO_QUERY = -1 };

/* Begins with n queries of a head, whose rows in the call are given; NO_QUERY fills up a tile, is
 * zero and gathers what is not written. Rows that lie `ahead` of these are wanted soon. */
INLINE void work_begin(Work *work, const OasisAttentionArgs *a, const Head *head, int number,
                       const int *queries, int n, int ahead, bool pairs, OasisDType dtype)
{
    size_t size = oasis_dtype_bytes(dtype), row_bytes = a->q_stride * size;
    const char *q = (const char *)oasis_tensor_host(a->q) + (size_t)number * head->dims * size;

    for (int r = 0; r < n; r++) {
        if (queries[r] != NO_QUERY) {
            const char *row = q + queries[r] * row_bytes;
            expect_row(row + ahead * row_bytes, head->dims * size);
            load_units(row, dtype, head->dims, pairs, work->q + r * STRIDE);
        } else {
            memset(work->q + r * STRIDE, 0, head->key_steps * sizeof *work->q);
        }
        work->maximum[r] = -INFINITY;
        work->sum[r] = (Vec){0};
    }
    memset(work->out, 0, sizeof *work->out * n * head->dims_padded);
}

/* Writes what they have gathered, as head `number` of the call's list. */
INLINE void work_end(const Work *work, const OasisAttentionArgs *a, const Head *head, int number,
                     const int *queries, int n, OasisDType dtype)
{
    float *lse = a->lse.buffer ? oasis_tensor_host(a->lse) : NULL;

    for (int r = 0; r < n; r++) {
        if (queries[r] == NO_QUERY) {
            continue;
        }
        size_t to = (size_t)queries[r] * a->out_stride + (size_t)a->heads[number] * head->dims;
        float sum = vec_sum(work->sum[r]);
        finish_row(work->out + (size_t)r * head->dims_padded, sum, oasis_tensor_host(a->out), dtype,
                   to, head->dims);
        if (lse) {
            lse[(size_t)number * a->n + queries[r]] =
                log_sum_exp(work->maximum[r], sum, head->scale);
        }
    }
}
