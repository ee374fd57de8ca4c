/* Attention over every key of an item, or of the query's latent frame: then each frame is a segment
 * with queries and keys of its own.
 *
 * A block takes 128 queries of one head, 32 a warp, and keys in tiles of 64 (of 32 for heads of
 * 128), the next on its way while one is computed: one barrier a tile. Two blocks share a
 * multiprocessor, so that products of one fill the time of the other's softmax. 32 queries a warp
 * halve the reads of shared memory that 16 would need. Blocks of one head and segment follow each
 * other and find its keys in the second-level cache.
 *
 *                         head 64      head 128
 *   shared memory          48 KB         64 KB
 *   registers, sm_80/90   232, 240      250, 252     no spills (ptxas 13.0)
 *   instructions a tile     660           520       128 of them mma
 *
 * 4 n n_keys d operations a head; memory is read once (8 n d bytes), the second-level cache once
 * for each 128 queries: 128 operations a byte. On an H200, 24 items of 9,400 tokens and a head of
 * 64: 543 GFLOP, 0.88 ms at its 620 TFLOP/s; 115 MB, 0.03 ms; 4.3 GB from the cache, about 0.8 ms.
 * Of a tile the products take each quarter of a multiprocessor 512 clocks at the full rate of
 * wgmma (through mma.sync it is some 60 % of that), the exponentials 512 and all instructions
 * 660; they overlap. Measured: 303 TFLOP/s.
 * SPDX-License-Identifier: Apache-2.0 */
#include "attention.cuh"

static constexpr int BLOCK_QUERIES = 128;
static constexpr int WARP_QUERIES = 32;
static constexpr int THREADS = BLOCK_QUERIES / WARP_QUERIES * 32;

template <typename T, int DIM, int KEYS>
DEVICE void attend(const OasisCudaAttention &p)
{
    constexpr int M = WARP_QUERIES / 16, TILE = KEYS * ROW_BYTES<DIM>;
    constexpr int GROUP = 8 * ROW_BYTES<DIM>, K = BLOCK_QUERIES * ROW_BYTES<DIM>, V = K + 2 * TILE;
    DYNAMIC_SHARED(shared);
    SHARED(Segment<T>, at, 1); /* read again where it is needed: registers are short */
    const int first = block_x() * BLOCK_QUERIES + warp() * WARP_QUERIES;
    const int q_first = warp() * WARP_QUERIES * ROW_BYTES<DIM>;
    const int k_lane = lane_at<DIM>(K, GROUP, 0, false), v_lane = lane_at<DIM>(V, GROUP, 0, true);
    Queries<DIM, M, DIM <= 64> queries;
    Rows<DIM, M> rows;

    const auto token = [&](int row) { return first + row < p.n ? first + row : -1; };
    if (thread() == 0) {
        at[0] = find_segment<T>(p);
    }
    sync_block();
    copy_queries<DIM>(shared, q_first, WARP_QUERIES, at[0].q, p.q_stride, token);
    copy_tile<DIM, KEYS, THREADS>(p, at[0], shared, K, V, 0);
    find_queries(queries, shared, q_first);
    begin_rows(rows);
    for (int key = 0, stage = 0; key < p.n_keys; key += KEYS, stage ^= TILE) {
        Scores<M, KEYS / 8> scores;
        copy_async_wait<0>();
        sync_block();
        if (key == 0) {
            keep_queries(queries);
        }
        if (key + KEYS < p.n_keys) {
            const int next = stage ^ TILE;
            copy_tile<DIM, KEYS, THREADS>(p, at[0], shared, K + next, V + next, key + KEYS);
        }
        if (first < p.n) {
            multiply_keys<T>(queries, shared, k_lane + stage, GROUP, scores);
            if (p.n_keys - key < KEYS) {
                hide_tail(scores, p.n_keys - key);
            }
            soften(rows, scores, p.scale);
            multiply_values<T>(scores, shared, v_lane + stage, GROUP, rows);
        }
    }
    finish_rows(rows, shared, q_first, p.scale, at[0].out, p.out_stride, at[0].lse, token);
}

KERNEL(attention_64_bf16, OasisCudaAttention, THREADS, 2)
{
    attend<Bf16, 64, 64>(p);
}

KERNEL(attention_128_bf16, OasisCudaAttention, THREADS, 2)
{
    attend<Bf16, 128, 32>(p);
}
