/* SiLU and its sigmoid.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>
#include <string.h>

#include "backends/cpu/kernels/vector.h"

/* The clamp keeps 2^y finite; what it changes is below 1e-37. */
INLINE Vec vec_sigmoid(Vec x)
{
    Vec y = vec_min(vec_set(127), x * (float)-M_LOG2E);
    return 1 / (1 + vec_exp2(y));
}

INLINE Vec vec_silu(Vec x)
{
    return x * vec_sigmoid(x);
}

/* out[j] = SiLU(x[i]), or x[i], for n elements from i and j on. */
INLINE void silu_run(const void *x, size_t i, void *out, size_t j, OasisDType dtype, size_t n,
                     bool silu)
{
    size_t size = oasis_dtype_bytes(dtype), done = 0;

    if (!silu) {
        memcpy((char *)out + j * size, (const char *)x + i * size, n * size);
        return;
    }
    for (; done + LANES <= n; done += LANES) {
        vec_store_as(out, dtype, j + done, vec_silu(vec_load_as(x, dtype, i + done)));
    }
    for (; done < n; done++) {
        oasis_store(out, dtype, j + done, oasis_silu(oasis_load(x, dtype, i + done)));
    }
}
