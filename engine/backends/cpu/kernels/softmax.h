/* Softmax of a row of scores that comes in blocks.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>
#include <string.h>

#include "tile.h"

/* The score of a key that the query does not see. Finite, so that a block of nothing else gives
 * shares that the next block's maximum wipes out, and no NaN. */
#define MASKED -1e30f

/* Turns a row of scores into shares and returns the factor by which what was summed before must
 * shrink. `n` is a multiple of COLUMNS, or of LANES if not pairs. */
INLINE float soften(const float *scores, int n, float scale, float *maximum, Vec *sum,
                    Unit *shares, bool pairs)
{
    Vec top = vec_set(*maximum), total = {0};
    float highest, factor;

    for (int j = 0; j < n; j += LANES)
        top = vec_max(vec_load(scores + j), top);
    highest = vec_highest(top);

    Vec offset = vec_set(highest * scale);
#ifdef __AVX512BF16__
    if (pairs) {
        for (int j = 0; j < n; j += 2 * LANES) {
            Vec low = vec_exp2(vec_load(scores + j) * scale - offset);
            Vec high = vec_exp2(vec_load(scores + j + LANES) * scale - offset);
            __m512bh both = _mm512_cvtne2ps_pbh((__m512)high, (__m512)low);
            memcpy(&shares[j / 2], &both, sizeof both);
            total += low + high;
        }
    } else
#endif
    for (int j = 0; j < n; j += LANES) {
        Vec share = vec_exp2(vec_load(scores + j) * scale - offset);
        vec_store(&shares[j].f, share);
        total += share;
    }
    factor = *maximum == highest ? 1 : exp2f((*maximum - highest) * scale);
    *sum = *sum * factor + total;
    *maximum = highest;
    return factor;
}
