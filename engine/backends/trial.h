/* One product or convolution on one back end, timed again and again.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/registry.h"

typedef struct OasisTrial {
    OasisBackend *backend; /* borrowed; NULL = not filled */
    OasisRateShape shape;
    OasisWeight *weight;
    OasisBuffer *x, *out;
    double flops; /* of one run */
    double best;  /* seconds of the fastest; 0 before the first */
} OasisTrial;

/* Makes the operands and runs once, since what the first call makes ready does not count. Clear the
 * trial whatever is returned. */
OasisStatus oasis_trial_fill(OasisTrial *trial, OasisBackend *backend, const OasisRateShape *shape,
                             OasisError *err) OASIS_MUST_USE;

/* Runs it once more. */
OasisStatus oasis_trial_time(OasisTrial *trial, OasisError *err) OASIS_MUST_USE;

/* One of zeros is fine. */
void oasis_trial_clear(OasisTrial *trial);
