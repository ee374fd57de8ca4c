/* Products, convolutions and mixes over time: one method.
 *
 *   out[p][o] = act(bias[o] + sum over taps t and channels c of W[o][t][c] * in(x[p + t][c]))
 *
 * at positions p of images [items, height, width], then * gate[o] and + residual[p][o]. Products
 * have one tap and images of one row; time is the height of temporal's image. in() is SiLU or
 * nothing; beyond the border x is zero, or the first row.
 *
 * A block computes a patch of positions times some of the outputs (gemm-tiles.h). It goes through
 * the channels in slices. Of each, the patch with its halo comes to shared memory once, SiLU is
 * applied once, by the threads that copied it, and all taps read it there, shifted: nine taps cost
 * 1.3 to 1.4 times the patch in bytes, not nine times. Weights come in the order of use, packed and
 * zero-padded by the host: one contiguous tile a step, a step being one tap of one slice.
 *
 *   copies     asynchronous, stages - 1 steps ahead, one barrier a step. Input slices lie in two
 *              buffers that take turns, or in as many as there are stages where each step has its
 *              own
 *   products   mma 16x8x16 on fragments that ldmatrix reads without bank conflicts; in f32 each
 *              thread multiplies plainly for the same sums
 *   results    sums go through shared memory of their warp, some rows at a time, so that bias,
 *              activation, residual and stores run in vectors along rows
 *
 * Blocks that share a patch follow each other, then those below it (temporal: later in time), so
 * what they share is read from L2. Channels that are not whole vectors, or tensors that are not
 * aligned to them, are copied element by element; what is beyond the last channel is zero.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "device.cuh"
#include "gemm-tiles.h"
#include "params.h"

template <typename T, int PATCH_HEIGHT, int PATCH_WIDTH, int TAPS_DOWN, int TAPS_ACROSS, int WIDTH_,
          int CHUNKS_, int WARPS_DOWN, int WARPS_ACROSS_, int STAGES_>
struct GemmTile {
    using Element = T;
    static constexpr int PATCH_W = PATCH_WIDTH, HEIGHT = PATCH_HEIGHT;
    static constexpr int TAPS_W = TAPS_ACROSS, TAPS = TAPS_DOWN * TAPS_ACROSS;
    static constexpr int WIDTH = WIDTH_, CHUNKS = CHUNKS_, STAGES = STAGES_;
    static constexpr int WARPS_ACROSS = WARPS_ACROSS_;
    static constexpr int THREADS = 32 * WARPS_DOWN * WARPS_ACROSS;

    /* The patch with its halo: rows of shared memory, a slice of one position each. */
    static constexpr int HALO_W = PATCH_W + TAPS_ACROSS - 1;
    static constexpr int HALO = (PATCH_HEIGHT + TAPS_DOWN - 1) * HALO_W;
    static constexpr int VECTOR = 16 / sizeof(T); /* elements */
    static constexpr int SLICE = CHUNKS * VECTOR; /* channels */

    /* Of a warp. */
    static constexpr int WARP_HEIGHT = PATCH_HEIGHT * PATCH_WIDTH / WARPS_DOWN;
    static constexpr int WARP_WIDTH = WIDTH / WARPS_ACROSS;
    static constexpr int ROWS = WARP_HEIGHT / 16, COLUMNS = WARP_WIDTH / 8; /* fragments */
    static constexpr int TURNED = ROWS % 2 == 0 ? 2 : 1; /* of the rows at a time */
    static constexpr int PITCH = WARP_WIDTH + 8; /* floats of a row of results: no bank conflicts */

    static constexpr int BUFFERS = OASIS_CUDA_TILE_BUFFERS(TAPS, STAGES);
    static constexpr int INPUT_BYTES = HALO * CHUNKS * 16, WEIGHT_BYTES = WIDTH * CHUNKS * 16;

    static_assert(PATCH_WIDTH % 8 == 0, "ldmatrix reads eight rows in a row");
    static_assert(WARP_HEIGHT % 16 == 0 && WARP_WIDTH % 16 == 0, "whole fragments");
    static_assert(TAPS == 1 || STAGES - 1 <= TAPS, "two buffers of input would not do");
    static_assert(WARPS_DOWN * WARPS_ACROSS * 16 * TURNED * PITCH * 4 <=
                      BUFFERS * INPUT_BYTES + STAGES * WEIGHT_BYTES, "results fit");
};

