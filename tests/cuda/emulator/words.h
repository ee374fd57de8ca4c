/* The words of device.cuh on the processor.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <cmath>
#include <cstring>

#include "emulator/block.h"
#include "emulator/half.h"
#include "emulator/watch.h"

using std::fabs;

#define DEVICE inline
#define UNROLL
#define ROLLED

struct EmulatorRegistered {
    EmulatorKernel kernel;

    EmulatorRegistered(const char *name, void (*run)(const void *), size_t bytes, int threads)
        : kernel{name, run, bytes, threads, 0, nullptr}
    {
        emulator_add_kernel(&kernel);
    }
};

#define KERNEL(name, Params, threads, min_blocks)                                           \
    static void kernel_##name(const Params &p);                                             \
    static void run_##name(const void *params)                                              \
    {                                                                                       \
        kernel_##name(*static_cast<const Params *>(params));                                \
    }                                                                                       \
    static EmulatorRegistered registered_##name("oasis_cuda_" #name, run_##name, sizeof(Params), \
                                                threads);                                   \
    static void kernel_##name(const Params &p)

#define SHARED(type, name, n)          \
    static const char name##_key = 0;  \
    type(&name)[n] = *static_cast<type(*)[n]>(emulator_shared(&name##_key, sizeof(type[n])))
#define DYNAMIC_SHARED(name) unsigned char *name = emulator_place.dynamic_shared

DEVICE int block_x()
{
    return emulator_place.block[0];
}

DEVICE int block_y()
{
    return emulator_place.block[1];
}

DEVICE int block_z()
{
    return emulator_place.block[2];
}

DEVICE int grid_x()
{
    return emulator_place.blocks_x;
}

DEVICE int thread()
{
    return emulator_place.thread;
}

DEVICE int threads()
{
    return emulator_place.threads;
}

DEVICE void sync_block()
{
    emulator_sync_block();
}

DEVICE void sync_warp()
{
    emulator_warp_word(EMULATOR_SYNC_WARP, nullptr);
}

DEVICE uint32_t float_bits(float v)
{
    return float_to_bits(v);
}

DEVICE float bits_float(uint32_t bits)
{
    return float_of_bits(bits);
}

DEVICE uint32_t shuffle(uint32_t v, int from)
{
    EmulatorShuffle part = {v, from};

    emulator_warp_word(EMULATOR_SHUFFLE, &part);
    return part.value;
}

DEVICE int shuffle(int v, int from)
{
    return (int)shuffle((uint32_t)v, from);
}

DEVICE float shuffle(float v, int from)
{
    return bits_float(shuffle(float_bits(v), from));
}

template <typename V>
DEVICE V shuffle_xor(V v, int mask)
{
    return shuffle(v, thread() % 32 ^ mask);
}

DEVICE uint32_t vote(bool v)
{
    EmulatorVote part = {v, 0};

    emulator_warp_word(EMULATOR_VOTE, &part);
    return part.votes;
}

DEVICE int atomic_add(int *p, int v)
{
    return emulator_atomic_add(p, v);
}

DEVICE Vec16 load_16(const void *p)
{
    emulator_check_aligned(p, 16);
    return *static_cast<const Vec16 *>(p);
}

DEVICE Vec8 load_8(const void *p)
{
    emulator_check_aligned(p, 8);
    return *static_cast<const Vec8 *>(p);
}

DEVICE uint32_t load_4(const void *p)
{
    emulator_check_aligned(p, 4);
    return *static_cast<const uint32_t *>(p);
}

DEVICE void store_16(void *p, Vec16 v)
{
    emulator_check_aligned(p, 16);
    *static_cast<Vec16 *>(p) = v;
}

DEVICE void store_8(void *p, Vec8 v)
{
    emulator_check_aligned(p, 8);
    *static_cast<Vec8 *>(p) = v;
}

DEVICE void store_4(void *p, uint32_t v)
{
    emulator_check_aligned(p, 4);
    *static_cast<uint32_t *>(p) = v;
}

DEVICE float exp2_fast(float v)
{
    return exp2f(v);
}

/* The card's has eleven bits. */
DEVICE float tanh_fast(float v)
{
    return bits_float((float_bits(tanhf(v)) + 0x800u) & ~0xfffu);
}

DEVICE float rsqrt_fast(float v)
{
    return 1 / sqrtf(v);
}

DEVICE float reciprocal_fast(float v)
{
    return 1 / v;
}

DEVICE float to_float(F16 v)
{
    return f16_to_float(v.bits);
}

template <typename T>
DEVICE uint32_t pack2(float low, float high);

template <>
DEVICE uint32_t pack2<Bf16>(float low, float high)
{
    return bf16_from_float(low) | (uint32_t)bf16_from_float(high) << 16;
}

template <>
DEVICE uint32_t pack2<F16>(float low, float high)
{
    return f16_from_float(low) | (uint32_t)f16_from_float(high) << 16;
}

DEVICE void emulator_ldmatrix(uint32_t *r, const void *row, int count, bool transposed)
{
    EmulatorLdmatrix part = {row, count, transposed, r};

    emulator_warp_word(EMULATOR_LDMATRIX, &part);
}

DEVICE void ldmatrix_x4(uint32_t r[4], const void *row)
{
    emulator_ldmatrix(r, row, 4, false);
}

DEVICE void ldmatrix_x4_trans(uint32_t r[4], const void *row)
{
    emulator_ldmatrix(r, row, 4, true);
}

DEVICE void ldmatrix_x2(uint32_t r[2], const void *row)
{
    emulator_ldmatrix(r, row, 2, false);
}

