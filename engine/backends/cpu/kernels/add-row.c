/* A row added to every row of the residual stream.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"

OasisStatus KERNEL(add_row)(OasisBackend *backend, const OasisAddRowArgs *a, OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    const float *row = oasis_tensor_host(a->row);
    float *x = oasis_tensor_host(a->x);

#pragma omp parallel for num_threads(cpu->threads)
    for (int i = 0; i < a->n; i++) {
        float *to = x + (size_t)i * a->d;
#pragma omp simd
        for (int j = 0; j < a->d; j++) {
            to[j] += row[j];
        }
    }
    return OASIS_OK;
}
