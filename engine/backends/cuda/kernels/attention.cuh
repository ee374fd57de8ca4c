/* Attention on the tensor cores, what its kernels share: softmax(q k^T scale) v for the queries of
 * one warp, while keys pass by in tiles (FlashAttention-2).
 *
 *   scores  = q k^T                            16 queries x 8 keys a product, sums in f32
 *   share   = 2^(scale * (score - maximum))    in the same registers; packed to 16 bits they are
 *                                              the first operand of the second product
 *   out     = out * 2^(scale * (old maximum - maximum)) + share v
 *
 * Of every 16 queries a thread holds rows lane/4 and lane/4 + 8, and of their scores columns
 * 2(lane%4) and the next of every 8 keys. The four lanes of a row share its maximum; each sums its
 * own columns until the end.
 *
 * In shared memory a row is one head's DIM elements in 16-byte chunks; chunk c of a row with phase
 * f stands at place c ^ f. The eight rows of an 8x8 matrix have phases 0 to 7 in any order, so
 * that they lie in different banks, however far apart they are.
 *
 * What is not finite comes out as in the reference: a score of -inf weighs nothing, NaN or +inf
 * make the row NaN, and so does a row in which nothing weighs anything.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "device.cuh"
#include "params.h"

static constexpr float LN2 = 0.69314718055994531f;

DEVICE float infinity()
{
    return bits_float(0x7f800000u);
}

template <int DIM>
static constexpr int ROW_BYTES = DIM * 2;
template <int DIM>
static constexpr int CHUNKS = DIM / 8;

/* What a block works on: a head's columns of a segment. */
template <typename T>
struct Segment {
    const T *q, *k, *v;
    T *out;
    float *lse;
};

template <typename T>
DEVICE Segment<T> find_segment(const OasisCudaAttention &p)
{
    const int index = block_z(), item = p.segments == 1 ? index : index / p.segments;
    const int column = p.heads[block_y()] * p.head_dim;
    const int64_t row = (int64_t)index * p.n, key = (int64_t)index * p.n_keys;
    const int64_t lse_row = (int64_t)item * p.n_heads * p.segments + block_y() * p.segments +
                            index - item * p.segments;

    return {static_cast<const T *>(p.q) + row * p.q_stride + column,
            static_cast<const T *>(p.k) + key * p.kv_stride + column,
            static_cast<const T *>(p.v) + key * p.kv_stride + column,
            static_cast<T *>(p.out) + row * p.out_stride + column,
            p.lse ? p.lse + lse_row * p.n : nullptr};
}

/* --- rows in shared memory -------------------------------------------------------------------- */

/* The byte of a chunk of the row that begins at byte `row`, a multiple of a row's bytes. */
DEVICE int chunk_at(int row, int phase, int chunk)
{
    return row + ((chunk ^ (phase & 7)) * 16);
}

/* What a lane gives ldmatrix for chunks 0 and 1 of two groups of eight rows, whose first have byte
 * `first` and one `group_bytes` later, and phase `phase`. Chunks 2i and 2i+1 are at byte ^ 32i.
 * Matrices in the order of group, then chunk; or, `by_chunk`, the other way round. */
template <int DIM>
DEVICE int lane_at(int first, int group_bytes, int phase, bool by_chunk)
{
    const int low = lane() / 8 % 2, high = lane() / 16;
    const int group = by_chunk ? low : high, chunk = by_chunk ? high : low;

    return chunk_at(first + group * group_bytes + lane() % 8 * ROW_BYTES<DIM>, phase + lane() % 8,
                    chunk);
}

/* A warp's queries, from byte `first` on; token(row) is a row's number in q, -1: zeros. */
template <int DIM, typename T, typename Token>
DEVICE void copy_queries(unsigned char *shared, int first, int rows, const T *q, int stride,
                         Token token)
{
    for (int i = lane(); i < rows * CHUNKS<DIM>; i += 32) {
        const int row = i / CHUNKS<DIM>, chunk = i % CHUNKS<DIM>, from = token(row);
        const bool valid = from >= 0;
        copy_async_16(shared + chunk_at(first + row * ROW_BYTES<DIM>, row, chunk),
                      q + (valid ? (int64_t)from * stride + chunk * 8 : 0), valid);
    }
}

/* A tile of keys and one of values by all threads of a block, zeros behind the last. */
template <int DIM, int KEYS, int THREADS, typename T>
DEVICE void copy_tile(const OasisCudaAttention &p, const Segment<T> &at, unsigned char *shared,
                      int k_first, int v_first, int key)
{
    UNROLL
    for (int i = 0; i < KEYS * CHUNKS<DIM> / THREADS; i++) {
        const int row = (i * THREADS + thread()) / CHUNKS<DIM>, chunk = thread() % CHUNKS<DIM>;
        const bool valid = key + row < p.n_keys;
        const int64_t from = valid ? (int64_t)(key + row) * p.kv_stride + chunk * 8 : 0;
        const int to = chunk_at(row * ROW_BYTES<DIM>, row, chunk);
        copy_async_16(shared + k_first + to, at.k + from, valid);
        copy_async_16(shared + v_first + to, at.v + from, valid);
    }
    copy_async_commit();
}

