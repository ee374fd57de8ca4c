/* The strength of a restoration as the integer that frames are mixed with.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/frame.h"

enum { OASIS_MIX_FULL = 256 }; /* strength 1 */

/* Strength in steps of 1/256, 0 to OASIS_MIX_FULL; NaN counts as 0. At 0 the result is the source
 * and at OASIS_MIX_FULL the restored frame, so that the other of the two need not exist. */
int oasis_mix_steps(double strength);

/* s + round(steps/256 * (r - s)), halves upward, in unsigned arithmetic: the weights sum to 256 and
 * samples have 16 bits at most. */
static inline uint32_t oasis_mix_sample(uint32_t s, uint32_t r, uint32_t steps)
{
    return (s * (OASIS_MIX_FULL - steps) + r * steps + OASIS_MIX_FULL / 2) / OASIS_MIX_FULL;
}
