/* What a run of one size takes of a device, known before it begins, and how it is made to fit.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/net.h"
#include "oasis/frame.h"

typedef struct OasisBudget {
    int frames; /* that the model computes together; 0 = it does not run */
    OasisFrameFormat source, output;
    int tile_group, band;   /* of an OasisExec */
    size_t work_bytes;      /* of the work memory */
    size_t workspace_bytes; /* of the back end's own scratch */
    size_t kept_bytes;      /* of tables that stay */
    double flops;
} OasisBudget;

/* The fastest run that takes at most `memory` bytes, or if none does the smallest. frames 0 =
 * resizing alone, one frame at a time. */
OasisBudget oasis_budget_make(const OasisNet *net, const OasisFrameFormat *source,
                              const OasisFrameFormat *output, int frames, uint64_t memory);

/* Makes it a run of the same results that takes less memory, since it computes less at a time;
 * false where there is none. */
bool oasis_budget_shrink(const OasisNet *net, OasisBudget *budget);

/* Of the device, weights included. */
uint64_t oasis_budget_bytes(const OasisNet *net, const OasisBudget *budget);

/* OASIS_ERR_NO_MEMORY where it exceeds `memory`, which names the largest height that does not. */
OasisStatus oasis_budget_check(const OasisNet *net, const OasisBudget *budget, uint64_t memory,
                               OasisError *err) OASIS_MUST_USE;
