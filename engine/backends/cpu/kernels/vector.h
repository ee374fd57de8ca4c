/* The widest vector of the level that is being built, in the compiler's own vector types, so that
 * one source serves every instruction set; LANES floats.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "ops/element.h"
#include "ops/ops.h"

#ifdef __AVX512F__
#include <immintrin.h>
#endif

#if defined __AVX512F__
enum { LANES = 16 };
#elif defined __AVX2__
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

#define INLINE static inline __attribute__((always_inline))

typedef float Vec __attribute__((vector_size(4 * LANES)));
typedef int32_t Ints __attribute__((vector_size(4 * LANES)));
typedef uint32_t Bits __attribute__((vector_size(4 * LANES)));
typedef uint16_t Halves __attribute__((vector_size(2 * LANES)));

/* The same in memory, aligned to nothing but their elements. */
typedef float VecAt __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t HalvesAt __attribute__((vector_size(2 * LANES), aligned(2), may_alias));

INLINE Vec vec_load(const float *p)
{
    return *(const VecAt *)p;
}

INLINE void vec_store(float *p, Vec v)
{
    *(VecAt *)p = v;
}

INLINE Vec vec_set(float x)
{
    return x - (Vec){0};
}

/* Element by element, which compilers make one instruction of. A NaN in b stays, one in a goes. */
INLINE Vec vec_max(Vec a, Vec b)
{
    Vec max = b;
    for (int i = 0; i < LANES; i++) {
        max[i] = a[i] > b[i] ? a[i] : b[i];
    }
    return max;
}

INLINE Vec vec_min(Vec a, Vec b)
{
    Vec min = b;
    for (int i = 0; i < LANES; i++) {
        min[i] = a[i] < b[i] ? a[i] : b[i];
    }
    return min;
}

/* a where the mask is set, else b. */
INLINE Vec vec_select(Ints mask, Vec a, Vec b)
{
    return (Vec)((mask & (Ints)a) | (~mask & (Ints)b));
}

/* Asks for a row that is wanted soon: rows of q, k and v lie too far apart for the processor to
 * guess the next one. The address need not be valid. */
INLINE void expect_row(const void *row, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 64) {
        __builtin_prefetch((const char *)row + i);
    }
}

/* The elements of a and b in turn, a0 b0 a1 b1 …: the first LANES of them, or the last. */
#if defined __AVX512F__
#define VEC_FIRST_HALVES 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define VEC_LAST_HALVES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif defined __AVX2__
#define VEC_FIRST_HALVES 0, 8, 1, 9, 2, 10, 3, 11
#define VEC_LAST_HALVES 4, 12, 5, 13, 6, 14, 7, 15
#else
#define VEC_FIRST_HALVES 0, 4, 1, 5
#define VEC_LAST_HALVES 2, 6, 3, 7
#endif

/* Turns LANES vectors, a square of elements, about its diagonal. Each round takes the vectors in
 * turn from both halves, as it does the elements, which moves a bit of the row's number into the
 * column's. */
INLINE void vec_transpose(Vec square[LANES])
{
#pragma GCC unroll 4
    for (int round = 1; round < LANES; round *= 2) {
        Vec from[LANES];
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++) {
            from[i] = square[i];
        }
#pragma GCC unroll 8
        for (int i = 0; i < LANES / 2; i++) {
            Vec a = from[i], b = from[i + LANES / 2];
            square[2 * i] = __builtin_shufflevector(a, b, VEC_FIRST_HALVES);
            square[2 * i + 1] = __builtin_shufflevector(a, b, VEC_LAST_HALVES);
        }
    }
}

/* Four floats that need no alignment: a pixel of packed RGB and the first part of the next. */
typedef float Pixel __attribute__((vector_size(16)));
typedef float PixelAt __attribute__((vector_size(16), aligned(4), may_alias));

INLINE float vec_sum(Vec v)
{
    for (int half = LANES / 2; half; half /= 2) {
        for (int i = 0; i < half; i++) {
            v[i] += v[i + half];
        }
    }
    return v[0];
}

