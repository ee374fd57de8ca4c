/* Attention over every key of an item or a latent frame, as attention-global.cu, with the products
 * of Hopper (compute capability 9.0).
 *
 * Four warps multiply together, 64 queries at a time. Queries, keys and values are read from shared
 * memory, rows of 128 bytes in the order that the card calls a swizzle of 128 bytes; of a head of
 * 128 the second half stands behind the first. The shares stay in registers. In each step
 *
 *   scores(tile) = q k^T      begin, and behind it
 *   out += shares v           of the tile before, which runs while
 *   shares(tile)              are made of the scores; then out shrinks, where a maximum has risen
 *
 * so that the tensor cores have work while exponentials are taken, and another group of four warps
 * multiplies while this one waits for its scores. Keys and values come a step
 * ahead in three stages, and a barrier a step orders all.
 *
 *                         head 64       head 128
 *   queries of a block      128           192
 *   blocks a multiprocessor   2             1
 *   shared memory            65 KB        145 KB
 *   registers               128           158         no spills (ptxas 13.0)
 *   instructions a step     295           400
 *
 * For a group and 64 keys a multiprocessor takes 4 DIM clocks of the tensor cores (4096 FLOP each),
 * 256 of exponentials (16 each), 300 or 400 of all instructions, and of shared memory (128 bytes)
 * 3 DIM and DIM / 2 for what is copied in. A head of 64 would come to the whole rate, 1,070 TFLOP/s
 * at 1.98 GHz, if all of these ran side by side at all times; two fifths of it is what the best
 * kernels known reach. Second-level cache: 128 and 192 FLOP a byte, 700 and 1,050 TFLOP/s.
 *
 * Queries must not be kept in registers through the loop: ptxas 13.0 then gives their registers to
 * the shares while products still read them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "attention.cuh"

static constexpr int KEYS = 64, GROUP_QUERIES = 64;
static constexpr int HALF_BYTES = 64 * 128; /* 64 rows of half a head of 128, or of one of 64 */
static constexpr int ALIGNMENT = 1024;

template <int DIM>
static constexpr int HALVES = DIM / 64;
template <int DIM>
static constexpr int TILE_BYTES = HALVES<DIM> * HALF_BYTES;

/* Of 64 rows of DIM elements a thread copies the same chunk of every few. */
template <int DIM, int THREADS>
struct Copier {
    static constexpr int STEP = THREADS / CHUNKS<DIM>; /* rows; a multiple of eight */
    int row = thread() / CHUNKS<DIM>, chunk = thread() % CHUNKS<DIM>;
    int to = chunk / 8 * HALF_BYTES + chunk_at(row * 128, row, chunk % 8);
};

/* 64 rows, zeros from number `count` on; `from` is the copier's own chunk of its first. */
template <int DIM, int THREADS>
DEVICE void copy_rows(const Copier<DIM, THREADS> &copier, unsigned char *to, const Bf16 *from,
                      int stride, int count)
{
    constexpr int STEP = Copier<DIM, THREADS>::STEP;

    UNROLL
    for (int first = 0; first < 64; first += STEP) {
        if (first + STEP <= 64 || first + copier.row < 64) {
            const bool valid = first + copier.row < count;
            copy_async_16(to + copier.to + first * 128,
                          valid ? from + (int64_t)first * stride : from, valid);
        }
    }
}

template <int DIM>
DEVICE void multiply_keys(const unsigned char *queries, const unsigned char *keys,
                          Scores<1, KEYS / 8> &scores)
{
    group_mma_columns<false>(scores.x[0], queries, keys, 0);
    UNROLL
    for (int step = 1; step < DIM / 16; step++) {
        group_mma_columns<true>(scores.x[0], queries, keys,
                                step / 4 * HALF_BYTES + step % 4 * 32);
    }
}

template <int DIM>
DEVICE void multiply_values(const uint32_t shares[KEYS / 16][4], const unsigned char *values,
                            Rows<DIM, 1> &rows)
{
    UNROLL
    for (int half = 0; half < HALVES<DIM>; half++) {
        UNROLL
        for (int step = 0; step < KEYS / 16; step++) {
            group_mma_rows<true>(rows.out[0] + 8 * half, shares[step], values,
                                 half * HALF_BYTES + step * 16 * 128);
        }
    }
}

template <int DIM>
DEVICE void hold_rows(Rows<DIM, 1> &rows)
{
    UNROLL
    for (int half = 0; half < HALVES<DIM>; half++) {
        group_hold(rows.out[0] + 8 * half);
    }
}

DEVICE void pack_shares(const Scores<1, KEYS / 8> &scores, uint32_t shares[KEYS / 16][4])
{
    UNROLL
    for (int i = 0; i < KEYS / 4; i++) {
        const float *pair = &scores.x[0][i / 2][i % 2 * 2];
        shares[i / 4][i % 4] = pack2<Bf16>(pair[0], pair[1]);
    }
}

