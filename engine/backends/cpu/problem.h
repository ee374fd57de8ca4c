/* What is to be computed by a product or a convolution, and where its parts lie.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/kernels/kernels.h"

/* activation(W * x + bias) * gate + residual. It is also the key of the cache, compared as bytes,
 * hence nothing but ints. */
typedef struct OasisCpuProblem {
    int kernel;                /* 0: a matrix product of `width` rows */
    int frames, height, width;
    int in, out;
    int stride;                /* elements from row to row of x; products only */
    int bias, gate, residual;  /* whether there is one */
    int in_place;              /* the residual is what the output holds before */
    int activation;            /* OasisCpuActivation */
    int dtype, out_dtype;      /* OasisDType, of x and out */
    int residual_dtype;        /* OasisDType; in place it is out's */
} OasisCpuProblem;

/* Where its parts lie; NULL what there is not. The residual of an in-place problem is `out`. */
typedef struct OasisCpuParts {
    const void *x, *bias, *gate, *residual;
    void *out;
} OasisCpuParts;

/* Rows of x, and of the output. */
size_t oasis_cpu_problem_rows(const OasisCpuProblem *problem);

/* What follows its sum, for our kernels. */
OasisCpuFinish oasis_cpu_problem_finish(const OasisCpuProblem *problem, const OasisCpuParts *parts);
