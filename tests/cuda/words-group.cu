/* The words of device.cuh that compute capability 9.0 alone has, for test-words.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "device.cuh"
#include "words-params.h"

/* out [64, 64] = in [64, 16] in2 + the same, by four warps: in2 [16, 64] in mode 1, else turned, in
 * columns 16 to 31 of [64, 64]; in mode 2 so is in, which then lies in shared memory, too. */
KERNEL(words_group_mma, Words, 128, 1)
{
    DYNAMIC_SHARED(unaligned);
    unsigned char *shared = unaligned + (-(int)(uintptr_t)unaligned & 1023);
    const uint32_t *a = static_cast<const uint32_t *>(p.in);
    float *out = static_cast<float *>(p.out), d[8][4] = {};
    const int row = warp() * 16 + lane() / 4, pair = lane() % 4;
    const uint32_t x[4] = {a[row * 8 + pair], a[(row + 8) * 8 + pair], a[row * 8 + pair + 4],
                           a[(row + 8) * 8 + pair + 4]};

    unsigned char *left = shared + 8192;
    for (int i = thread(); i < 64 * 2; i += 128) {
        const int at = i / 2, chunk = i % 2 + 2;
        store_16(left + at * 128 + ((chunk ^ at) & 7) * 16, static_cast<const Vec16 *>(p.in)[i]);
    }
    for (int i = thread(); i < (p.mode == 1 ? 16 : 64) * 8; i += 128) {
        store_16(shared + i / 8 * 128 + ((i ^ i / 8) & 7) * 16,
                 static_cast<const Vec16 *>(p.in2)[i]);
    }
    fence_shared();
    sync_block();
    group_begin(d);
    if (p.mode == 2) {
        group_mma_columns<false>(d, left, shared, 32);
        group_commit();
        group_mma_columns<true>(d, left, shared, 32);
        group_commit();
        group_wait_for<1>();
        group_wait_for<0>();
        group_hold(d);
    } else if (p.mode) {
        group_mma_rows<false>(d, x, shared);
        group_mma_rows<true>(d, x, shared);
    } else {
        group_mma_columns<false>(d, x, shared + 32);
        group_mma_columns<true>(d, x, shared + 32);
    }
    group_wait(d);
    for (int i = 0; i < 32; i++) {
        out[(row + i / 2 % 2 * 8) * 64 + i / 4 * 8 + pair * 2 + i % 2] = d[i / 4][i % 4];
    }
}

/* out [64, N] = in [64, 16] in2 [N, 16]^T + the same, by each of two groups of four warps, whose
 * parts of in lie as 8 x 8 positions in rows of ten: the first begins `mode` rows of 16 bytes after
 * a multiple of 128. The second group takes its part of out's rows after the first. */
template <int N>
DEVICE void multiply_matrices(const Words &p)
{
    constexpr int COLUMN = 16 * 104;
    SHARED(Vec16, a, 2 * 2 * 104);
    SHARED(Vec16, b, 2 * N);
    const int group = shuffle(thread() / 128, 0), first = group * 2 * 104;
    float *out = static_cast<float *>(p.out) + group * 64 * N, d[N / 8][4] = {};

    const int row = thread() % 64, half = thread() % 128 / 64;
    a[first + half * 104 + row / 8 * 10 + row % 8 + p.mode] =
        static_cast<const Vec16 *>(p.in)[row * 2 + half];
    for (int i = thread(); i < 2 * N; i += 256) {
        b[i % 2 * N + i / 2] = static_cast<const Vec16 *>(p.in2)[i];
    }
    fence_shared();
    sync_block();
    const Matrix left = matrix_at(matrix(&a[first], COLUMN, 160), 16 * p.mode);
    const Matrix right = matrix(b, 16 * N, 128);
    group_begin(d);
    for (int i = 0; i < 2; i++) {
        group_product<N>(d, left, right);
    }
    group_wait(d);
    sync_group();
    for (int i = 0; i < N / 2; i++) {
        const int at = warp() % 4 * 16 + lane() / 4 + i / 2 % 2 * 8;
        out[at * N + i / 4 * 8 + lane() % 4 * 2 + i % 2] = d[i / 4][i % 4];
    }
}

KERNEL(words_group_product_48, Words, 256, 1)
{
    multiply_matrices<48>(p);
}

KERNEL(words_group_product_64, Words, 256, 1)
{
    multiply_matrices<64>(p);
}

KERNEL(words_group_product_96, Words, 256, 1)
{
    multiply_matrices<96>(p);
}

KERNEL(words_group_product_128, Words, 256, 1)
{
    multiply_matrices<128>(p);
}

KERNEL(words_group_product_256, Words, 256, 1)
{
    multiply_matrices<256>(p);
}

/* Numbers that four warps hand each other: a barrier of the group between in mode 0, none in mode
 * 1, and in mode 2 one that a warp does not reach. */
KERNEL(words_group_wrong, Words, 256, 1)
{
    SHARED(float, numbers, 256);
    const int partner = thread() / 128 * 128 + 127 - thread() % 128;

    numbers[thread()] = (float)thread();
    if (p.mode == 2 && warp() == 3) {
        return;
    }
    if (p.mode != 1) {
        sync_group();
    }
    const float got = numbers[partner];
    if (p.mode == 0) {
        sync_group();
        numbers[thread()] = got;
    }
    static_cast<float *>(p.out)[thread()] = got;
}
