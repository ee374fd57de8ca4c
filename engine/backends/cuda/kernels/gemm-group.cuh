/* gemm.cuh's products, convolutions and mixes over time with Hopper's instructions, for bf16 and
 * channels in sixteens, where a block's weights fit into its shared memory.
 *
 * They come there once, all taps and channels of `width` outputs, and stay. Then each group of four
 * warps goes through patches of 64 positions on its own, with barriers of the group alone:
 *
 *   copy       a patch with its halo, all channels, once
 *   multiply   64 x width x 16 at a time, both operands read from shared memory by the card
 *   results    from registers; while one group is at it or waits for its next patch, which it asked
 *              for before, the others multiply
 *
 * Shared memory holds the patch in columns of 16 bytes (eight channels): a position and its right
 * neighbour lie 16 bytes apart, eight of them are a block as matrix() has it, and a tap is the same
 * blocks from another first byte. Tiles of convolutions are 8 x 8, so that eight rows of one block
 * each are a halo row apart. Weights lie likewise, in the order of use, and outputs so permuted
 * that a lane's sums of two blocks are four neighbours (oasis_cuda_gemm_pack): results are loaded
 * and stored in vectors, a row's 64 or 32 bytes by four lanes.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "gemm.cuh"

template <int TILE_HEIGHT, int TILE_WIDTH, int TAPS_DOWN, int TAPS_ACROSS, int WIDTH_>
struct GroupTile {
    using Element = Bf16;
    static constexpr int HEIGHT = TILE_HEIGHT, PATCH_W = TILE_WIDTH;
    static constexpr int TAPS_W = TAPS_ACROSS, TAPS = TAPS_DOWN * TAPS_ACROSS, WIDTH = WIDTH_;
    static constexpr int HALO_W = TILE_WIDTH + TAPS_ACROSS - 1;
    static constexpr int HALO = (TILE_HEIGHT + TAPS_DOWN - 1) * HALO_W;
    static constexpr int COLUMN = 16 * HALO; /* bytes of eight channels */
    static constexpr int BLOCK_ROW = TILE_WIDTH == 8 ? 16 * HALO_W : 128; /* to the next eight */

    static_assert(TILE_HEIGHT * TILE_WIDTH == 64 && (TILE_WIDTH == 8 || TILE_HEIGHT == 1),
                  "blocks of eight positions are a constant distance apart");
};

/* What four warps are of their block: by a shuffle, so that the compiler knows it to be a warp's,
 * and lets products be on their way in what depends on it. */
DEVICE int group()
{
    return shuffle(thread() / 128, 0);
}

DEVICE int group_thread()
{
    return thread() % 128;
}

template <class Tile>
DEVICE GemmPlace group_place(const OasisCudaGemm &p, int patch)
{
    GemmPlace at;

    at.column = block_x() % p.columns * Tile::WIDTH;
    at.y = patch % p.patches_down * Tile::HEIGHT;
    patch /= p.patches_down;
    at.x = patch % p.patches_across * Tile::PATCH_W;
    at.item = patch / p.patches_across;
    return at;
}

/* --- copies ----------------------------------------------------------------------------------- */

/* Calls visit(row of the halo, chunk of eight channels) for each that is this thread's: eight lanes
 * have rows in a row, which lie in different banks, and four times eight of them chunks in a row,
 * which are whole sectors of device memory. */
template <class Tile, typename Visit>
DEVICE void group_vectors(const OasisCudaGemm &p, Visit visit)
{
    const int chunks = p.channels / 8;
    int first = 0, chunk = group_thread() / 8;

    for (;;) {
        for (; chunk >= chunks; chunk -= chunks) {
            first += 8;
        }
        if (first >= Tile::HALO) {
            return;
        }
        if (Tile::HALO % 8 == 0 || first + lane() % 8 < Tile::HALO) {
            visit(first + lane() % 8, chunk);
        }
        chunk += 16;
    }
}

template <class Tile, bool VECTORS>
DEVICE void group_copy(const OasisCudaGemm &p, const GemmPlace &at, unsigned char *to)
{
    group_vectors<Tile>(p, [&](int row, int chunk) {
        const int x = at.x + row % Tile::HALO_W - Tile::TAPS_W / 2;
        int y = at.y + row / Tile::HALO_W - p.above;
        y = p.repeat && y < 0 ? 0 : y;
        const bool valid = (unsigned)y < (unsigned)p.height && (unsigned)x < (unsigned)p.width;
        const int64_t position = (int64_t)(at.item * p.height + y) * p.width + x;
        const Bf16 *from = static_cast<const Bf16 *>(p.x) + position * p.channels + chunk * 8;
        unsigned char *vector = to + chunk * Tile::COLUMN + row * 16;
        if (VECTORS) {
            copy_async_16(vector, from, valid);
        } else {
            store_16(vector, gemm_gather<Tile>(from, valid ? 8 : 0));
        }
    });
    copy_async_commit();
}

