/* out = value, grid-stride: one element a thread and turn. Bound by the bytes written.
 * SPDX-License-Identifier: Apache-2.0 */
#include "device.cuh"
#include "params.h"

template <typename T>
DEVICE void fill(const OasisCudaFill &p)
{
    T *out = static_cast<T *>(p.out);
    const T value = from_float<T>(p.value);
    const uint64_t step = (uint64_t)grid_x() * threads();

    for (uint64_t i = (uint64_t)block_x() * threads() + thread(); i < p.n; i += step) {
        out[i] = value;
    }
}

KERNEL(fill_f32, OasisCudaFill, 256, 4)
{
    fill<float>(p);
}

KERNEL(fill_bf16, OasisCudaFill, 256, 4)
{
    fill<Bf16>(p);
}