/* --- the queries of a warp -------------------------------------------------------------------- */

/* 16 M queries as the first operand; KEPT in registers, or read again for each tile of keys. */
template <int DIM, int M, bool KEPT>
struct Queries {
    const unsigned char *shared;
    int at;
    uint32_t kept[KEPT ? DIM / 16 : 1][M][4];
};

template <int DIM, int M, bool KEPT>
DEVICE void read_queries(const Queries<DIM, M, KEPT> &queries, int step, uint32_t a[M][4])
{
    UNROLL
    for (int m = 0; m < M; m++) {
        ldmatrix_x4(a[m], queries.shared + (queries.at ^ step * 32) + m * 16 * ROW_BYTES<DIM>);
    }
}

template <int DIM, int M, bool KEPT>
DEVICE void find_queries(Queries<DIM, M, KEPT> &queries, const unsigned char *shared, int first)
{
    queries.shared = shared;
    queries.at = lane_at<DIM>(first, 8 * ROW_BYTES<DIM>, 0, true);
}

/* Once they have arrived. */
template <int DIM, int M, bool KEPT>
DEVICE void keep_queries(Queries<DIM, M, KEPT> &queries)
{
    UNROLL
    for (int step = 0; step < (KEPT ? DIM / 16 : 0); step++) {
        read_queries(queries, step, queries.kept[step]);
    }
}

/* --- one tile of keys ------------------------------------------------------------------------- */

template <int DIM, int M>
struct Rows {
    float out[M][DIM / 8][4];
    float maximum[M][2]; /* of the scores, before scaling */
    float sum[M][2];     /* of this lane's shares */
};

template <int M, int GROUPS>
struct Scores {
    float x[M][GROUPS][4]; /* of groups of eight keys */
};

template <int DIM, int M>
DEVICE void begin_rows(Rows<DIM, M> &rows)
{
    UNROLL
    for (int m = 0; m < M; m++) {
        UNROLL
        for (int d = 0; d < DIM / 8; d++) {
            UNROLL
            for (int i = 0; i < 4; i++) {
                rows.out[m][d][i] = 0;
            }
        }
        UNROLL
        for (int half = 0; half < 2; half++) {
            rows.maximum[m][half] = -infinity();
            rows.sum[m][half] = 0;
        }
    }
}

/* k_at is lane_at(…, false) of the keys' first two groups; the others follow at group_bytes. */
template <typename T, int DIM, int M, bool KEPT, int GROUPS>
DEVICE void multiply_keys(const Queries<DIM, M, KEPT> &queries, const unsigned char *shared,
                          int k_at, int group_bytes, Scores<M, GROUPS> &scores)
{
    UNROLL
    for (int m = 0; m < M; m++) {
        UNROLL
        for (int group = 0; group < GROUPS; group++) {
            UNROLL
            for (int i = 0; i < 4; i++) {
                scores.x[m][group][i] = 0;
            }
        }
    }
    UNROLL
    for (int step = 0; step < DIM / 16; step++) {
        uint32_t again[M][4];
        if (!KEPT) {
            read_queries(queries, step, again);
        }
        UNROLL
        for (int group = 0; group < GROUPS; group += 2) {
            uint32_t b[4];
            ldmatrix_x4(b, shared + (k_at ^ step * 32) + group * group_bytes);
            UNROLL
            for (int m = 0; m < M; m++) {
                const uint32_t *a = KEPT ? queries.kept[KEPT ? step : 0][m] : again[m];
                mma_16x8x16<T>(scores.x[m][group], a, b);
                mma_16x8x16<T>(scores.x[m][group + 1], a, b + 2);
            }
        }
    }
}

/* Hides the keys from number `count` of a tile on. */
template <int M, int GROUPS>
DEVICE void hide_tail(Scores<M, GROUPS> &scores, int count)
{
    UNROLL
    for (int m = 0; m < M; m++) {
        UNROLL
        for (int group = 0; group < GROUPS; group++) {
            UNROLL
            for (int i = 0; i < 4; i++) {
                if (8 * group + lane() % 4 * 2 + i % 2 >= count) {
                    scores.x[m][group][i] = -infinity();
                }
            }
        }
    }
}

/* The larger of the four lanes of a row, each given its own. */
DEVICE float row_max(float v)
{
    v = fmaxf(v, shuffle_xor(v, 1));
    return fmaxf(v, shuffle_xor(v, 2));
}

/* What scores are compared with; -inf, where there is no score yet, must not meet itself. */
DEVICE float base_of(float maximum, float scale)
{
    return maximum == -infinity() ? 0 : maximum * scale;
}

