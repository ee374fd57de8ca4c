/* x * rsqrt(mean(x^2) + eps) * gain over all heads, then the turn of each pair by its token's
 * position, in place: ROWS rows of a warp at a time are on their way together; gain and where a
 * lane's pairs stand in the tables stay in registers. N is how many groups of eight a lane has:
 * 256 N >= d. A token's (cos, sin) are the same for each head and come from the first-level cache.
 *
 * Bound by 4 bytes an element in bf16: queries and keys of 9,400 tokens of 256 take 2.2 us each at
 * 4.3 TB/s. Some 160 instructions a row of 256 take an H200 34 us for 24 tiles, their bytes 54.
 * Registers on sm_90: 64 for N = 1, 118 for N = 3, 194 for N = 6.
 * SPDX-License-Identifier: Apache-2.0 */
#include "divide.cuh"
#include "elements.cuh"
#include "params.h"

enum { WARPS = 8 };

/* A pair of a head: its axis, and where its turn stands in the tables for position 0. */
struct Pair {
    int axis, at;
};

DEVICE Pair pair_of(const OasisCudaNormRope &p, int pair)
{
    const int second = p.pairs[0], third = p.pairs[0] + p.pairs[1];
    const int second_table = p.f * p.pairs[0], third_table = second_table + p.h * p.pairs[1];

    return pair < second  ? Pair{0, pair}
           : pair < third ? Pair{1, second_table + pair - second}
                          : Pair{2, third_table + pair - third};
}

/* What a token's position adds to that, for each axis. */
struct Position {
    int at[3];
};

DEVICE Position position_of(const OasisCudaNormRope &p, int row)
{
    uint32_t token, in_frame, x;

    divide((uint32_t)row, p.tokens, &token);
    const uint32_t t = divide(token, p.frame, &in_frame);
    const uint32_t y = divide(in_frame, p.width, &x);
    return Position{{(int)t * p.pairs[0], (int)y * p.pairs[1], (int)x * p.pairs[2]}};
}

DEVICE const float *turn_of(const OasisCudaNormRope &p, const Position &position, Pair pair)
{
    const int by_axis = pair.axis == 0   ? position.at[0]
                        : pair.axis == 1 ? position.at[1]
                                         : position.at[2];

    return p.tables + 2 * (pair.at + by_axis);
}

DEVICE void turn(float *pair, const float *by)
{
    const float x = pair[0], y = pair[1];

    pair[0] = x * by[0] - y * by[1];
    pair[1] = x * by[1] + y * by[0];
}

/* Two pairs that begin with an even one. */
DEVICE void turn_two(const OasisCudaNormRope &p, const Position &position, const Pair pairs[2],
                     float *x)
{
    float by[4];

    if (p.evenly) {
        load_elements(turn_of(p, position, pairs[0]), by);
    } else {
        UNROLL
        for (int i = 0; i < 2; i++) {
            const Vec8 one = load_8(turn_of(p, position, pairs[i]));
            by[2 * i] = bits_float(one.x[0]);
            by[2 * i + 1] = bits_float(one.x[1]);
        }
    }
    turn(x, by);
    turn(x + 2, by + 2);
}

template <typename T, int N, int ROWS>
DEVICE void norm_rope(const OasisCudaNormRope &p)
{
    const int step = grid_x() * WARPS * ROWS;
    const float share = 1.0f / (float)p.d;
    float gain[N][8];
    Pair pairs[N][4];

    UNROLL
    for (int i = 0; i < N; i++) {
        const int column = 8 * (lane() + 32 * i);
        if (column < p.d) {
            load_elements(p.gain + column, gain[i]);
        }
        UNROLL
        for (int j = 0; j < 4; j++) {
            pairs[i][j] = pair_of(p, (column + 2 * j) % p.head_dim / 2);
        }
    }
    for (int first = (block_x() * WARPS + warp()) * ROWS; first < p.n; first += step) {
        Elements<T, 8> x[ROWS][N];

        UNROLL
        for (int r = 0; r < ROWS; r++) {
            const T *place = static_cast<const T *>(p.x) + (first + r) * p.stride;
            UNROLL
            for (int i = 0; i < N; i++) {
                const int column = 8 * (lane() + 32 * i);
                if (first + r < p.n && column < p.d) {
                    x[r][i] = load_packed<T, 8>(place + column);
                } else {
                    x[r][i] = {};
                }
            }
        }
        UNROLL
        for (int r = 0; r < ROWS; r++) {
            T *place = static_cast<T *>(p.x) + (first + r) * p.stride;
            const Position position = p.rotate ? position_of(p, first + r) : Position{};
            float squares = 0, y[N][8];
            UNROLL
            for (int i = 0; i < N; i++) {
                unpack(x[r][i], y[i]);
                UNROLL
                for (int j = 0; j < 8; j++) {
                    squares = fmaf(y[i][j], y[i][j], squares);
                }
            }
            const float scale = rsqrt_fast(fmaf(warp_sum(squares), share, p.eps));
            UNROLL
            for (int i = 0; i < N; i++) {
                const int column = 8 * (lane() + 32 * i);
                UNROLL
                for (int j = 0; j < 8; j++) {
                    y[i][j] *= scale * gain[i][j];
                }
                if (first + r < p.n && column < p.d) {
                    if (p.rotate) {
                        turn_two(p, position, pairs[i], y[i]);
                        turn_two(p, position, pairs[i] + 2, y[i] + 4);
                    }
                    store_elements(place + column, y[i]);
                }
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
        const Position position = p.rotate ? position_of(p, row) : Position{};
        float squares = 0;

        for (int i = lane(); i < p.d; i += 32) {
            squares = fmaf(to_float(x[i]), to_float(x[i]), squares);
        }
        const float scale = rsqrt_fast(warp_sum(squares) / p.d + p.eps);
        sync_warp();
        for (int i = 2 * lane(); i < p.d; i += 64) {
            float y[2] = {to_float(x[i]) * (scale * p.gain[i]),
                          i + 1 < p.d ? to_float(x[i + 1]) * (scale * p.gain[i + 1]) : 0};
            if (p.rotate) {
                turn(y, turn_of(p, position, pair_of(p, i % p.head_dim / 2)));
            }
            x[i] = from_float<T>(y[0]);
            if (i + 1 < p.d) {
                x[i + 1] = from_float<T>(y[1]);
            }
        }
    }
}

#define NORM_ROPE(dtype, T)                                        \
    KERNEL(norm_rope_256_##dtype, OasisCudaNormRope, 256, 4)       \
    {                                                              \
        norm_rope<T, 1, sizeof(T) == 2 ? 4 : 2>(p);                                        \
    }                                                              \
    KERNEL(norm_rope_768_##dtype, OasisCudaNormRope, 256, 2)       \
    {                                                              \
        norm_rope<T, 3, 1>(p);                                        \
    }                                                              \
    KERNEL(norm_rope_1536_##dtype, OasisCudaNormRope, 256, 1)      \
    {                                                              \
        norm_rope<T, 6, 1>(p);                                        \
    }                                                              \
    KERNEL(norm_rope_any_##dtype, OasisCudaNormRope, 256, 4)       \
    {                                                              \
        norm_rope_any<T>(p);                                       \
    }

NORM_ROPE(f32, float)
NORM_ROPE(bf16, Bf16)
