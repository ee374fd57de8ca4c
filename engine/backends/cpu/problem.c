/* A problem as our kernels take it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/problem.h"

size_t oasis_cpu_problem_rows(const OasisCpuProblem *p)
{
    return (size_t)p->frames * p->height * p->width;
}

OasisCpuFinish oasis_cpu_problem_finish(const OasisCpuProblem *p, const OasisCpuParts *parts)
{
    return (OasisCpuFinish){
        .rows = oasis_cpu_problem_rows(p), .columns = p->out,
        .activation = p->activation,
        .bias = p->bias ? parts->bias : NULL,
        .gate = p->gate ? parts->gate : NULL,
        .residual = !p->residual ? NULL : p->in_place ? parts->out : parts->residual,
        .residual_dtype = p->residual_dtype,
        .out = parts->out, .out_dtype = p->out_dtype,
    };
}
