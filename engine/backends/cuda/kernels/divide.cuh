/* Division by a constant of the launch: a product's upper half and a shift in place of some twenty
 * instructions. For n below 2^31 the quotient is (n * multiplier / 2^32 + n) / 2^shift, with shift
 * the least that 2^shift >= divisor and multiplier = 2^32 (2^shift - divisor) / divisor + 1
 * (Granlund and Montgomery, "Division by invariant integers using multiplication").
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "device.cuh"
#include "params.h"

DEVICE uint32_t divide(uint32_t n, OasisCudaDivisor by)
{
    return ((uint32_t)((uint64_t)n * by.multiplier >> 32) + n) >> by.shift;
}

DEVICE uint32_t divide(uint32_t n, OasisCudaDivisor by, uint32_t *rest)
{
    const uint32_t quotient = divide(n, by);

    *rest = n - quotient * by.divisor;
    return quotient;
}
