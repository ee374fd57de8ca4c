/* The restored frame mixed into its source, (source (256 - steps) + restored steps + 128) / 256 in
 * integers: 16 bytes a thread, over all planes at once, which lie one behind the other. Bound by
 * three times the frame's bytes on the card, and by its way there and back, 40 times as long.
 * SPDX-License-Identifier: Apache-2.0 */
#include "device.cuh"
#include "params.h"

template <int BITS>
DEVICE void mix(const OasisCudaMix &p)
{
    const uint64_t at = ((uint64_t)block_x() * threads() + thread()) * 16;
    const uint32_t steps = (uint32_t)p.steps, mask = (1u << BITS) - 1;

    if (at >= p.bytes) {
        return;
    }
    Vec16 source = load_16(static_cast<const char *>(p.source) + at);
    const Vec16 restored = load_16(static_cast<const char *>(p.restored) + at);
    UNROLL
    for (int i = 0; i < 4; i++) {
        uint32_t mixed = 0;
        UNROLL
        for (int shift = 0; shift < 32; shift += BITS) {
            const uint32_t s = source.x[i] >> shift & mask, r = restored.x[i] >> shift & mask;
            mixed |= (s * (256 - steps) + r * steps + 128) / 256 << shift;
        }
        source.x[i] = mixed;
    }
    store_16(static_cast<char *>(p.out) + at, source);
}

KERNEL(mix_8, OasisCudaMix, 256, 1)
{
    mix<8>(p);
}

KERNEL(mix_16, OasisCudaMix, 256, 1)
{
    mix<16>(p);
}