/* SiLU of what this thread has copied. */
template <class Tile>
DEVICE void group_silu(const OasisCudaGemm &p, unsigned char *input)
{
    group_vectors<Tile>(p, [&](int row, int chunk) {
        unsigned char *vector = input + chunk * Tile::COLUMN + row * 16;
        store_16(vector, gemm_silu_vector<Bf16>(load_16(vector)));
    });
}

/* --- products --------------------------------------------------------------------------------- */

template <class Tile>
using GroupSums = float[Tile::WIDTH / 8][4];

template <class Tile>
DEVICE void group_multiply(const OasisCudaGemm &p, const unsigned char *input,
                           const unsigned char *weights, GroupSums<Tile> &sums)
{
    const Matrix first = matrix(input, Tile::COLUMN, Tile::BLOCK_ROW);
    Matrix a = first, b = matrix(weights, 16 * Tile::WIDTH, 128);

    UNROLL
    for (int i = 0; i < Tile::WIDTH / 8; i++) {
        UNROLL
        for (int j = 0; j < 4; j++) {
            sums[i][j] = 0;
        }
    }
    group_begin(sums);
    ROLLED /* one loop: of two in each other the compiler would let each product wait */
    for (int tap = 0, channel = 0; tap < Tile::TAPS;) {
        group_product<Tile::WIDTH>(sums, a, b);
        b = matrix_at(b, 32 * Tile::WIDTH);
        a = matrix_at(a, 2 * Tile::COLUMN);
        channel += 16;
        if (channel == p.channels) {
            channel = 0;
            tap++;
            a = matrix_at(first,
                          (tap / Tile::TAPS_W * Tile::HALO_W + tap % Tile::TAPS_W) * 16);
        }
    }
    group_wait(sums);
}

/* --- results ---------------------------------------------------------------------------------- */

/* What a kernel does to results, so that each is straight code; GROUP_ANY does all, element by
 * element, as others need not: outputs in fours, and out and residual of one width. */
template <int RESULTS>
struct GroupResults {
    static constexpr bool VECTORS = RESULTS != OASIS_CUDA_GROUP_ANY;
    static constexpr bool WIDE =
        RESULTS == OASIS_CUDA_GROUP_WIDE || RESULTS == OASIS_CUDA_GROUP_ADD_WIDE;
    static constexpr bool ADDED =
        RESULTS == OASIS_CUDA_GROUP_ADD || RESULTS == OASIS_CUDA_GROUP_ADD_WIDE || !VECTORS;
};

template <int RESULTS>
DEVICE float group_activate(const OasisCudaGemm &p, float y)
{
    if (RESULTS == OASIS_CUDA_GROUP_GELU ||
        (RESULTS == OASIS_CUDA_GROUP_ANY && p.activation == OASIS_CUDA_GELU)) {
        return gemm_gelu<Bf16>(y);
    }
    if (RESULTS == OASIS_CUDA_GROUP_SILU ||
        (RESULTS == OASIS_CUDA_GROUP_ANY && p.activation == OASIS_CUDA_SILU)) {
        return gemm_silu<Bf16>(y);
    }
    return y;
}

/* Four neighbours: sums become results. */
template <int RESULTS>
DEVICE void group_finish(const OasisCudaGemm &p, float y[4], const float *bias, const float *gate,
                         const float *residual)
{
    float b[4], g[4];

    gemm_load_4<float>(bias, 0, true, b);
    if (GroupResults<RESULTS>::ADDED) {
        gemm_load_4<float>(gate, 0, true, g);
    }
    UNROLL
    for (int i = 0; i < 4; i++) {
        y[i] = group_activate<RESULTS>(p, y[i] + b[i]);
        if (GroupResults<RESULTS>::ADDED) {
            y[i] = fmaf(g[i], y[i], residual[i]);
        }
    }
}

/* A row's results from the lane's first output on: sums of blocks 2 i and 2 i + 1 are outputs 16 i
 * to 16 i + 3. `count` outputs exist from there. */
template <class Tile, int RESULTS>
DEVICE void group_put_row(const OasisCudaGemm &p, int64_t out, int count, const float *bias,
                          const float *gate, int half, const GroupSums<Tile> &sums)
{
    using Results = GroupResults<RESULTS>;
    constexpr int PARTS = Tile::WIDTH / 16, TOGETHER = PARTS > 8 ? 2 : PARTS % 4 == 0 ? 4 : 3;
    constexpr int BYTES = Results::WIDE ? 4 : 2;
    unsigned char *to = static_cast<unsigned char *>(p.out) + out * BYTES;
    const unsigned char *from = static_cast<const unsigned char *>(p.residual) + out * BYTES;

    UNROLL
    for (int first = 0; first < PARTS; first += TOGETHER) {
        float residual[TOGETHER][4] = {};
        UNROLL
        for (int i = 0; Results::ADDED && i < TOGETHER; i++) {
            if (16 * (first + i) < count) {
                gemm_load_4<Bf16>(from + 16 * (first + i) * BYTES, 0, Results::WIDE, residual[i]);
            }
        }
        UNROLL
        for (int i = 0; i < TOGETHER; i++) {
            const float *low = sums[2 * (first + i)], *high = sums[2 * (first + i) + 1];
            float y[4] = {low[2 * half], low[2 * half + 1], high[2 * half], high[2 * half + 1]};
            group_finish<RESULTS>(p, y, bias + 16 * (first + i), gate + 16 * (first + i),
                                  residual[i]);
            if (16 * (first + i) < count) {
                gemm_store_4<Bf16>(to + 16 * (first + i) * BYTES, 0, Results::WIDE, y);
            }
        }
    }
}

