/* Reading and writing single elements of either dtype.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>
#include <string.h>

#include "ops/ops.h"

static inline float oasis_bf16_to_f32(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

/* Rounds to nearest, ties to even. A NaN stays a NaN, quiet. */
static inline uint16_t oasis_f32_to_bf16(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return (uint16_t)(bits >> 16 | 0x40u);
    }
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

static inline float oasis_load(const void *data, OasisDType dtype, size_t index)
{
    if (dtype == OASIS_BF16) {
        return oasis_bf16_to_f32(((const uint16_t *)data)[index]);
    }
    return ((const float *)data)[index];
}

static inline void oasis_store(void *data, OasisDType dtype, size_t index, float value)
{
    if (dtype == OASIS_BF16) {
        ((uint16_t *)data)[index] = oasis_f32_to_bf16(value);
    } else {
        ((float *)data)[index] = value;
    }
}

static inline float oasis_silu(float x)
{
    return x / (1.0f + expf(-x));
}

/* The tanh form, as the model was trained with: gelu(1) = 0.841191991, not erf's 0.841344746. */
static inline float oasis_gelu(float x)
{
    const float sqrt_2_over_pi = 0.7978845608f;
    return 0.5f * x * (1.0f + tanhf(sqrt_2_over_pi * (x + 0.044715f * x * x * x)));
}
