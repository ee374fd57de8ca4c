/* Calling the reference on plain arrays.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/reference.h"
#include "test.h"

/* A tensor over floats; it lives as long as the block that names it. */
#define F32(array) \
    ((OasisTensor){.buffer = &(OasisBuffer){.data = (array)}, .dtype = OASIS_F32})

#define NO_TENSOR ((OasisTensor){0})

/* A weight over floats. */
#define WEIGHT(array) \
    ((const OasisWeight *)&(OasisReferenceWeight){.desc = {.dtype = OASIS_F32, .data = (array)}})

/* Calls an operation of the reference: REFERENCE(linear, OasisLinearArgs, .x = …). */
#define REFERENCE(name, Args, ...)                                                    \
    do {                                                                              \
        OasisError err_;                                                              \
        CHECK_OK(oasis_reference_##name(NULL, &(Args){__VA_ARGS__}, &err_), &err_);   \
    } while (0)

/* Uniform in [-1, 1). */
static inline void random_floats(float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = (float)(2 * test_random_unit() - 1);
    }
}

static inline double largest_difference(const float *a, const float *b, size_t n)
{
    double largest = 0;

    for (size_t i = 0; i < n; i++) {
        double d = a[i] > b[i] ? (double)a[i] - b[i] : (double)b[i] - a[i];
        if (!(d <= largest)) {
            largest = d;
        }
    }
    return largest;
}