/* A block's place. */
struct GemmPlace {
    int column;     /* its first output */
    int item, y, x; /* the first position of its patch */
};

template <class Tile>
DEVICE GemmPlace gemm_place(const OasisCudaGemm &p)
{
    GemmPlace at;
    int i = block_x();

    at.column = i % p.columns * Tile::WIDTH;
    i /= p.columns;
    at.y = i % p.patches_down * Tile::HEIGHT;
    i /= p.patches_down;
    at.x = i % p.patches_across * Tile::PATCH_W;
    at.item = i / p.patches_across;
    return at;
}

/* --- copies ----------------------------------------------------------------------------------- */

/* Some channels of one position, of which the last may not exist. */
template <class Tile>
DEVICE Vec16 gemm_gather(const typename Tile::Element *from, int count)
{
    Vec16 v;

    UNROLL
    for (int i = 0; i < 4; i++) {
        if constexpr (sizeof(typename Tile::Element) == 4) {
            v.x[i] = i < count ? float_bits(from[i]) : 0;
        } else {
            const uint32_t low = 2 * i < count ? from[2 * i].bits : 0;
            const uint32_t high = 2 * i + 1 < count ? from[2 * i + 1].bits : 0;
            v.x[i] = low | high << 16;
        }
    }
    return v;
}

/* Vector `i` of a slice: its row of the halo, and what it holds. */
template <class Tile>
struct GemmVector {
    const typename Tile::Element *from; /* not to be read where it is not valid */
    int count;                          /* elements from there on, 0 where it is not valid */
    unsigned char *to;
};

template <class Tile>
DEVICE GemmVector<Tile> gemm_vector(const OasisCudaGemm &p, const GemmPlace &at, int slice,
                                    unsigned char *to, int i)
{
    const int row = i / Tile::CHUNKS, chunk = i % Tile::CHUNKS;
    const int channel = slice * Tile::SLICE + chunk * Tile::VECTOR;
    const int x = at.x + row % Tile::HALO_W - Tile::TAPS_W / 2;
    int y = at.y + row / Tile::HALO_W - p.above;

    y = p.repeat && y < 0 ? 0 : y;
    const bool valid = (unsigned)y < (unsigned)p.height && (unsigned)x < (unsigned)p.width &&
                       channel < p.channels;
    const int64_t position = (int64_t)(at.item * p.height + y) * p.width + x;
    return {static_cast<const typename Tile::Element *>(p.x) + position * p.channels + channel,
            valid ? p.channels - channel : 0, to + 16 * OASIS_CUDA_CHUNK(Tile::CHUNKS, row, chunk)};
}

template <class Tile>
DEVICE void gemm_copy_input(const OasisCudaGemm &p, const GemmPlace &at, int slice,
                            unsigned char *to)
{
    constexpr int VECTORS = Tile::HALO * Tile::CHUNKS;

    if (!p.input_vectors) {
        for (int i = thread(); i < VECTORS; i += Tile::THREADS) {
            const GemmVector<Tile> v = gemm_vector<Tile>(p, at, slice, to, i);
            store_16(v.to, gemm_gather<Tile>(v.from, v.count));
        }
        return;
    }
    for (int first = 0; first < VECTORS; first += Tile::THREADS) {
        const int i = first + thread();
        if (VECTORS % Tile::THREADS == 0 || i < VECTORS) {
            const GemmVector<Tile> v = gemm_vector<Tile>(p, at, slice, to, i);
            copy_async_16(v.to, v.from, v.count > 0);
        }
    }
}

template <class Tile>
DEVICE void gemm_copy_weight(const unsigned char *from, unsigned char *to)
{
    constexpr int BYTES = 16 * Tile::THREADS; /* at a time */

    from += 16 * thread();
    to += 16 * thread();
    UNROLL
    for (int first = 0; first < Tile::WEIGHT_BYTES; first += BYTES) {
        if (first + BYTES <= Tile::WEIGHT_BYTES || first + 16 * thread() < Tile::WEIGHT_BYTES) {
            copy_async_16(to + first, from + first, true);
        }
    }
}

