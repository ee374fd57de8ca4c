/* attention-global.cu for heads of 64 with the products of Hopper: compute capability 9.0 alone.
 *
 * The same block of 128 queries and tiles of 64 keys, by eight warps with 16 queries each. Four of
 * them multiply together; what they read of keys and values they read once for 64 queries, and of
 * the four such groups on a multiprocessor (two blocks) some soften while others multiply. Rows of
 * 128 bytes in attention.cuh's order are what the card calls a swizzle of 128 bytes.
 *
 * Shared memory 49 KB; registers 128, no spills (ptxas 13.0). Products take each quarter of a
 * multiprocessor 256 clocks a tile and warp, the exponentials 272: of 620 TFLOP/s two thirds are
 * what to expect. Not measured yet, so that only $OASIS_CUDA_WGMMA=1 chooses it (ops/attention.c).
 * SPDX-License-Identifier: Apache-2.0 */
#include "attention.cuh"

static constexpr int BLOCK_QUERIES = 128, KEYS = 64, DIM = 64, THREADS = 256;
static constexpr int ALIGNMENT = 1024;

/* As multiply_keys. Queries that were kept in registers through the loop would be lost: ptxas 13.0
 * gives their registers to the shares (seen on an H200, and in its machine code). */
DEVICE void multiply_keys(const Queries<DIM, 1, false> &queries, const unsigned char *keys,
                          Scores<1, KEYS / 8> &scores)
{
    uint32_t a[DIM / 16][1][4];

    UNROLL
    for (int step = 0; step < DIM / 16; step++) {
        read_queries(queries, step, a[step]);
    }
    group_begin(scores.x[0]);
    group_mma_columns<false>(scores.x[0], a[0][0], keys);
    UNROLL
    for (int step = 1; step < DIM / 16; step++) {
        group_mma_columns<true>(scores.x[0], a[step][0], keys + step * 32);
    }
    group_wait(scores.x[0]);
}

/* As multiply_values. */
DEVICE void multiply_values(const Scores<1, KEYS / 8> &shares, const unsigned char *values,
                            Rows<DIM, 1> &rows)
{
    uint32_t a[KEYS / 16][4];

    UNROLL
    for (int step = 0; step < KEYS / 16; step++) {
        UNROLL
        for (int i = 0; i < 4; i++) {
            const float *pair = &shares.x[0][2 * step + i / 2][i % 2 * 2];
            a[step][i] = pack2<Bf16>(pair[0], pair[1]);
        }
    }
    group_begin(rows.out[0]);
    UNROLL
    for (int step = 0; step < KEYS / 16; step++) {
        group_mma_rows<true>(rows.out[0], a[step], values + step * 16 * ROW_BYTES<DIM>);
    }
    group_wait(rows.out[0]);
}

KERNEL(attention_wgmma_64_bf16, OasisCudaAttention, THREADS, 2)
{
    constexpr int TILE = KEYS * ROW_BYTES<DIM>, K = BLOCK_QUERIES * ROW_BYTES<DIM>;
    constexpr int V = K + 2 * TILE;
    DYNAMIC_SHARED(unaligned);
    SHARED(Segment<Bf16>, at, 1); /* read again where it is needed: registers are short */
    unsigned char *shared = unaligned + (-(int)(uintptr_t)unaligned & (ALIGNMENT - 1));
    const int first = block_x() * BLOCK_QUERIES + warp() * 16;
    const int q_first = warp() * 16 * ROW_BYTES<DIM>;
    Queries<DIM, 1, false> queries;
    Rows<DIM, 1> rows;

    const auto token = [&](int row) { return first + row < p.n ? first + row : -1; };
    if (thread() == 0) {
        at[0] = find_segment<Bf16>(p);
    }
    sync_block();
    copy_queries<DIM>(shared, q_first, 16, at[0].q, p.q_stride, token);
    copy_tile<DIM, KEYS, THREADS>(p, at[0], shared, K, V, 0);
    find_queries(queries, shared, q_first);
    begin_rows(rows);
    for (int key = 0, stage = 0; key < p.n_keys; key += KEYS, stage ^= TILE) {
        Scores<1, KEYS / 8> scores;
        copy_async_wait<0>();
        fence_shared();
        sync_block();
        if (key + KEYS < p.n_keys) {
            const int next = stage ^ TILE;
            copy_tile<DIM, KEYS, THREADS>(p, at[0], shared, K + next, V + next, key + KEYS);
        }
        multiply_keys(queries, shared + K + stage, scores);
        if (p.n_keys - key < KEYS) {
            hide_tail(scores, p.n_keys - key);
        }
        soften(rows, scores, p.scale);
        multiply_values(scores, shared + V + stage, rows);
    }
    finish_rows(rows, shared, q_first, p.scale, at[0].out, p.out_stride, at[0].lse, token);
}
