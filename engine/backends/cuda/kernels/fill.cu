/* out = value: 16 bytes a thread, and single elements before and behind what is aligned to them.
 * Bound by the bytes written.
 * SPDX-License-Identifier: Apache-2.0 */
#include "elements.cuh"
#include "params.h"

template <typename T>
DEVICE void fill(const OasisCudaFill &p)
{
    constexpr int vector = 16 / sizeof(T);
    float values[vector];
    T *out = static_cast<T *>(p.out);
    const T value = from_float<T>(p.value);
    const uint32_t misaligned = (uint32_t)(reinterpret_cast<uintptr_t>(p.out) / sizeof(T) % vector);
    const uint64_t lead = misaligned ? vector - misaligned : 0;
    const uint64_t i = (uint64_t)block_x() * threads() + thread();
    const uint64_t first = lead + i * vector; /* of this thread's vector */

    UNROLL
    for (int j = 0; j < vector; j++) {
        values[j] = p.value;
    }
    if (first + vector <= p.n) {
        store_elements(out + first, values);
    } else {
        for (uint64_t j = first; j < p.n; j++) {
            out[j] = value;
        }
    }
    if (i < lead && i < p.n) {
        out[i] = value;
    }
}

KERNEL(fill_f32, OasisCudaFill, 256, 1)
{
    fill<float>(p);
}

KERNEL(fill_bf16, OasisCudaFill, 256, 1)
{
    fill<Bf16>(p);
}