/* --- activations ------------------------------------------------------------------------------ */

/* In bf16 by one tanh, within 2.5e-4 |x|: an eighth of what rounding x to bf16 makes. */
template <typename T>
DEVICE float gemm_silu(float x)
{
    const float half = 0.5f * x;

    return fmaf(half, tanh_fast(half), half);
}

template <>
DEVICE float gemm_silu<float>(float x)
{
    return x / (1 + expf(-x));
}

template <typename T>
DEVICE float gemm_tanh(float x)
{
    return tanh_fast(x);
}

template <>
DEVICE float gemm_tanh<float>(float x)
{
    return tanhf(x);
}

template <typename T>
DEVICE float gemm_gelu(float x)
{
    const float half = 0.5f * x;

    return fmaf(half, gemm_tanh<T>(0.7978845608f * fmaf(0.044715f * x * x, x, x)), half);
}

template <typename T>
DEVICE Vec16 gemm_silu_vector(Vec16 v)
{
    UNROLL
    for (int i = 0; i < 4; i++) {
        float low, high;
        unpack2<T>(v.x[i], &low, &high);
        v.x[i] = pack2<T>(gemm_silu<T>(low), gemm_silu<T>(high));
    }
    return v;
}

template <>
DEVICE Vec16 gemm_silu_vector<float>(Vec16 v)
{
    UNROLL
    for (int i = 0; i < 4; i++) {
        v.x[i] = float_bits(gemm_silu<float>(bits_float(v.x[i])));
    }
    return v;
}

/* SiLU of what this thread has copied. */
template <class Tile>
DEVICE void gemm_silu_input(unsigned char *input)
{
    for (int i = thread(); i < Tile::HALO * Tile::CHUNKS; i += Tile::THREADS) {
        unsigned char *at = input + 16 * OASIS_CUDA_CHUNK(Tile::CHUNKS, i / Tile::CHUNKS,
                                                          i % Tile::CHUNKS);
        store_16(at, gemm_silu_vector<typename Tile::Element>(load_16(at)));
    }
}

/* --- products --------------------------------------------------------------------------------- */

/* Row of the halo under tap 0 of position `position` of the patch. */
template <class Tile>
DEVICE int gemm_halo_row(int position)
{
    return position / Tile::PATCH_W * Tile::HALO_W + position % Tile::PATCH_W;
}

template <class Tile>
using GemmSums = float[Tile::ROWS][Tile::COLUMNS][4]; /* mma's layout */

/* Adds the products of one step; `shift` is the tap's, in rows of the halo. */
template <class Tile>
DEVICE void gemm_multiply(const unsigned char *input, const unsigned char *weight, int shift,
                          GemmSums<Tile> &sums)
{
    const int down = warp() / Tile::WARPS_ACROSS * Tile::WARP_HEIGHT + lane() % 16;
    const int across =
        warp() % Tile::WARPS_ACROSS * Tile::WARP_WIDTH + lane() / 16 * 8 + lane() % 8;

    UNROLL
    for (int chunk = 0; chunk < Tile::CHUNKS; chunk += 2) {
        uint32_t a[Tile::ROWS][4], b[Tile::COLUMNS / 2][4];

        UNROLL
        for (int i = 0; i < Tile::ROWS; i++) {
            const int row = gemm_halo_row<Tile>(down + 16 * i) + shift;
            ldmatrix_x4(a[i], input + 16 * OASIS_CUDA_CHUNK(Tile::CHUNKS, row,
                                                            chunk + lane() / 16));
        }
        UNROLL
        for (int j = 0; j < Tile::COLUMNS / 2; j++) {
            ldmatrix_x4(b[j], weight + 16 * OASIS_CUDA_CHUNK(Tile::CHUNKS, across + 16 * j,
                                                             chunk + lane() / 8 % 2));
        }
        UNROLL
        for (int i = 0; i < Tile::ROWS; i++) {
            UNROLL
            for (int j = 0; j < Tile::COLUMNS; j++) {
                mma_16x8x16<typename Tile::Element>(sums[i][j], a[i], &b[j / 2][j % 2 * 2]);
            }
        }
    }
}

