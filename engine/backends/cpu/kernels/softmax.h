/* Softmax of a row of scores that comes in blocks.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>
#include <string.h>

#include "backends/cpu/kernels/tile.h"

/* The score of a key that the query does not see. Finite, so that a block of nothing else gives
 * shares that the next block's maximum wipes out, and no NaN. */
#define MASKED -1e30f

/* The highest of a row of scores and of `maximum`. */
INLINE float highest_of(const float *scores, int n, float maximum)
{
    Vec top = vec_set(maximum);

    for (int j = 0; j < n; j += LANES) {
        top = vec_max(vec_load(scores + j), top);
    }
    return vec_highest(top);
}

/* Turns a row of scores into shares of 2^(scale * (score - highest)) and returns their sum, element
 * by element of a vector. `n` is a multiple of COLUMNS, or of LANES if not pairs. */
INLINE Vec share_row(const float *scores, int n, float scale, float highest, Unit *shares,
                     bool pairs)
{
    Vec offset = vec_set(highest * scale), total = {0};

#ifdef __AVX512BF16__
    if (pairs) {
        for (int j = 0; j < n; j += 2 * LANES) {
            Vec low = vec_exp2_coarse(vec_load(scores + j) * scale - offset);
            Vec high = vec_exp2_coarse(vec_load(scores + j + LANES) * scale - offset);
            __m512bh both = _mm512_cvtne2ps_pbh((__m512)high, (__m512)low);
            memcpy(&shares[j / 2], &both, sizeof both);
            total += low + high;
        }
        return total;
    }
#endif
    for (int j = 0; j < n; j += LANES) {
        Vec share = vec_exp2(vec_load(scores + j) * scale - offset);
        vec_store(&shares[j].f, share);
        total += share;
    }
    return total;
}

/* Shares above 1 do no harm while nothing overflows. */
#define SHARES_MAX 0x1p60f

/* Turns ROWS rows of scores, STRIDE apart, into shares by the maxima as they are; false if shares
 * are too large for that, or no numbers. */
INLINE bool share_rows(const float *scores, int n, float scale, const float *maximum, Vec *totals,
                       Unit *shares, bool pairs)
{
    Vec most = {0};

    for (int r = 0; r < ROWS; r++) {
        totals[r] = share_row(scores + r * STRIDE, n, scale, maximum[r], shares + r * STRIDE,
                              pairs);
        most = vec_max(most, totals[r]);
    }
    return vec_highest(most) < SHARES_MAX;
}

/* Turns ROWS rows of scores, STRIDE apart, into shares; brings the running maxima and sums up to
 * date, and fills `keep` with the factors by which what was summed before must shrink. The first
 * block's maxima mostly serve for all. They come first for all rows, since one row alone is a long
 * chain of dependent steps. */
INLINE void soften(const float *scores, int n, float scale, bool first, float *maximum, Vec *sum,
                   Unit *shares, float *keep, bool pairs)
{
    Vec totals[ROWS];
    float highest[ROWS];

    if (!first && share_rows(scores, n, scale, maximum, totals, shares, pairs)) {
        for (int r = 0; r < ROWS; r++) {
            sum[r] += totals[r];
            keep[r] = 1;
        }
        return;
    }
    for (int r = 0; r < ROWS; r++) {
        highest[r] = highest_of(scores + r * STRIDE, n, maximum[r]);
    }
    for (int r = 0; r < ROWS; r++) {
        Vec total = share_row(scores + r * STRIDE, n, scale, highest[r], shares + r * STRIDE,
                              pairs);
        keep[r] = highest[r] == maximum[r] ? 1 : exp2f((maximum[r] - highest[r]) * scale);
        sum[r] = sum[r] * keep[r] + total;
        maximum[r] = highest[r];
    }
}

/* A row of sums over shares becomes n elements of the output. */
INLINE void finish_row(const float *row, float sum, void *out, OasisDType dtype, size_t to, int n)
{
    float inverse = 1 / sum;
    int i = 0;

    for (; i + LANES <= n; i += LANES) {
        vec_store_as(out, dtype, to + i, vec_load(row + i) * inverse);
    }
    for (; i < n; i++) {
        oasis_store(out, dtype, to + i, row[i] * inverse);
    }
}

/* ln of the sum of exp of the scaled scores; `scale` holds the log2(e) that shares are made by. */
INLINE float log_sum_exp(float maximum, float sum, float scale)
{
    return (maximum * scale + log2f(sum)) * (float)M_LN2;
}
