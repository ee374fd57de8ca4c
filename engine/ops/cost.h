/* What each operation costs, from its arguments alone: for cutting long calls into pieces, for the
 * progress of a job, and for holding measured times against what hardware allows.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/ops.h"

typedef struct OasisCost {
    double work;  /* operations: exact where products rule, else by the time it takes a CPU */
    double flops; /* of its products; 0 where it has none */
    double bytes; /* the least that memory moves: each operand once in, each result once out */
} OasisCost;

/* Each operation by its own name: oasis_cost_conv(&args). Weights count in x's dtype. */
#define OASIS_COST_PROTOTYPE(name, args) OasisCost oasis_cost_##name(const args *a);
OASIS_OPS(OASIS_COST_PROTOTYPE)
#undef OASIS_COST_PROTOTYPE
