/* The words that kernels are written with.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#define DEVICE __device__ __forceinline__

/* A kernel: its entry is oasis_cuda_<name>, its parameters are `p`. */
#define KERNEL(name, Params, threads, min_blocks)                             \
    extern "C" __global__ void __launch_bounds__(threads, min_blocks)         \
        oasis_cuda_##name(const __grid_constant__ Params p)

DEVICE unsigned block_x() { return blockIdx.x; }
DEVICE unsigned block_y() { return blockIdx.y; }
DEVICE unsigned block_z() { return blockIdx.z; }
DEVICE unsigned grid_x() { return gridDim.x; }
DEVICE unsigned thread() { return threadIdx.x; }
DEVICE unsigned threads() { return blockDim.x; }

struct Bf16 {
    uint16_t bits;
};

template <typename T>
DEVICE T from_float(float value);

template <>
DEVICE float from_float<float>(float value)
{
    return value;
}

template <>
DEVICE Bf16 from_float<Bf16>(float value)
{
    uint32_t bits = __float_as_uint(value);

    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return Bf16{(uint16_t)(bits >> 16 | 0x40u)};
    }
    return Bf16{(uint16_t)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16)};
}
