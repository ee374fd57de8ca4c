/* Matrix products and convolutions by oneDNN: how each is described to it, primitives made once for
 * a shape and kept, weights packed in the layout that they want.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/cpu.h"
#include "backends/cpu/problem.h"

/* Makes ready what a problem needs, from the cache if it has been met before. Where oneDNN has only
 * its slow reference for the whole, the product is its and what follows is ours; where our kernel
 * is the faster one, all is ours. */
typedef struct OasisCpuPrimitive OasisCpuPrimitive;
OasisStatus oasis_cpu_primitive_get(OasisCpuBackend *cpu, const OasisCpuProblem *problem,
                                    const OasisWeight *weight, OasisCpuPrimitive **primitive,
                                    OasisError *err) OASIS_MUST_USE;
size_t oasis_cpu_primitive_scratch_bytes(const OasisCpuPrimitive *primitive);
/* The same of a problem whose weight and addresses need not be known yet; 0 if oneDNN refuses. */
size_t oasis_cpu_problem_scratch_bytes(OasisCpuBackend *cpu, const OasisCpuProblem *problem);
OasisStatus oasis_cpu_primitive_run(OasisCpuBackend *cpu, OasisCpuPrimitive *primitive,
                                    const OasisWeight *weight, const OasisCpuParts *parts,
                                    void *scratch, OasisError *err) OASIS_MUST_USE;

OasisCpuCache *oasis_cpu_cache_new(void);
void oasis_cpu_cache_free(OasisCpuCache *cache);

/* Describes a problem (describe.c). `layout` is that of the weight, NULL leaves it to oneDNN. */
dnnl_status_t oasis_cpu_describe(OasisCpuBackend *cpu, const OasisCpuProblem *problem,
                                 const_dnnl_memory_desc_t layout, dnnl_primitive_desc_t *desc);

/* The layout that a problem's weight has in the weight file. */
dnnl_status_t oasis_cpu_describe_weight(const OasisCpuProblem *problem, OasisDType dtype,
                                        dnnl_memory_desc_t *layout);

/* The weight in our kernel's panels; NULL if its products are oneDNN's. */
const void *oasis_cpu_weight_panels(const OasisWeight *weight);

/* The layout that the weight was first packed in, and the weight in a given layout: packed anew the
 * first time that another one is asked for, then kept (weight.c). */
const_dnnl_memory_desc_t oasis_cpu_weight_layout(const OasisWeight *weight);
OasisStatus oasis_cpu_weight_in(OasisCpuBackend *cpu, const OasisWeight *weight,
                                const_dnnl_memory_desc_t layout, void **data, OasisError *err)
    OASIS_MUST_USE;

/* Fills err from a failure of oneDNN's at something: OASIS_ERR_NO_MEMORY or OASIS_ERR_DEVICE. */
OasisStatus oasis_cpu_fail(OasisError *err, dnnl_status_t status, const char *what);

/* Returns a call's status from a function that returns oneDNN's, unless it succeeds. */
#define OASIS_DNNL_TRY(call)                \
    do {                                    \
        dnnl_status_t try_status = (call);  \
        if (try_status != dnnl_success) {   \
            return try_status;              \
        }                                   \
    } while (0)

static inline dnnl_data_type_t oasis_cpu_data_type(OasisDType dtype)
{
    return dtype == OASIS_BF16 ? dnnl_bf16 : dnnl_f32;
}