/* The same for float. */
template <class Tile>
DEVICE void gemm_multiply_plain(const unsigned char *input, const unsigned char *weight, int shift,
                                GemmSums<Tile> &sums)
{
    const int down = warp() / Tile::WARPS_ACROSS * Tile::WARP_HEIGHT + lane() / 4;
    const int across = warp() % Tile::WARPS_ACROSS * Tile::WARP_WIDTH + lane() % 4 * 2;

    for (int chunk = 0; chunk < Tile::CHUNKS; chunk++) {
        Vec16 a[2 * Tile::ROWS];

        UNROLL
        for (int i = 0; i < 2 * Tile::ROWS; i++) {
            const int row = gemm_halo_row<Tile>(down + 8 * i) + shift;
            a[i] = load_16(input + 16 * OASIS_CUDA_CHUNK(Tile::CHUNKS, row, chunk));
        }
        UNROLL
        for (int j = 0; j < 2 * Tile::COLUMNS; j++) {
            const int row = across + j / 2 * 8 + j % 2;
            const Vec16 b = load_16(weight + 16 * OASIS_CUDA_CHUNK(Tile::CHUNKS, row, chunk));
            UNROLL
            for (int i = 0; i < 2 * Tile::ROWS; i++) {
                float *sum = &sums[i / 2][j / 2][i % 2 * 2 + j % 2];
                UNROLL
                for (int k = 0; k < 4; k++) {
                    *sum = fmaf(bits_float(a[i].x[k]), bits_float(b.x[k]), *sum);
                }
            }
        }
    }
}

/* Sums over all steps. */
template <class Tile>
DEVICE void gemm_sum(const OasisCudaGemm &p, const GemmPlace &at, unsigned char *memory,
                     GemmSums<Tile> &sums)
{
    unsigned char *inputs = memory, *weights = memory + Tile::BUFFERS * Tile::INPUT_BYTES;
    const int steps = p.slices * Tile::TAPS;
    const unsigned char *packed = static_cast<const unsigned char *>(p.weight) +
                                  (int64_t)(at.column / Tile::WIDTH) * steps * Tile::WEIGHT_BYTES;
    int slice = 0, tap = 0;               /* of the step that is computed */
    int copied_slice = 0, copied_tap = 0; /* of the step that is copied */

    auto copy = [&](int step) {
        if (step < steps) {
            if (copied_tap == 0) {
                gemm_copy_input<Tile>(p, at, copied_slice,
                                      inputs + copied_slice % Tile::BUFFERS * Tile::INPUT_BYTES);
            }
            gemm_copy_weight<Tile>(packed + (int64_t)step * Tile::WEIGHT_BYTES,
                                   weights + step % Tile::STAGES * Tile::WEIGHT_BYTES);
            if (++copied_tap == Tile::TAPS) {
                copied_tap = 0;
                copied_slice++;
            }
        }
        copy_async_commit();
    };

    for (int step = 0; step < Tile::STAGES - 1; step++) {
        copy(step);
    }
    for (int step = 0; step < steps; step++) {
        unsigned char *input = inputs + slice % Tile::BUFFERS * Tile::INPUT_BYTES;
        const unsigned char *weight = weights + step % Tile::STAGES * Tile::WEIGHT_BYTES;
        const int shift = tap / Tile::TAPS_W * Tile::HALO_W + tap % Tile::TAPS_W;

        copy_async_wait<Tile::STAGES - 2>();
        if (p.silu_input && tap == 0) {
            gemm_silu_input<Tile>(input);
        }
        sync_block();
        copy(step + Tile::STAGES - 1);
        if constexpr (sizeof(typename Tile::Element) == 4) {
            gemm_multiply_plain<Tile>(input, weight, shift, sums);
        } else {
            gemm_multiply<Tile>(input, weight, shift, sums);
        }
        if (++tap == Tile::TAPS) {
            tap = 0;
            slice++;
        }
    }
}

/* --- results ---------------------------------------------------------------------------------- */