INLINE float vec_highest(Vec v)
{
    for (int half = LANES / 2; half; half /= 2) {
        for (int i = 0; i < half; i++) {
            v[i] = v[i] > v[i + half] ? v[i] : v[i + half];
        }
    }
    return v[0];
}

/* Round to nearest, ties to even; a NaN stays one. As oasis_f32_to_bf16, but that the instruction
 * makes denormals zero. */
INLINE Halves vec_to_bf16(Vec v)
{
#ifdef __AVX512BF16__
    return (Halves)_mm512_cvtneps_pbh((__m512)v);
#else
    Bits bits = (Bits)v;
    Bits rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
    Bits nan = bits >> 16 | 0x40u;
    Bits is_nan = (Bits)((bits & 0x7fffffffu) > 0x7f800000u);
    return __builtin_convertvector((is_nan & nan) | (~is_nan & rounded), Halves);
#endif
}

INLINE Vec vec_from_bf16(Halves halves)
{
    return (Vec)(__builtin_convertvector(halves, Bits) << 16);
}

/* Element i and the LANES - 1 after it, of either dtype. */
INLINE Vec vec_load_as(const void *data, OasisDType dtype, size_t i)
{
    if (dtype == OASIS_BF16) {
        return vec_from_bf16(*(const HalvesAt *)((const uint16_t *)data + i));
    }
    return vec_load((const float *)data + i);
}

INLINE void vec_store_as(void *data, OasisDType dtype, size_t i, Vec v)
{
    if (dtype == OASIS_BF16) {
        *(HalvesAt *)((uint16_t *)data + i) = vec_to_bf16(v);
    } else {
        vec_store((float *)data + i, v);
    }
}

/* n floats to elements from `at` on. */
INLINE void store_run(void *out, OasisDType dtype, size_t at, const float *from, int n)
{
    int i = 0;

    for (; i + LANES <= n; i += LANES) {
        vec_store_as(out, dtype, at + i, vec_load(from + i));
    }
    for (; i < n; i++) {
        oasis_store(out, dtype, at + i, from[i]);
    }
}

/* 2^x, relative error 2e-7; 0 where it is below any normal number, 2^127 or more from 127 on. A NaN
 * stays one. A minimax polynomial gives 2^r for r, x less a whole number, which goes to the
 * exponent. */
#ifdef __AVX512F__

/* Here r lies in [0, 1), since scalef rounds down. */
INLINE Vec vec_exp2(Vec x)
{
    Vec r = (Vec)_mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF);
    Vec p = 0.00187757667f * r + 0.00898934009f;
    p = p * r + 0.0558263181f;
    p = p * r + 0.240153617f;
    p = p * r + 0.693153073f;
    p = p * r + 0.999999925f;
    return (Vec)_mm512_scalef_ps((__m512)p, (__m512)x);
}

/* Relative error 8e-5: enough for what is then rounded to bf16. */
INLINE Vec vec_exp2_coarse(Vec x)
{
    Vec r = (Vec)_mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF);
    Vec p = 0.0780245227f * r + 0.226067155f;
    p = p * r + 0.695833541f;
    p = p * r + 0.999925219f;
    return (Vec)_mm512_scalef_ps((__m512)p, (__m512)x);
}

#else

/* Here in [-1/2, 1/2]: adding 1.5 * 2^23 leaves x, rounded to an integer, in the low bits. What is
 * below the least normal number is 0. */
INLINE Vec vec_exp2(Vec x)
{
    const float round = 0x1.8p23f;
    Bits gone = (Bits)(x < -126);
    x = vec_min(vec_set(127), vec_max(vec_set(-126), x));
    Vec shifted = x + round;
    Vec r = x - (shifted - round);
    Vec p = 0.0013276472f * r + 0.00967554133f;
    p = p * r + 0.0555071327f;
    p = p * r + 0.240221197f;
    p = p * r + 0.693146967f;
    p = p * r + 1.00000007f;
    return (Vec)(((Bits)p + ((Bits)shifted << 23)) & ~gone);
}

#endif
