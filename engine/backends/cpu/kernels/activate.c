/* SiLU, or a copy, elementwise: what the convolutions that activate their input begin with.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "../cpu.h"
#include "kernels.h"
#include "vector.h"

enum { BLOCK = 16384 };

/* x * sigmoid(x). The clamp keeps 2^y finite; what it changes is below 1e-36. */
INLINE Vec silu(Vec x)
{
    Vec y = vec_min(vec_set(127), x * (float)-M_LOG2E);
    return x / (1 + vec_exp2(y));
}

INLINE void activate_block(const void *x, void *out, OasisDType dtype, size_t i, size_t end)
{
    for (; i + LANES <= end; i += LANES)
        vec_store_as(out, dtype, i, silu(vec_load_as(x, dtype, i)));
    for (; i < end; i++)
        oasis_store(out, dtype, i, oasis_silu(oasis_load(x, dtype, i)));
}

void KERNEL(activate)(const void *x, void *out, OasisDType dtype, size_t n, bool silu, int threads)
{
    size_t size = oasis_dtype_bytes(dtype);

#pragma omp parallel for num_threads(threads)
    for (size_t i = 0; i < n; i += BLOCK) {
        size_t end = n - i < BLOCK ? n : i + BLOCK;
        if (!silu)
            memcpy((char *)out + i * size, (const char *)x + i * size, (end - i) * size);
        else if (dtype == OASIS_BF16)
            activate_block(x, out, OASIS_BF16, i, end);
        else
            activate_block(x, out, OASIS_F32, i, end);
    }
}
