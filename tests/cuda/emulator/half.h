/* The 16-bit floats: IEEE's half and its brain float, to nearest, ties to even.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>
#include <string.h>

static inline uint32_t float_to_bits(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float float_of_bits(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline float bf16_to_float(uint16_t half)
{
    return float_of_bits((uint32_t)half << 16);
}

static inline uint16_t bf16_from_float(float value)
{
    uint32_t bits = float_to_bits(value);

    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return 0x7fff; /* as cards have it */
    }
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

/* An exponent is moved by a multiplication, which is exact, subnormal numbers included. */
static inline float f16_to_float(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16, rest = half & 0x7fffu;

    if (rest >= 0x7c00u) {
        return float_of_bits(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
    }
    return float_of_bits(float_to_bits(float_of_bits(rest << 13) * 0x1p112f) | sign);
}

/* Adding a number whose last bit weighs what half's does at that size rounds as the half would. */
static inline uint16_t f16_from_float(float value)
{
    uint32_t bits = float_to_bits(value), sign = bits >> 16 & 0x8000u, rest = bits & 0x7fffffffu;

    if (rest > 0x7f800000u) {
        return 0x7fff;
    }
    if (rest >= 0x477ff000u) { /* 65520: what rounds beyond 65504 */
        return (uint16_t)(sign | 0x7c00u);
    }
    if (rest < 0x38800000u) { /* 2^-14: subnormal, whose last bit weighs 2^-24 */
        return (uint16_t)(sign | (float_to_bits(float_of_bits(rest) + 0.5f) - 0x3f000000u));
    }
    return (uint16_t)(sign | (rest - 0x38000000u + 0xfffu + (rest >> 13 & 1u)) >> 13);
}