/* Sums of n neighbours become results. */
template <typename T, int n>
DEVICE void gemm_finish(const OasisCudaGemm &p, float *y, const float *bias, const float *gate,
                        const float *residual)
{
    UNROLL
    for (int i = 0; i < n; i++) {
        y[i] += bias[i];
    }
    if (p.activation == OASIS_CUDA_GELU) {
        UNROLL
        for (int i = 0; i < n; i++) {
            y[i] = gemm_gelu<T>(y[i]);
        }
    } else if (p.activation == OASIS_CUDA_SILU) {
        UNROLL
        for (int i = 0; i < n; i++) {
            y[i] = gemm_silu<T>(y[i]);
        }
    }
    UNROLL
    for (int i = 0; i < n; i++) {
        y[i] = fmaf(gate[i], y[i], residual[i]);
    }
}

/* One element, or four neighbours, of out or residual: of T, or wide, of float. */
template <typename T>
DEVICE float gemm_load(const void *from, int64_t at, bool wide)
{
    return wide ? static_cast<const float *>(from)[at]
                : to_float(static_cast<const T *>(from)[at]);
}

template <typename T>
DEVICE void gemm_store(void *to, int64_t at, bool wide, float v)
{
    if (wide) {
        static_cast<float *>(to)[at] = v;
    } else {
        static_cast<T *>(to)[at] = from_float<T>(v);
    }
}

template <typename T>
DEVICE void gemm_load_4(const void *from, int64_t at, bool wide, float v[4])
{
    if (sizeof(T) == 4 || wide) {
        const Vec16 bits = load_16(static_cast<const float *>(from) + at);
        UNROLL
        for (int i = 0; i < 4; i++) {
            v[i] = bits_float(bits.x[i]);
        }
    } else if constexpr (sizeof(T) == 2) {
        const Vec8 bits = load_8(static_cast<const T *>(from) + at);
        unpack2<T>(bits.x[0], &v[0], &v[1]);
        unpack2<T>(bits.x[1], &v[2], &v[3]);
    }
}

template <typename T>
DEVICE void gemm_store_4(void *to, int64_t at, bool wide, const float v[4])
{
    if (sizeof(T) == 4 || wide) {
        store_16(static_cast<float *>(to) + at, Vec16{{float_bits(v[0]), float_bits(v[1]),
                                                       float_bits(v[2]), float_bits(v[3])}});
    } else if constexpr (sizeof(T) == 2) {
        store_8(static_cast<T *>(to) + at, Vec8{{pack2<T>(v[0], v[1]), pack2<T>(v[2], v[3])}});
    }
}

/* Where a position's output `column` lies in out; -1 beyond the image or the outputs. */
template <class Tile>
DEVICE int64_t gemm_out_at(const OasisCudaGemm &p, const GemmPlace &at, int position, int column)
{
    const int y = at.y + position / Tile::PATCH_W, x = at.x + position % Tile::PATCH_W;

    if (y >= p.height || x >= p.width || column >= p.m) {
        return -1;
    }
    return ((int64_t)(at.item * p.height + y) * p.width + x) * p.m + column;
}

/* Fragments become rows of the warp's results in shared memory. */
template <class Tile>
DEVICE void gemm_turn(const float (&sums)[Tile::TURNED][Tile::COLUMNS][4], float *rows)
{
    sync_warp();
    UNROLL
    for (int i = 0; i < Tile::TURNED; i++) {
        UNROLL
        for (int j = 0; j < Tile::COLUMNS; j++) {
            const float *sum = sums[i][j];
            float *to = rows + (16 * i + lane() / 4) * Tile::PITCH + 8 * j + lane() % 4 * 2;
            store_8(to, Vec8{{float_bits(sum[0]), float_bits(sum[1])}});
            store_8(to + 8 * Tile::PITCH, Vec8{{float_bits(sum[2]), float_bits(sum[3])}});
        }
    }
    sync_warp();
}

/* A warp's results from position `position`, four neighbours a lane; of some of them at a time the
 * residual is under way before any of it is used. */