DEVICE void ldmatrix_x2_trans(uint32_t r[2], const void *row)
{
    emulator_ldmatrix(r, row, 2, true);
}

template <typename T>
DEVICE void mma_16x8x16(float d[4], const uint32_t a[4], const uint32_t b[2]);

template <>
DEVICE void mma_16x8x16<Bf16>(float d[4], const uint32_t a[4], const uint32_t b[2])
{
    EmulatorMma part = {d, a, b};

    emulator_warp_word(EMULATOR_MMA_BF16, &part);
}

template <>
DEVICE void mma_16x8x16<F16>(float d[4], const uint32_t a[4], const uint32_t b[2])
{
    EmulatorMma part = {d, a, b};

    emulator_warp_word(EMULATOR_MMA_F16, &part);
}

/* Bf16 number `column` of a row of 128 bytes, whose chunks are swapped by the row's number. */
DEVICE uint16_t emulator_swapped(const void *rows, int row, int column)
{
    const uintptr_t at = (uintptr_t)rows + (uintptr_t)row * 128 + (uintptr_t)column * 2;

    return *reinterpret_cast<const uint16_t *>(at ^ (at >> 7 & 7) << 4);
}

/* Columns of B in turn; element(k, n) is one of it. */
template <bool ADD, typename Element>
DEVICE void emulator_group_mma(float d[8][4], const uint32_t a[4], Element element)
{
    const int g = thread() % 32 / 4, k = thread() % 4 * 2;

    for (int i = 0; i < 8; i++) {
        uint32_t b[2];
        for (int half = 0; half < 2; half++) {
            b[half] = element(k + 8 * half, 8 * i + g) |
                      (uint32_t)element(k + 8 * half + 1, 8 * i + g) << 16;
        }
        for (int j = 0; j < 4 && !ADD; j++) {
            d[i][j] = 0;
        }
        mma_16x8x16<Bf16>(d[i], a, b);
    }
}

template <bool ADD>
DEVICE void group_mma_columns(float d[8][4], const uint32_t a[4], const void *b)
{
    emulator_group_mma<ADD>(d, a, [&](int k, int n) { return emulator_swapped(b, n, k); });
}

template <bool ADD>
DEVICE void group_mma_rows(float d[8][4], const uint32_t a[4], const void *b, int skip = 0)
{
    const char *rows = static_cast<const char *>(b) + skip;

    emulator_group_mma<ADD>(d, a, [&](int k, int n) { return emulator_swapped(rows, k, n); });
}

template <bool ADD>
DEVICE void group_mma_columns(float d[8][4], const void *first_a, const void *first_b, int skip)
{
    const char *a = static_cast<const char *>(first_a) + skip;
    const char *b = static_cast<const char *>(first_b) + skip;
    const int row = thread() % 128 / 32 * 16 + thread() % 32 / 4, k = thread() % 4 * 2;
    uint32_t part[4];

    for (int i = 0; i < 4; i++) {
        const int r = row + i % 2 * 8, c = k + i / 2 * 8;
        part[i] = emulator_swapped(a, r, c) | (uint32_t)emulator_swapped(a, r, c + 1) << 16;
    }
    group_mma_columns<ADD>(d, part, b);
}

DEVICE void group_hold(float[8][4])
{
}

DEVICE void group_hold(uint32_t[4][4])
{
}

DEVICE void group_begin(float[8][4])
{
}

DEVICE void group_commit()
{
}

template <int N>
DEVICE void group_wait_for()
{
}

DEVICE void group_wait(float[8][4])
{
}

DEVICE void fence_shared()
{
}

DEVICE void sync_group()
{
    emulator_sync_group();
}

struct Matrix {
    const unsigned char *first;
    int column, row;
};

DEVICE Matrix matrix(const void *p, int column, int row)
{
    if (((uintptr_t)p | (uintptr_t)column | (uintptr_t)row) % 16) {
        emulator_stop("a matrix at %p, %d and %d bytes apart, is not aligned", p, column, row);
    }
    return {static_cast<const unsigned char *>(p), column, row};
}

DEVICE Matrix matrix_at(Matrix m, int bytes)
{
    return matrix(m.first + bytes, m.column, m.row);
}

/* Elements k and k + 1 of a row. */
DEVICE uint32_t emulator_pair(Matrix m, int row, int k)
{
    return load_4(m.first + k / 8 * m.column + row / 8 * m.row + row % 8 * 16 + k % 8 * 2);
}

template <int N>
DEVICE void group_begin(float (&)[N][4])
{
}

template <int N>
DEVICE void group_wait(float (&)[N][4])
{
}

template <int N>
DEVICE void group_product(float (&d)[N / 8][4], Matrix a, Matrix b)
{
    const int g = thread() % 32 / 4, k = thread() % 4 * 2, row = thread() / 32 % 4 * 16 + g;
    const uint32_t of_a[4] = {emulator_pair(a, row, k), emulator_pair(a, row + 8, k),
                              emulator_pair(a, row, k + 8), emulator_pair(a, row + 8, k + 8)};

    for (int i = 0; i < N / 8; i++) {
        const uint32_t of_b[2] = {emulator_pair(b, 8 * i + g, k),
                                  emulator_pair(b, 8 * i + g, k + 8)};
        mma_16x8x16<Bf16>(d[i], of_a, of_b);
    }
}

DEVICE void copy_async_16(void *shared, const void *global, bool valid)
{
    emulator_copy_async(shared, global, valid);
}

DEVICE void copy_async_commit()
{
    emulator_copy_commit();
}

template <int N>
DEVICE void copy_async_wait()
{
    emulator_copy_wait(N);
}
