/* Each word of device.cuh by itself, and words used wrongly, for test-words.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "device.cuh"
#include "words-params.h"

/* out[place of the thread in the grid] = what it sees of its place. */
KERNEL(words_place, Words, 64, 1)
{
    int *out = static_cast<int *>(p.out);
    int at = ((block_z() * 2 + block_y()) * grid_x() + block_x()) * threads() + thread();

    out[at] = block_x() + 10 * block_y() + 100 * block_z() + 1000 * grid_x() +
              10000 * warp() + 100000 * lane();
}

KERNEL(words_warp, Words, 32, 1)
{
    const float *in = static_cast<const float *>(p.in);
    float *out = static_cast<float *>(p.out);
    int *out2 = static_cast<int *>(p.out2);
    float v = in[lane()];

    out[lane()] = shuffle(v, 31 - lane());
    out[32 + lane()] = shuffle_xor(v, 5);
    out[64 + lane()] = warp_sum(v);
    out[96 + lane()] = warp_max(v);
    out2[lane()] = (int)vote(v > 0);
    out2[32 + lane()] = shuffle(lane() * lane(), 3);
    out2[64 + lane()] = (int)shuffle_xor((uint32_t)lane(), 31);
}

/* Turns the numbers of a block around by way of either kind of shared memory. */
KERNEL(words_shared, Words, 128, 1)
{
    const int *in = static_cast<const int *>(p.in);
    int *out = static_cast<int *>(p.out);
    SHARED(int, first, 128);
    SHARED(int, second, 128);
    DYNAMIC_SHARED(third);
    int *numbers = reinterpret_cast<int *>(third);

    first[thread()] = in[thread()];
    sync_block();
    second[thread()] = first[127 - thread()];
    sync_warp();
    numbers[thread()] = second[thread() ^ 1] + 1;
    sync_block();
    out[thread()] = numbers[(thread() + 64) % 128];
}

/* mode 0: out = pairs of in; 1: and back. */
template <typename T>
DEVICE void convert(const Words &p)
{
    const int i = block_x() * threads() + thread();

    if (i < p.n && p.mode == 0) {
        const float *in = static_cast<const float *>(p.in);
        T *out2 = static_cast<T *>(p.out2);
        store_4(static_cast<uint32_t *>(p.out) + i, pack2<T>(in[2 * i], in[2 * i + 1]));
        out2[2 * i] = from_float<T>(in[2 * i]);
        out2[2 * i + 1] = from_float<T>(in[2 * i + 1]);
    } else if (i < p.n) {
        float *out = static_cast<float *>(p.out), *out2 = static_cast<float *>(p.out2);
        unpack2<T>(load_4(static_cast<const uint32_t *>(p.in) + i), &out[2 * i], &out[2 * i + 1]);
        out2[2 * i] = to_float(static_cast<const T *>(p.in)[2 * i]);
        out2[2 * i + 1] = to_float(static_cast<const T *>(p.in)[2 * i + 1]);
    }
}

KERNEL(words_convert_bf16, Words, 128, 1)
{
    convert<Bf16>(p);
}

KERNEL(words_convert_f16, Words, 128, 1)
{
    convert<F16>(p);
}

KERNEL(words_functions, Words, 128, 1)
{
    const float v = static_cast<const float *>(p.in)[thread()];
    float *out = static_cast<float *>(p.out);

    out[thread()] = exp2_fast(v);
    out[128 + thread()] = tanh_fast(v);
    out[256 + thread()] = rsqrt_fast(fabsf(v));
    out[384 + thread()] = reciprocal_fast(v);
    out[512 + thread()] = bits_float(float_bits(v) ^ 0x80000000u);
}

KERNEL(words_vectors, Words, 32, 1)
{
    const char *in = static_cast<const char *>(p.in);
    char *out = static_cast<char *>(p.out);

    store_16(out + 16 * lane(), load_16(in + 16 * lane()));
    store_8(out + 512 + 8 * lane(), load_8(in + 512 + 8 * lane()));
    store_4(out + 768 + 4 * lane(), load_4(in + 768 + 4 * lane()));
}

/* Four 8x8 matrices, each lane's row to shared memory, then by way of each ldmatrix. */
KERNEL(words_ldmatrix, Words, 32, 1)
{
    SHARED(Vec16, rows, 32);
    uint32_t *out = static_cast<uint32_t *>(p.out);
    uint32_t r[4];

    rows[lane()] = load_16(static_cast<const Vec16 *>(p.in) + lane());
    sync_warp();
    ldmatrix_x4(r, &rows[lane()]);
    for (int i = 0; i < 4; i++) {
        out[i * 32 + lane()] = r[i];
    }
    ldmatrix_x4_trans(r, &rows[lane()]);
    for (int i = 0; i < 4; i++) {
        out[(4 + i) * 32 + lane()] = r[i];
    }
    ldmatrix_x2(r, &rows[lane() % 16]);
    for (int i = 0; i < 2; i++) {
        out[(8 + i) * 32 + lane()] = r[i];
    }
    ldmatrix_x2_trans(r, &rows[lane() % 16]);
    for (int i = 0; i < 2; i++) {
        out[(10 + i) * 32 + lane()] = r[i];
    }
}

