/* Rows of floats added up by weights, as resampling down a picture wants it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/kernels/vector.h"
#include "ops/resample.h"

/* to[0, n) = sum over j of weight j of output sample y * rows[j], where rows[0] is the first that
 * y's taps reach and each further one lies `stride` floats behind. */
INLINE void sum_rows(const OasisTaps *taps, int y, const float *rows, size_t stride, size_t n,
                     float *to)
{
    const float *weights = taps->weights + (size_t)y * taps->count;

#pragma omp simd
    for (size_t x = 0; x < n; x++) {
        float sum = 0;
        for (int j = 0; j < taps->count; j++) {
            sum += weights[j] * rows[j * stride + x];
        }
        to[x] = sum;
    }
}
