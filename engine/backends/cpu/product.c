/* Matrix products in bf16 by our own kernel. Where the processor has AVX512-BF16 and no matrix
 * unit, oneDNN has no better instruction, and ours is the faster one where something follows the
 * sums: it is done while they are at hand, and what it reads is asked for before they are whole.
 * Plain products take as long by either.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/product.h"

#include "backends/cpu/machine.h"

bool oasis_cpu_product_is_ours(const OasisCpuBackend *cpu, const OasisCpuProblem *p)
{
    return !p->kernel && p->dtype == OASIS_BF16 && cpu->kernels->product &&
           !oasis_cpu_has_matrix_unit();
}

size_t oasis_cpu_product_bytes(const OasisCpuBackend *cpu, const OasisCpuProblem *p)
{
    return cpu->kernels->product_bytes(p->in, cpu->threads);
}

void oasis_cpu_product_run(const OasisCpuBackend *cpu, const OasisCpuProblem *p,
                           const void *panels, const OasisCpuParts *parts, void *scratch)
{
    cpu->kernels->product(&(OasisCpuProduct){
        .x = parts->x, .panels = panels,
        .in = p->in, .stride = p->stride,
        .finish = oasis_cpu_problem_finish(p, parts),
    }, scratch, cpu->threads);
}
