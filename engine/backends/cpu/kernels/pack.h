/* Rows of q, k and v as units of a tile's operands (tile.h).
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <string.h>

#include "backends/cpu/kernels/attention.h"
#include "backends/cpu/kernels/tile.h"

static inline int round_up(int n, int unit)
{
    return (n + unit - 1) / unit * unit;
}

/* A row of n elements as units; the odd half of a last pair is zero. */
INLINE void load_units(const void *row, OasisDType dtype, int n, bool pairs, Unit *to)
{
    if (pairs) {
        int whole = n / (2 * LANES) * 2 * LANES;
        for (int i = 0; i < whole; i += 2 * LANES) {
            memcpy(to + i / 2, (const uint16_t *)row + i, sizeof(Vec));
        }
        if (whole < n) {
            to[n / 2].pair = 0;
            memcpy(to + whole / 2, (const uint16_t *)row + whole, (n - whole) * sizeof(uint16_t));
        }
        return;
    }
#pragma omp simd
    for (int i = 0; i < n; i++) {
        to[i].f = dtype == OASIS_BF16 ? oasis_bf16_to_f32(((const uint16_t *)row)[i])
                                      : ((const float *)row)[i];
    }
}

/* Columns of keys: unit s of key j of LANES keys, of which `n` are there and the rest is zero, goes
 * to to[s * stride + j]. Keys are rows of `dims` elements, row_bytes apart. */
INLINE void pack_columns(const char *keys, OasisDType dtype, size_t row_bytes, int n, int dims,
                         bool pairs, Unit *to, size_t stride)
{
    Unit rows[LANES][OASIS_CPU_MAX_HEAD_DIM];
    int steps = pairs ? (dims + 1) / 2 : dims;

    for (int j = 0; j < LANES; j++) {
        expect_row(keys + (j + LANES) * row_bytes, dims * oasis_dtype_bytes(dtype));
        if (j < n) {
            load_units(keys + j * row_bytes, dtype, dims, pairs, rows[j]);
        } else {
            memset(rows[j], 0, steps * sizeof(Unit));
        }
    }
    for (int s = 0; s < steps; s += LANES) {
        Vec square[LANES];
#pragma GCC unroll 16
        for (int j = 0; j < LANES; j++) {
            square[j] = vec_load(&rows[j][s].f);
        }
        vec_transpose(square);
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++) {
            if (s + i < steps) {
                vec_store(&to[(s + i) * stride].f, square[i]);
            }
        }
    }
}

/* A panel of the dims of one key, or of two as pairs; rows are NULL past the last key. */
INLINE void pack_value(const void *first, const void *second, OasisDType dtype, int n, bool pairs,
                       Unit *to)
{
    static const uint16_t nothing[COLUMNS];

    if (n < COLUMNS || !first) {
        memset(to, 0, COLUMNS * sizeof *to);
    }
    if (!pairs) {
        if (first) {
            load_units(first, dtype, n, false, to);
        }
        return;
    }
    const uint16_t *low = first ? first : nothing, *high = second ? second : nothing;
#pragma omp simd
    for (int i = 0; i < n; i++) {
        to[i].pair = low[i] | (uint32_t)high[i] << 16;
    }
}
