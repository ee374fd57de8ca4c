/* The words that kernels are written with, and the only ones: nothing else of CUDA's stands in a
 * .cu file, so that the same file is compiled by nvcc for cards and by a C++ compiler for the
 * emulator of tests/cuda, which gives each word its exact meaning.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*   KERNEL(name, Params, threads, min_blocks) { … p.x … }
 *                          an entry "oasis_cuda_<name>", which takes one struct `p` by value. Its
 *                          blocks have one dimension, whole warps and at most `threads` threads;
 *                          registers are to let min_blocks of them share a multiprocessor
 *   DEVICE                 before a function that kernels call; it is inlined
 *   UNROLL                 before a loop of a constant count
 *   ROLLED                 before a loop that is to stay one, for the sake of registers
 *   block_x() block_y() block_z(), grid_x(), thread(), threads(), lane(), warp()
 *   SHARED(type, name, n)  an array of the block, 16-byte aligned, undefined at first
 *   DYNAMIC_SHARED(name)   unsigned char *name: the launch's shared bytes, 128-byte aligned
 *   sync_block() sync_warp()   all threads come here, and what they wrote is seen by all
 *
 * All 32 lanes of a warp call these together:
 *   shuffle(v, from) shuffle_xor(v, mask)      of float, int, uint32_t: lane from's, lane ^ mask's
 *   vote(bool)           bit i is lane i's
 *   warp_sum(float) warp_max(float)            the same value in every lane, the order of adding
 *                          fixed
 *   ldmatrix_x4(r, row) ldmatrix_x2(r, row) ldmatrix_x4_trans(r, row) ldmatrix_x2_trans(r, row)
 *                          8x8 matrices of 16-bit elements from shared memory; lanes 8i to 8i+7
 *                          give the 16-byte aligned rows of matrix i (for x2 those of lanes 16 to
 *                          31 are not used). Lane t receives in r[i] row t/4, elements 2(t%4) and
 *                          2(t%4)+1, the lower in the lower half; of the transposed matrix with
 *                          _trans (PTX ISA, "ldmatrix")
 *   mma_16x8x16<T>(d, a, b)    d += a b for T Bf16 or F16, sums in f32. With g = lane/4, t = lane%4
 *                          (PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type";
 *                          two elements a register, the first in its lower half):
 *                              a[0] row g,   columns 2t, 2t+1      a[2] row g,   2t+8, 2t+9
 *                              a[1] row g+8, columns 2t, 2t+1      a[3] row g+8, 2t+8, 2t+9
 *                              b[0] rows 2t, 2t+1 of column g      b[1] rows 2t+8, 2t+9
 *                              d[0], d[1] row g, columns 2t, 2t+1  d[2], d[3] row g+8
 *                          so a is ldmatrix_x4 of a row-major tile, b[0..1] ldmatrix_x2 of a tile
 *                          stored [n][k], or ldmatrix_x2_trans of one stored [k][n]
 *
 * Four warps from a multiple of four on call these together, on cards of compute capability 9.0
 * alone, where files compiled for "90a" run. B lies in shared memory in rows of 128 bytes (64
 * Bf16), chunk c of 16 bytes of row r at c ^ r % 8, the first row at a multiple of 1024 bytes:
 *   group_mma_columns<ADD>(d, a, b)    d += a B, or d = a B: 16 rows of each warp, laid out as for
 *                          mma_16x8x16, d[i] columns 8i to 8i+7. B's 64 columns are rows of shared
 *                          memory; b is the first, plus 32 bytes for each 16 of its elements that
 *                          come before
 *   group_mma_columns<ADD>(d, a, b, skip)      likewise, a's 64 rows lie in shared memory as b's;
 *                          both begin `skip` bytes later, a constant
 *   group_mma_rows<ADD>(d, a, b[, skip])       B's 16 rows are rows of shared memory
 *   group_begin(d) … group_wait(d)     around products of which d is the result; between them
 *                          neither d nor a is touched
 *   group_commit() group_wait_for<N>() for more than one at a time: what was begun since the last
 *                          is a group, and all but the newest N are done
 *   group_hold(x)          x is d or the a of four products, which other instructions touch before
 *                          this or behind it: it stands before group_begin and behind the wait
 *   group_product<N>(d, a, b)          d += a b^T: a 64 x 16 and b N x 16, both in shared memory, d
 *                          as above. N is 48, 64, 96, 128 or 256
 *   matrix(p, column, row) such an operand: 8 x 8 blocks of which each is 128 bytes in a row, eight
 *                          rows of 16 bytes; the next block for k `column` bytes further, the next
 *                          eight rows `row`. All three multiples of 16
 *   matrix_at(m, bytes)    the same that many bytes further
 *   fence_shared()         by each thread that wrote what group_mma or group_product will read,
 *                          before the barrier
 *   sync_group()           as sync_block, of the four warps
 *
 * Each thread for itself:
 *   copy_async_16(shared, global, valid)   16 bytes on their way, zeros where not valid; global is
 *                          not read then. Both 16-byte aligned
 *   copy_async_commit()    what was begun since the last is a group
 *   copy_async_wait<N>()   all but the newest N groups of this thread have arrived; others see them
 *                          behind the next sync_block
 *   to_float(T) from_float<T>(float)       of Bf16, F16, float: to nearest, ties to even
 *   pack2<T>(low, high) unpack2<T>(bits, &low, &high)      two of Bf16 or F16 in 32 bits
 *   load_16(p) load_8(p) load_4(p) store_16(p, v) store_8(p, v) store_4(p, v)
 *                          vectors, p aligned to their size: Vec16, Vec8, uint32_t
 *   exp2_fast tanh_fast rsqrt_fast reciprocal_fast     1e-7 or so of the exact value, tanh 5e-4
 *   float_bits bits_float  the bits of a float
 *   atomic_add(int *, int) gives the old value; only where the order cannot change a byte
 *   and C's fmaf, fmaxf, fabsf, sqrtf, expf, rintf … */

struct Bf16 {
    uint16_t bits;
};

struct F16 {
    uint16_t bits;
};

struct alignas(8) Vec8 {
    uint32_t x[2];
};

struct alignas(16) Vec16 {
    uint32_t x[4];
};

#ifdef OASIS_CUDA_EMULATED
#include "emulator/words.h"
#else
#include "words.cuh"
#endif

DEVICE int lane()
{
    return thread() % 32;
}

DEVICE int warp()
{
    return thread() / 32;
}

DEVICE float warp_sum(float v)
{
    UNROLL
    for (int mask = 16; mask; mask /= 2) {
        v += shuffle_xor(v, mask);
    }
    return v;
}

DEVICE float warp_max(float v)
{
    UNROLL
    for (int mask = 16; mask; mask /= 2) {
        v = fmaxf(v, shuffle_xor(v, mask));
    }
    return v;
}

DEVICE float to_float(float v)
{
    return v;
}

DEVICE float to_float(Bf16 v)
{
    return bits_float((uint32_t)v.bits << 16);
}

template <typename T>
DEVICE T from_float(float v);

template <>
DEVICE float from_float<float>(float v)
{
    return v;
}

template <>
DEVICE Bf16 from_float<Bf16>(float v)
{
    return Bf16{(uint16_t)pack2<Bf16>(v, 0)};
}

template <>
DEVICE F16 from_float<F16>(float v)
{
    return F16{(uint16_t)pack2<F16>(v, 0)};
}

template <typename T>
DEVICE void unpack2(uint32_t bits, float *low, float *high)
{
    *low = to_float(T{(uint16_t)bits});
    *high = to_float(T{(uint16_t)(bits >> 16)});
}
