/* Grain by the formula of core/grain-formula.h, whose functions these are, on a frame: a thread
 * takes four samples of a row, which share the columns of white noise under them (18 places in
 * place of 36 where it is soft). Brightness is of the frame before the grain, so that the result
 * goes elsewhere.
 *
 * Bound by the frame's way to the card and back; its arithmetic, some 100 operations a sample where
 * it is soft, takes 10 us a frame of 1080p at 30 integer TOP/s.
 * SPDX-License-Identifier: Apache-2.0 */
#include "samples.cuh"

enum { KNOTS = 17, EACH = 4, SOFT = 1 };

DEVICE uint32_t mixed(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

DEVICE int white(uint32_t key, int plane, int x, int y)
{
    const uint32_t place = (uint32_t)plane << 30 | (uint32_t)(y + 1) << 15 | (uint32_t)(x + 1);
    const uint32_t bits = mixed(mixed(place) ^ key);

    return (int)((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24)) - 510;
}

/* Of places x to x + EACH - 1, shaped and of deviation 256. */
DEVICE void units(const OasisCudaGrain &p, int plane, int x, int y, int (&unit)[EACH])
{
    if (p.shape != SOFT) {
        UNROLL
        for (int i = 0; i < EACH; i++) {
            unit[i] = (white(p.key, plane, x + i, y) * 7095 + 2048) >> 12;
        }
        return;
    }
    int column[EACH + 2];
    UNROLL
    for (int i = 0; i < EACH + 2; i++) {
        column[i] = white(p.key, plane, x + i - 1, y - 1) + 2 * white(p.key, plane, x + i - 1, y) +
                    white(p.key, plane, x + i - 1, y + 1);
    }
    UNROLL
    for (int i = 0; i < EACH; i++) {
        unit[i] = ((column[i] + 2 * column[i + 1] + column[i + 2]) * 1182 + 2048) >> 12;
    }
}

DEVICE int amount_at(const int levels[KNOTS], int share, int brightness, int depth)
{
    const int at = brightness << (16 - depth), knot = at >> 12, part = at & 4095;
    const int level = (levels[knot] * (4096 - part) + levels[knot + 1] * part + 2048) >> 12;

    return (level * share + 128) >> 8;
}

DEVICE int grained(int sample, int unit, int amount, int depth)
{
    const int most = (1 << depth) - 1;
    const int sum = sample + ((unit * amount + (1 << (23 - depth))) >> (24 - depth));

    return sum < 0 ? 0 : sum > most ? most : sum;
}

template <typename Sample>
DEVICE void grain(const OasisCudaGrain &p)
{
    SHARED(int, levels, KNOTS);
    const int plane = block_z(), y = block_y(), x = EACH * (block_x() * threads() + thread());
    const int width = plane_width(p.frame, plane), depth = p.frame.depth;

    if (thread() < KNOTS) {
        levels[thread()] = p.levels[plane][thread()];
    }
    sync_block();
    if (x >= width || y >= plane_height(p.frame, plane)) {
        return;
    }
    const int shift_x = plane ? p.frame.chroma_shift_x : 0;
    const int shift_y = plane ? p.frame.chroma_shift_y : 0;
    const Sample *luma = sample_row<const Sample>(p.frame, 0, y << shift_y);
    const Sample *from = sample_row<const Sample>(p.frame, plane, y);
    Sample *to = sample_row<Sample>(p.out, plane, y);
    int unit[EACH];
    units(p, plane, x, y, unit);
    UNROLL
    for (int i = 0; i < EACH; i++) {
        if (x + i < width) {
            const int amount = amount_at(levels, p.share, luma[(x + i) << shift_x], depth);
            to[x + i] = (Sample)grained(from[x + i], unit[i], amount, depth);
        }
    }
}

KERNEL(grain_8, OasisCudaGrain, 128, 1)
{
    grain<uint8_t>(p);
}

KERNEL(grain_16, OasisCudaGrain, 128, 1)
{
    grain<uint16_t>(p);
}