template <int DIM, int GROUPS>
DEVICE void attend(const OasisCudaAttention &p)
{
    constexpr int TILE = TILE_BYTES<DIM>, THREADS = GROUPS * 128, STAGE = 2 * TILE;
    DYNAMIC_SHARED(unaligned);
    SHARED(Segment<Bf16>, at, 1); /* read again where it is needed: registers are short */
    unsigned char *shared = unaligned + (-(int)(uintptr_t)unaligned & (ALIGNMENT - 1));
    unsigned char *stages = shared + GROUPS * TILE;
    const unsigned char *queries = shared + shuffle(warp() / 4, 0) * TILE;
    const int block = block_x() * GROUPS * GROUP_QUERIES, first = block + warp() * 16;
    const Copier<DIM, THREADS> copier;
    uint32_t shares[KEYS / 16][4];
    Scores<1, KEYS / 8> scores;
    Rows<DIM, 1> rows;
    float keep[1][2];

    if (thread() == 0) {
        at[0] = find_segment<Bf16>(p);
    }
    sync_block();
    UNROLL
    for (int group = 0; group < GROUPS; group++) {
        const int query = block + group * GROUP_QUERIES;
        const int64_t row = query + copier.row < p.n ? query + copier.row : 0;
        copy_rows(copier, shared + group * TILE, at[0].q + row * p.q_stride + copier.chunk * 8,
                  p.q_stride, p.n - query);
    }
    const int64_t chunk = (int64_t)copier.row * p.kv_stride + copier.chunk * 8;
    const Bf16 *k = at[0].k + (copier.row < p.n_keys ? chunk : 0);
    const int64_t to_values = at[0].v - at[0].k;
    /* Keys and values from number `key` on; k points to the thread's own. */
    const auto copy_tile = [&](int stage, int key) {
        if (key < p.n_keys) {
            copy_rows(copier, stages + stage, k, p.kv_stride, p.n_keys - key);
            copy_rows(copier, stages + stage + TILE, k + to_values, p.kv_stride, p.n_keys - key);
            if (key + KEYS + copier.row < p.n_keys) {
                k += (int64_t)KEYS * p.kv_stride;
            }
        }
        copy_async_commit();
    };
    /* Behind it the tile of `stage` is there, and nobody reads the one two before, in whose place
     * the one after comes. */
    const auto arrive = [&](int stage, int key) {
        copy_async_wait<0>();
        fence_shared();
        sync_block();
        copy_tile(stage, key);
    };
    const auto after = [](int stage) { return stage == 2 * STAGE ? 0 : stage + STAGE; };
    const auto weigh_tile = [&](int key) {
        if (p.n_keys - key < KEYS) {
            hide_tail(scores, p.n_keys - key);
        }
        weigh(rows, scores, p.scale, keep);
        group_hold(scores.x[0]); /* not later, but while values are multiplied */
    };
    const auto finish_tile = [&] {
        group_wait_for<0>();
        hold_rows(rows);
        group_hold(shares);
        shrink(rows, keep);
        pack_shares(scores, shares);
    };

    copy_tile(0, 0);
    begin_rows(rows);
    arrive(STAGE, KEYS);
    group_begin(scores.x[0]);
    multiply_keys<DIM>(queries, stages, scores);
    group_wait(scores.x[0]);
    weigh_tile(0);
    int last = 0;
    ROLLED
    for (int key = KEYS; key < p.n_keys; key += KEYS) {
        const int stage = after(last);
        finish_tile();
        arrive(after(stage), key + KEYS);
        hold_rows(rows);
        group_hold(shares);
        group_begin(scores.x[0]);
        multiply_keys<DIM>(queries, stages + stage, scores);
        group_commit();
        multiply_values(shares, stages + last + TILE, rows);
        group_commit();
        group_wait_for<1>();
        group_hold(scores.x[0]);
        weigh_tile(key);
        last = stage;
    }
    finish_tile();
    hold_rows(rows);
    group_hold(shares);
    group_begin(rows.out[0]);
    multiply_values(shares, stages + last + TILE, rows);
    group_wait(rows.out[0]);
    hold_rows(rows);
    sync_block();
    finish_rows(rows, shared, warp() * 16 * ROW_BYTES<DIM>, p.scale, at[0].out, p.out_stride,
                at[0].lse, [&](int row) { return first + row < p.n ? first + row : -1; });
}

KERNEL(attention_wgmma_64_bf16, OasisCudaAttention, 256, 2)
{
    attend<64, 2>(p);
}

KERNEL(attention_wgmma_128_bf16, OasisCudaAttention, 384, 1)
{
    attend<128, 3>(p);
}