/* Scores become shares; `keep` is what remains of what was summed before. */
template <int DIM, int M, int GROUPS>
DEVICE void weigh(Rows<DIM, M> &rows, Scores<M, GROUPS> &scores, float scale, float keep[M][2])
{
    UNROLL
    for (int m = 0; m < M; m++) {
        UNROLL
        for (int half = 0; half < 2; half++) {
            float highest[2] = {rows.maximum[m][half], rows.maximum[m][half]}, sum[2] = {}, base;
            UNROLL
            for (int group = 0; group < GROUPS; group++) {
                UNROLL
                for (int i = 0; i < 2; i++) {
                    highest[i] = fmaxf(highest[i], scores.x[m][group][2 * half + i]);
                }
            }
            highest[0] = row_max(fmaxf(highest[0], highest[1]));
            base = base_of(highest[0], scale);
            UNROLL
            for (int group = 0; group < GROUPS; group++) {
                UNROLL
                for (int i = 0; i < 2; i++) {
                    float *x = &scores.x[m][group][2 * half + i];
                    *x = exp2_fast(fmaf(*x, scale, -base));
                    sum[i] += *x;
                }
            }
            keep[m][half] = exp2_fast(fmaf(rows.maximum[m][half], scale, -base));
            rows.sum[m][half] = fmaf(rows.sum[m][half], keep[m][half], sum[0] + sum[1]);
            rows.maximum[m][half] = highest[0];
        }
    }
}

/* What was summed before shrinks where the maximum has risen. */
template <int DIM, int M>
DEVICE void shrink(Rows<DIM, M> &rows, const float keep[M][2])
{
    UNROLL
    for (int m = 0; m < M; m++) {
        if (vote(keep[m][0] != 1 || keep[m][1] != 1)) {
            UNROLL
            for (int d = 0; d < DIM / 8; d++) {
                UNROLL
                for (int i = 0; i < 4; i++) {
                    rows.out[m][d][i] *= keep[m][i / 2];
                }
            }
        }
    }
}

template <int DIM, int M, int GROUPS>
DEVICE void soften(Rows<DIM, M> &rows, Scores<M, GROUPS> &scores, float scale)
{
    float keep[M][2];

    weigh(rows, scores, scale, keep);
    shrink(rows, keep);
}

/* v_at is lane_at(…, true) of the values' first two groups. */
template <typename T, int DIM, int M, int GROUPS>
DEVICE void multiply_values(const Scores<M, GROUPS> &shares, const unsigned char *shared, int v_at,
                            int group_bytes, Rows<DIM, M> &rows)
{
    UNROLL
    for (int group = 0; group < GROUPS; group += 2) {
        uint32_t a[M][4];
        UNROLL
        for (int m = 0; m < M; m++) {
            UNROLL
            for (int i = 0; i < 4; i++) {
                const float *pair = &shares.x[m][group + i / 2][i % 2 * 2];
                a[m][i] = pack2<T>(pair[0], pair[1]);
            }
        }
        UNROLL
        for (int step = 0; step < DIM / 16; step++) {
            uint32_t b[4];
            ldmatrix_x4_trans(b, shared + (v_at ^ step * 32) + group * group_bytes);
            UNROLL
            for (int m = 0; m < M; m++) {
                mma_16x8x16<T>(rows.out[m][2 * step], a[m], b);
                mma_16x8x16<T>(rows.out[m][2 * step + 1], a[m], b + 2);
            }
        }
    }
}

/* --- the result ------------------------------------------------------------------------------- */

/* Log-sum-exp of the scaled scores. */
DEVICE float log_sum(float maximum, float sum, float scale)
{
    return sum > 0 ? (base_of(maximum, scale) + log2f(sum)) * LN2 : bits_float(0x7fc00000u);
}

/* Writes a warp's rows by way of its queries' place in shared memory; token(row) is a row's number
 * in out and lse, -1: nowhere. */
template <int DIM, int M, typename T, typename Token>
DEVICE void finish_rows(const Rows<DIM, M> &rows, unsigned char *shared, int first, float scale,
                        T *out, int stride, float *lse, Token token)
{
    sync_warp();
    UNROLL
    for (int m = 0; m < M; m++) {
        UNROLL
        for (int half = 0; half < 2; half++) {
            const int row = 16 * m + 8 * half + lane() / 4;
            float sum = rows.sum[m][half], share;
            sum += shuffle_xor(sum, 1);
            sum += shuffle_xor(sum, 2);
            share = reciprocal_fast(sum);
            UNROLL
            for (int d = 0; d < DIM / 8; d++) {
                store_4(shared + chunk_at(first + row * ROW_BYTES<DIM>, row, d) + lane() % 4 * 4,
                        pack2<T>(rows.out[m][d][2 * half] * share,
                                 rows.out[m][d][2 * half + 1] * share));
            }
            if (lse && lane() % 4 == 0 && token(row) >= 0) {
                lse[token(row)] = log_sum(rows.maximum[m][half], sum, scale);
            }
        }
    }
    sync_warp();
    for (int i = lane(); i < 16 * M * CHUNKS<DIM>; i += 32) {
        const int row = i / CHUNKS<DIM>, chunk = i % CHUNKS<DIM>, to = token(row);
        if (to >= 0) {
            store_16(out + (int64_t)to * stride + chunk * 8,
                     load_16(shared + chunk_at(first + row * ROW_BYTES<DIM>, row, chunk)));
        }
    }
}