/* out [16, 8] = out + in [16, 16] in2 [16, 8], all row-major, in2 also by way of [n][k]. */
template <typename T>
DEVICE void multiply(const Words &p)
{
    SHARED(T, a, 256);
    SHARED(T, b, 128);
    SHARED(T, turned, 128);
    float *out = static_cast<float *>(p.out);
    uint32_t x[4], y[2], z[2];
    float d[4];

    for (int i = lane(); i < 256; i += 32) {
        a[i] = static_cast<const T *>(p.in)[i];
    }
    for (int i = lane(); i < 128; i += 32) {
        b[i] = static_cast<const T *>(p.in2)[i];
        turned[i % 8 * 16 + i / 8] = b[i];
    }
    sync_warp();
    ldmatrix_x4(x, &a[lane() % 16 * 16 + lane() / 16 * 8]);
    ldmatrix_x2_trans(y, &b[lane() % 16 * 8]);
    ldmatrix_x2(z, &turned[lane() % 8 * 16 + lane() / 8 % 2 * 8]);
    for (int i = 0; i < 4; i++) {
        d[i] = out[(lane() / 4 + i / 2 * 8) * 8 + lane() % 4 * 2 + i % 2];
    }
    mma_16x8x16<T>(d, x, p.mode ? y : z);
    for (int i = 0; i < 4; i++) {
        out[(lane() / 4 + i / 2 * 8) * 8 + lane() % 4 * 2 + i % 2] = d[i];
    }
}

KERNEL(words_mma_bf16, Words, 32, 1)
{
    multiply<Bf16>(p);
}

KERNEL(words_mma_f16, Words, 32, 1)
{
    multiply<F16>(p);
}

/* Two stages of copies; every fourth thread's source is not valid. */
KERNEL(words_copy, Words, 64, 1)
{
    SHARED(Vec16, stages, 128);
    const Vec16 *in = static_cast<const Vec16 *>(p.in);
    Vec16 *out = static_cast<Vec16 *>(p.out);

    for (int stage = 0; stage < 2; stage++) {
        bool valid = thread() % 4 != 3;
        copy_async_16(&stages[stage * 64 + thread()], valid ? &in[stage * 64 + thread()] : nullptr,
                      valid);
        copy_async_commit();
    }
    copy_async_wait<1>();
    sync_block();
    out[thread()] = stages[63 - thread()];
    copy_async_wait<0>();
    sync_block();
    out[64 + thread()] = stages[64 + (thread() + 1) % 64];
}

KERNEL(words_atomic, Words, 64, 1)
{
    atomic_add(static_cast<int *>(p.out), thread());
}

/* --- used wrongly ---------------------------------------------------------------------------- */

KERNEL(words_wrong, Words, 64, 1)
{
    SHARED(float, numbers, 64);
    float *out = static_cast<float *>(p.out);
    Vec16 *copies = reinterpret_cast<Vec16 *>(numbers);
    uint32_t r[4];

    numbers[thread()] = 1;
    switch (p.mode) {
    case 0: /* nothing */
        break;
    case 1: /* no barrier between two warps */
        out[thread()] = numbers[63 - thread()];
        break;
    case 2: /* none between two lanes of a warp */
        out[thread()] = numbers[thread() ^ 1];
        break;
    case 3: /* one of the warp where the block's is needed */
        sync_warp();
        out[thread()] = numbers[63 - thread()];
        break;
    case 4: /* written again while others may still read */
        sync_block();
        out[thread()] = numbers[63 - thread()];
        numbers[thread()] = 2;
        break;
    case 5: /* a barrier of some threads */
        if (thread() < 32) {
            sync_block();
        }
        break;
    case 6: /* a warp's word of some lanes */
        if (lane() != 7) {
            out[thread()] = shuffle_xor(1.0f, 1);
        }
        break;
    case 7: /* beyond an allocation */
        out[p.n + thread()] = 0;
        break;
    case 8: /* beyond an array */
        if (thread() == 63) {
            numbers[64 + p.n] = 0;
        }
        break;
    case 9: /* not aligned */
        if (thread() == 0) {
            store_16(out + 1, Vec16{});
        }
        break;
    case 10: /* two blocks write one place */
        if (thread() == 0) {
            out[0] = 1;
        }
        break;
    case 11: /* a block reads what another wrote */
        if (thread() == 0) {
            out[block_x()] = block_x() ? out[0] : 1;
        }
        break;
    case 12: /* matrices without a barrier */
        ldmatrix_x4(r, &numbers[lane() % 16 * 4]);
        break;
    case 13: /* a copy that goes where others may still read */
        sync_block();
        out[thread()] = numbers[63 - thread()];
        copy_async_16(&copies[thread() % 16], nullptr, false);
        copy_async_commit();
        copy_async_wait<0>();
        break;
    }
}

/* Gives what is in shared memory although nobody wrote it, or before the copy is waited for. */
KERNEL(words_unwritten, Words, 32, 1)
{
    SHARED(Vec16, numbers, 32);
    DYNAMIC_SHARED(more);

    if (p.mode == 0) {
        copy_async_16(&numbers[lane()], p.in, true);
        copy_async_commit();
    }
    copy_async_wait<1>();
    static_cast<uint32_t *>(p.out)[lane()] = numbers[lane()].x[0];
    static_cast<uint32_t *>(p.out)[32 + lane()] = more[lane()];
}