/* The same, element by element. */
template <class Tile>
DEVICE void group_put_elements(const OasisCudaGemm &p, int64_t out, int count, const float *bias,
                               const float *gate, int half, const GroupSums<Tile> &sums)
{
    UNROLL
    for (int part = 0; part < Tile::WIDTH / 16; part++) {
        float residual[4] = {};
        const float *low = sums[2 * part], *high = sums[2 * part + 1];
        float y[4] = {low[2 * half], low[2 * half + 1], high[2 * half], high[2 * half + 1]};
        for (int i = 0; p.residual && i < 4; i++) {
            if (16 * part + i < count) {
                residual[i] = gemm_load<Bf16>(p.residual, out + 16 * part + i, p.wide_residual);
            }
        }
        group_finish<OASIS_CUDA_GROUP_ANY>(p, y, bias + 16 * part, gate + 16 * part, residual);
        for (int i = 0; i < 4; i++) {
            if (16 * part + i < count) {
                gemm_store<Bf16>(p.out, out + 16 * part + i, p.wide_out, y[i]);
            }
        }
    }
}

template <class Tile, int RESULTS>
DEVICE void group_put(const OasisCudaGemm &p, const GemmPlace &at, const float *bias,
                      const float *gate, const GroupSums<Tile> &sums)
{
    const int across = lane() % 4 * 4, column = at.column + across;

    UNROLL
    for (int half = 0; half < 2; half++) {
        const int64_t out =
            gemm_out_at<Tile>(p, at, warp() % 4 * 16 + lane() / 4 + 8 * half, column);
        if (out < 0) {
            continue;
        }
        if constexpr (GroupResults<RESULTS>::VECTORS) {
            group_put_row<Tile, RESULTS>(p, out, p.m - column, bias + across, gate + across, half,
                                         sums);
        } else {
            group_put_elements<Tile>(p, out, p.m - column, bias + across, gate + across, half,
                                     sums);
        }
    }
}

/* --- the kernel ------------------------------------------------------------------------------- */

template <class Tile, int RESULTS>
DEVICE void gemm_group(const OasisCudaGemm &p)
{
    constexpr bool VECTORS = GroupResults<RESULTS>::VECTORS;
    DYNAMIC_SHARED(memory);
    SHARED(float, bias, Tile::WIDTH);
    SHARED(float, gate, Tile::WIDTH);
    const int weight_bytes = Tile::TAPS * p.channels * Tile::WIDTH * 2;
    const int groups = threads() / 128, self = group();
    const int column = block_x() % p.columns * Tile::WIDTH;
    const int patches = p.items * p.patches_down * p.patches_across;
    const int step = grid_x() / p.columns * groups;
    const unsigned char *packed = static_cast<const unsigned char *>(p.weight) +
                                  (int64_t)(block_x() % p.columns) * weight_bytes;
    unsigned char *input = memory + weight_bytes + self * p.channels / 8 * Tile::COLUMN;
    int patch = block_x() / p.columns * groups + self;

    for (int i = 16 * thread(); i < weight_bytes; i += 16 * threads()) {
        copy_async_16(memory + i, packed + i, true);
    }
    copy_async_commit();
    for (int i = thread(); i < Tile::WIDTH; i += threads()) {
        const bool there = column + i < p.m;
        bias[i] = p.bias && there ? p.bias[column + i] : 0;
        gate[i] = p.gate && there ? p.gate[column + i] : 1;
    }
    if (patch < patches) {
        group_copy<Tile, VECTORS>(p, group_place<Tile>(p, patch), input);
    }
    copy_async_wait<0>();
    fence_shared();
    sync_block();
    for (; patch < patches; patch += step) {
        GroupSums<Tile> sums;
        copy_async_wait<0>();
        if (p.silu_input) {
            group_silu<Tile>(p, input);
        }
        fence_shared();
        sync_group();
        group_multiply<Tile>(p, input, memory, sums);
        sync_group();
        if (patch + step < patches) {
            group_copy<Tile, VECTORS>(p, group_place<Tile>(p, patch + step), input);
        }
        group_put<Tile, RESULTS>(p, group_place<Tile>(p, patch), bias, gate, sums);
    }
}

#define GROUP_KERNEL(name, results, tile_height, tile_width, taps_down, taps_across, width,  \
                     groups)                                                                 \
    KERNEL(group_##name, OasisCudaGemm, 128 * groups, 1)                                     \
    {                                                                                        \
        gemm_group<GroupTile<tile_height, tile_width, taps_down, taps_across, width>,        \
                   OASIS_CUDA_GROUP_##results>(p);                                           \
    }
