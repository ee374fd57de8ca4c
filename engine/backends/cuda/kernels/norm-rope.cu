/* x * rsqrt(mean(x^2) + eps) * gain over all heads, then the turn of each pair by its token's
 * position, in place: a row a warp, which keeps it and the gain in registers. N is how many groups
 * of eight a lane has: 256 N >= d. A token's (cos, sin) are the same for each head and come from
 * the first-level cache.
 *
 * Bound by 4 bytes an element in bf16: queries and keys of 9,400 tokens of 256 take 2.2 us each at
 * 4.3 TB/s. Registers on sm_90: 44 for N = 1, 80 for N = 3, 161 for N = 6.
 * SPDX-License-Identifier: Apache-2.0 */
#include "elements.cuh"
#include "params.h"

enum { WARPS = 8 };

/* Where a token's turns begin in the tables, for each axis. */
struct Turns {
    int at[3];
};

DEVICE Turns turns_of(const OasisCudaNormRope &p, int row)
{
    const int token = row % (p.f * p.h * p.w);
    const int second = p.f * p.pairs[0], third = second + p.h * p.pairs[1];

    return Turns{{token / (p.h * p.w) * p.pairs[0], second + token / p.w % p.h * p.pairs[1],
                  third + token % p.w * p.pairs[2]}};
}

/* Of pair `pair` of a head; the tables are aligned to pairs, or not. */
template <bool ALIGNED>
DEVICE void turn(const OasisCudaNormRope &p, const Turns &turns, int pair, float *even, float *odd)
{
    const int second = p.pairs[0], third = p.pairs[0] + p.pairs[1];
    const int at = pair < second  ? turns.at[0] + pair
                   : pair < third ? turns.at[1] + pair - second
                                  : turns.at[2] + pair - third;
    const float x = *even, y = *odd;
    float by[2];

    if (ALIGNED) {
        load_elements(p.tables + 2 * at, by);
    } else {
        by[0] = p.tables[2 * at];
        by[1] = p.tables[2 * at + 1];
    }
    *even = x * by[0] - y * by[1];
    *odd = x * by[1] + y * by[0];
}

template <typename T, int N>
DEVICE void norm_rope(const OasisCudaNormRope &p)
{
    float gain[N][8], x[N][8];

    UNROLL
    for (int i = 0; i < N; i++) {
        const int column = 8 * (lane() + 32 * i);
        if (column < p.d) {
            load_elements(p.gain + column, gain[i]);
        }
    }
    for (int row = block_x() * WARPS + warp(); row < p.n; row += grid_x() * WARPS) {
        T *place = static_cast<T *>(p.x) + row * p.stride;
        const Turns turns = p.rotate ? turns_of(p, row) : Turns{};
        float squares = 0;

        UNROLL
        for (int i = 0; i < N; i++) {
            const int column = 8 * (lane() + 32 * i);
            if (column < p.d) {
                load_elements(place + column, x[i]);
                UNROLL
                for (int j = 0; j < 8; j++) {
                    squares = fmaf(x[i][j], x[i][j], squares);
                }
            }
        }
        const float scale = rsqrt_fast(warp_sum(squares) / p.d + p.eps);
        UNROLL
        for (int i = 0; i < N; i++) {
            const int column = 8 * (lane() + 32 * i);
            if (column < p.d) {
                UNROLL
                for (int j = 0; j < 8; j += 2) {
                    x[i][j] *= scale * gain[i][j];
                    x[i][j + 1] *= scale * gain[i][j + 1];
                    if (p.rotate) {
                        turn<true>(p, turns, (column + j) % p.head_dim / 2, &x[i][j], &x[i][j + 1]);
                    }
                }
                store_elements(place + column, x[i]);
            }
        }
    }
}

/* Rows of any length at any place, read twice. */
template <typename T>
DEVICE void norm_rope_any(const OasisCudaNormRope &p)
{
    for (int row = block_x() * WARPS + warp(); row < p.n; row += grid_x() * WARPS) {
        T *x = static_cast<T *>(p.x) + row * p.stride;
        const Turns turns = p.rotate ? turns_of(p, row) : Turns{};
        float squares = 0;

        for (int i = lane(); i < p.d; i += 32) {
            squares = fmaf(to_float(x[i]), to_float(x[i]), squares);
        }
        const float scale = rsqrt_fast(warp_sum(squares) / p.d + p.eps);
        sync_warp();
        for (int i = 2 * lane(); i < p.d; i += 64) {
            float even = to_float(x[i]) * (scale * p.gain[i]);
            float odd = i + 1 < p.d ? to_float(x[i + 1]) * (scale * p.gain[i + 1]) : 0;
            if (p.rotate) {
                turn<false>(p, turns, i % p.head_dim / 2, &even, &odd);
            }
            x[i] = from_float<T>(even);
            if (i + 1 < p.d) {
                x[i + 1] = from_float<T>(odd);
            }
        }
    }
}

#define NORM_ROPE(dtype, T)                                        \
    KERNEL(norm_rope_256_##dtype, OasisCudaNormRope, 256, 4)       \
    {                                                              \
        norm_rope<T, 1>(p);                                        \
    }                                                              \
    KERNEL(norm_rope_768_##dtype, OasisCudaNormRope, 256, 2)       \
    {                                                              \
        norm_rope<T, 3>(p);                                        \
    }                                                              \
    KERNEL(norm_rope_1536_##dtype, OasisCudaNormRope, 256, 1)      \
    {                                                              \
        norm_rope<T, 6>(p);                                        \
    }                                                              \
    KERNEL(norm_rope_any_##dtype, OasisCudaNormRope, 256, 4)       \
    {                                                              \
        norm_rope_any<T>(p);                                       \
    }

NORM_ROPE(f32, float)
NORM_ROPE(bf16, Bf16)
