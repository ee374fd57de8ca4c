/* One value in every element, in blocks.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"

enum { BLOCK = 16384 };

OasisStatus KERNEL(fill)(OasisBackend *backend, const OasisFillArgs *a, OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    void *out = oasis_tensor_host(a->out);

#pragma omp parallel for num_threads(cpu->threads)
    for (size_t first = 0; first < a->n; first += BLOCK) {
        size_t end = a->n - first < BLOCK ? a->n : first + BLOCK;
        size_t i = first;
        for (; i + LANES <= end; i += LANES) {
            vec_store_as(out, a->out.dtype, i, vec_set(a->value));
        }
        for (; i < end; i++) {
            oasis_store(out, a->out.dtype, i, a->value);
        }
    }
    return OASIS_OK;
}