template <class Tile>
DEVICE void gemm_put_vectors(const OasisCudaGemm &p, const GemmPlace &at, int position,
                             const float *rows, const float *bias, const float *gate)
{
    using T = typename Tile::Element;
    constexpr int A_ROW = Tile::WARP_WIDTH / 4, PARTS = 16 * Tile::TURNED * A_ROW / 32;
    constexpr int GROUP = PARTS % 4 == 0 ? 4 : 3;
    const int across = warp() % Tile::WARPS_ACROSS * Tile::WARP_WIDTH;
    static_assert(PARTS % GROUP == 0, "whole groups");

    for (int first = lane(); first < 32 * PARTS; first += 32 * GROUP) {
        float residual[GROUP][4] = {};
        int64_t out[GROUP];

        UNROLL
        for (int i = 0; i < GROUP; i++) {
            const int row = (first + 32 * i) / A_ROW, column = (first + 32 * i) % A_ROW * 4;
            out[i] = gemm_out_at<Tile>(p, at, position + row, at.column + across + column);
            if (p.residual && out[i] >= 0) {
                gemm_load_4<T>(p.residual, out[i], p.wide_residual, residual[i]);
            }
        }
        UNROLL
        for (int i = 0; i < GROUP; i++) {
            const int row = (first + 32 * i) / A_ROW, column = (first + 32 * i) % A_ROW * 4;
            float y[4];
            gemm_load_4<float>(rows, row * Tile::PITCH + column, true, y);
            gemm_finish<T, 4>(p, y, bias + across + column, gate + across + column, residual[i]);
            if (out[i] >= 0) {
                gemm_store_4<T>(p.out, out[i], p.wide_out, y);
            }
        }
    }
}

/* The same, element by element. */
template <class Tile>
DEVICE void gemm_put_elements(const OasisCudaGemm &p, const GemmPlace &at, int position,
                              const float *rows, const float *bias, const float *gate)
{
    using T = typename Tile::Element;
    const int across = warp() % Tile::WARPS_ACROSS * Tile::WARP_WIDTH;

    for (int i = lane(); i < 16 * Tile::TURNED * Tile::WARP_WIDTH; i += 32) {
        const int row = i / Tile::WARP_WIDTH, column = i % Tile::WARP_WIDTH;
        const int64_t out = gemm_out_at<Tile>(p, at, position + row, at.column + across + column);
        if (out >= 0) {
            const float residual = p.residual ? gemm_load<T>(p.residual, out, p.wide_residual) : 0;
            float y = rows[row * Tile::PITCH + column];
            gemm_finish<T, 1>(p, &y, bias + across + column, gate + across + column, &residual);
            gemm_store<T>(p.out, out, p.wide_out, y);
        }
    }
}

/* --- the kernel ------------------------------------------------------------------------------- */

template <class Tile>
DEVICE void gemm(const OasisCudaGemm &p)
{
    DYNAMIC_SHARED(memory);
    SHARED(float, bias, Tile::WIDTH);
    SHARED(float, gate, Tile::WIDTH);
    const GemmPlace at = gemm_place<Tile>(p);
    GemmSums<Tile> sums = {};

    for (int i = thread(); i < Tile::WIDTH; i += Tile::THREADS) {
        const bool there = at.column + i < p.m;
        bias[i] = p.bias && there ? p.bias[at.column + i] : 0;
        gate[i] = p.gate && there ? p.gate[at.column + i] : 1;
    }
    gemm_sum<Tile>(p, at, memory, sums);
    sync_block();

    float *rows = reinterpret_cast<float *>(memory) + warp() * 16 * Tile::TURNED * Tile::PITCH;
    UNROLL
    for (int i = 0; i < Tile::ROWS; i += Tile::TURNED) {
        const int position = warp() / Tile::WARPS_ACROSS * Tile::WARP_HEIGHT + 16 * i;
        gemm_turn<Tile>(*reinterpret_cast<const float(*)[Tile::TURNED][Tile::COLUMNS][4]>(&sums[i]),
                        rows);
        if (p.output_vectors) {
            gemm_put_vectors<Tile>(p, at, position, rows, bias, gate);
        } else {
            gemm_put_elements<Tile>(p, at, position, rows, bias, gate);
        }
    }
}

#define GEMM_KERNEL(name, element, patch_height, patch_width, taps_down, taps_across, width, \
                    chunks, warps_down, warps_across, stages, blocks)                        \
    KERNEL(name, OasisCudaGemm, 32 * warps_down * warps_across, blocks)                      \
    {                                                                                        \
        gemm<GemmTile<element, patch_height, patch_width, taps_down, taps_across, width,     \
                      chunks, warps_down, warps_across, stages>>(p);                         \
    }
