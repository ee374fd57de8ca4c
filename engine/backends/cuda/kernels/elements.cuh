/* N neighbouring elements of any type at once, as floats: by 16 bytes where they take so many, else
 * by 8, 4 or 2. Their place is aligned to that.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "device.cuh"

template <typename T, int N>
DEVICE void load_elements(const T *p, float (&v)[N])
{
    constexpr int words = N * (int)sizeof(T) / 4;
    uint32_t bits[words ? words : 1];

    if constexpr (N == 1) {
        v[0] = to_float(*p);
    } else if constexpr (words == 1) {
        bits[0] = load_4(p);
    } else if constexpr (words == 2) {
        const Vec8 vector = load_8(p);
        bits[0] = vector.x[0];
        bits[1] = vector.x[1];
    } else {
        static_assert(words % 4 == 0, "whole vectors");
        UNROLL
        for (int i = 0; i < words; i += 4) {
            const Vec16 vector = load_16(p + i * 4 / sizeof(T));
            UNROLL
            for (int j = 0; j < 4; j++) {
                bits[i + j] = vector.x[j];
            }
        }
    }
    if constexpr (N > 1) {
        UNROLL
        for (int i = 0; i < words; i++) {
            if constexpr (sizeof(T) == 4) {
                v[i] = bits_float(bits[i]);
            } else {
                unpack2<T>(bits[i], &v[2 * i], &v[2 * i + 1]);
            }
        }
    }
}

template <typename T, int N>
DEVICE void store_elements(T *p, const float (&v)[N])
{
    constexpr int words = N * (int)sizeof(T) / 4;
    uint32_t bits[words ? words : 1];

    if constexpr (N > 1) {
        UNROLL
        for (int i = 0; i < words; i++) {
            if constexpr (sizeof(T) == 4) {
                bits[i] = float_bits(v[i]);
            } else {
                bits[i] = pack2<T>(v[2 * i], v[2 * i + 1]);
            }
        }
    }
    if constexpr (N == 1) {
        *p = from_float<T>(v[0]);
    } else if constexpr (words == 1) {
        store_4(p, bits[0]);
    } else if constexpr (words == 2) {
        store_8(p, Vec8{{bits[0], bits[1]}});
    } else {
        UNROLL
        for (int i = 0; i < words; i += 4) {
            store_16(p + i * 4 / sizeof(T),
                     Vec16{{bits[i], bits[i + 1], bits[i + 2], bits[i + 3]}});
        }
    }
}
