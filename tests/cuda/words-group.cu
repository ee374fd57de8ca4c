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
