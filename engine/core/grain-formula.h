/* Grain: noise of a measured strength, in integers. The same bytes on every device and with any
 * number of threads, since a sample's grain follows from its place alone. All shifts to the right
 * round down; mix is the hash below, on 32 bits.
 *
 *     key    = mix(mix(seed) ^ number)
 *     white  = the four bytes of mix(mix(plane << 30 | (y+1) << 15 | (x+1)) ^ key), added, - 510:
 *              nearly normal, its deviation 147.8, at most 510
 *     shaped = FINE: white; SOFT: 1 2 1 / 2 4 2 / 1 2 1 times white at the nine places around it,
 *              which go on beyond the picture: 6 times the deviation
 *     unit   = (shaped * (FINE 7095, SOFT 1182) + 2^11) >> 12: deviation 256
 *     level  = between the two knots around the brightness, linearly, rounded
 *     amount = (level * share + 2^7) >> 8: the deviation in 1/256 of a code of 8 bits
 *     sample = sample + ((unit * amount + 2^(23-depth)) >> (24-depth)), within the depth's codes
 *
 * Brightness is plane 0's sample before the grain, of chroma where its first luma sample lies.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/grain.h"

/* A bijection that leaves no pattern: "lowbias32" of Chris Wellons' hash prospector. */
static inline uint32_t oasis_grain_mix(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

static inline uint32_t oasis_grain_key(uint32_t seed, uint32_t number)
{
    return oasis_grain_mix(oasis_grain_mix(seed) ^ number);
}

/* x and y may be -1, and one beyond the plane. */
static inline int32_t oasis_grain_white(uint32_t key, int plane, int x, int y)
{
    uint32_t place = (uint32_t)plane << 30 | (uint32_t)(y + 1) << 15 | (uint32_t)(x + 1);
    uint32_t bits = oasis_grain_mix(oasis_grain_mix(place) ^ key);

    return (int32_t)((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24)) - 510;
}

static inline int32_t oasis_grain_unit(OasisGrainShape shape, int32_t shaped)
{
    return (shaped * (shape == OASIS_GRAIN_SOFT ? 1182 : 7095) + 2048) >> 12;
}

/* The amount at a brightness; knots are 16 codes of 8 bits apart. */
static inline int32_t oasis_grain_amount(const int32_t levels[OASIS_GRAIN_KNOTS], int share,
                                         int32_t brightness, int depth)
{
    int32_t at = brightness << (16 - depth), knot = at >> 12, part = at & 4095;
    int32_t level = (levels[knot] * (4096 - part) + levels[knot + 1] * part + 2048) >> 12;

    return (level * share + 128) >> 8;
}

static inline int32_t oasis_grain_add(int32_t sample, int32_t unit, int32_t amount, int depth)
{
    int32_t most = (1 << depth) - 1;
    int32_t sum = sample + ((unit * amount + (1 << (23 - depth))) >> (24 - depth));

    return sum < 0 ? 0 : sum > most ? most : sum;
}
