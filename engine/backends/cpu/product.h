/* Matrix products by our own kernel.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/cpu.h"
#include "backends/cpu/problem.h"

/* Whether it computes a problem. */
bool oasis_cpu_product_is_ours(const OasisCpuBackend *cpu, const OasisCpuProblem *problem);

/* The scratch that it takes. */
size_t oasis_cpu_product_bytes(const OasisCpuBackend *cpu, const OasisCpuProblem *problem);

/* Computes it, for a weight in panels. */
void oasis_cpu_product_run(const OasisCpuBackend *cpu, const OasisCpuProblem *problem,
                           const void *panels, const OasisCpuParts *parts, void *scratch);
