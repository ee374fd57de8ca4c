/* N neighbouring elements of any type at once, as floats: by 16 bytes where they take so many, else
 * by 8, 4 or 2. Their place is aligned to that.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "device.cuh"

/* As they stand in memory, until they are wanted: two or four bytes of each. */
template <typename T, int N>
struct Elements {
    uint32_t bits[N * sizeof(T) / 4];
};

template <typename T, int N>
DEVICE Elements<T, N> load_packed(const T *p)
{
    constexpr int words = N * (int)sizeof(T) / 4;
    Elements<T, N> v;

    if constexpr (words == 1) {
        v.bits[0] = load_4(p);
    } else if constexpr (words == 2) {
        const Vec8 vector = load_8(p);
        v.bits[0] = vector.x[0];
        v.bits[1] = vector.x[1];
    } else {
        static_assert(words % 4 == 0, "whole vectors");
        UNROLL
        for (int i = 0; i < words; i += 4) {
            const Vec16 vector = load_16(p + i * 4 / sizeof(T));
            UNROLL
            for (int j = 0; j < 4; j++) {
                v.bits[i + j] = vector.x[j];
            }
        }
    }
    return v;
}

template <typename T, int N>
DEVICE void unpack(const Elements<T, N> &packed, float (&v)[N])
{
    UNROLL
    for (int i = 0; i < N * (int)sizeof(T) / 4; i++) {
        if constexpr (sizeof(T) == 4) {
            v[i] = bits_float(packed.bits[i]);
        } else {
            unpack2<T>(packed.bits[i], &v[2 * i], &v[2 * i + 1]);
        }
    }
}

template <typename T, int N>
DEVICE void load_elements(const T *p, float (&v)[N])
{
    if constexpr (N == 1) {
        v[0] = to_float(*p);
    } else {
        unpack(load_packed<T, N>(p), v);
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
