/* Random shapes and values on top of test.h's generator.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>

#include "test.h"

/* One of the integers given. */
#define PICK(...) random_pick((const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}))

static inline int random_pick(const int *values, size_t bytes)
{
    return values[test_random_int(0, (int64_t)(bytes / sizeof *values) - 1)];
}

/* Standard normal, by Box and Muller. */
static inline float random_normal(void)
{
    double radius = sqrt(-2 * log(1 - test_random_unit()));

    return (float)(radius * cos(2 * M_PI * test_random_unit()));
}
