/* The inner loop of attention's matrix products: a tile of ROWS x COLUMNS sums held in registers.
 *
 * Everything goes in units of four bytes: a float, or two neighbouring bf16 of the dimension
 * that is summed over, which AVX512-BF16 multiplies and adds in pairs.
 *
 * A rows have the constant stride STRIDE, so that the addresses of all rows are offsets from one
 * register; the odd number of cache lines keeps them in different sets of the first-level cache.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/kernels/vector.h"

/* As many sums as leave registers for a row of B and one of A: 24 of 32, else 12 of 16. */
#if defined __AVX512F__
enum { ROWS = 12, VECTORS = 2 };
#elif defined __aarch64__
enum { ROWS = 6, VECTORS = 4 };
#else
enum { ROWS = 6, VECTORS = 2 };
#endif
enum {
    COLUMNS = VECTORS * LANES,
    STEPS_MAX = 256,          /* units of a row of A at most */
    AHEAD = 12,               /* steps that B is asked for before it is wanted */
    STRIDE = STEPS_MAX + 16,  /* of A's rows, in units */
};

typedef union Unit {
    float f;
    uint32_t pair;
} Unit;

INLINE Vec multiply_add(Vec sum, Unit a, Vec b, bool pairs)
{
#ifdef __AVX512BF16__
    if (pairs) {
        return (Vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32((int)a.pair),
                                     (__m512bh)b);
    }
#endif
    return sum + a.f * b;
}

/* sum[r][v][.] += a[r][0] * row[v][.] */
INLINE void tile_step(Vec sum[ROWS][VECTORS], const Unit *a, const Vec row[VECTORS], bool pairs)
{
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            sum[r][v] = multiply_add(sum[r][v], a[r * STRIDE], row[v], pairs);
        }
    }
}

/* sum[r][v][.] += sum over s of a[r][s] * b[s * stride + v * LANES + .] */
INLINE void tile_add_panel(Vec sum[ROWS][VECTORS], const Unit *a, const Unit *b, size_t stride,
                           int steps, bool pairs)
{
    for (int s = 0; s < steps; s++, b += stride) {
        Vec row[VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            row[v] = vec_load(&b[v * LANES].f);
            __builtin_prefetch(&b[AHEAD * stride + v * LANES]);
        }
        tile_step(sum, a + s, row, pairs);
    }
}

/* Row r of every sum is c[r][.] * keep[r]. */
INLINE void tile_resume(Vec sum[ROWS][VECTORS], const float *c, size_t stride, const float *keep)
{
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            sum[r][v] = vec_load(c + r * stride + v * LANES) * keep[r];
        }
    }
}

INLINE void tile_store(Vec sum[ROWS][VECTORS], float *c, size_t stride)
{
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            vec_store(c + r * stride + v * LANES, sum[r][v]);
        }
    }
}
