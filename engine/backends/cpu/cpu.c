/* What every entry of the CPU back end begins with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/cpu.h"

#include <omp.h>
#include <stdlib.h>

#include "core/align.h"

OasisCpuBackend *oasis_cpu_enter(OasisBackend *backend)
{
    OasisCpuBackend *cpu = (OasisCpuBackend *)backend;

    if (omp_get_max_threads() != cpu->threads) {
        omp_set_num_threads(cpu->threads);
    }
    return cpu;
}

void oasis_cpu_trim(OasisBackend *backend)
{
    OasisCpuBackend *cpu = (OasisCpuBackend *)backend;

    free(cpu->scratch);
    cpu->scratch = NULL;
    cpu->scratch_bytes = 0;
}

OasisStatus oasis_cpu_scratch(OasisCpuBackend *cpu, size_t bytes, void **scratch, OasisError *err)
{
    if (bytes > cpu->scratch_bytes) {
        oasis_cpu_trim(&cpu->base);
        cpu->scratch = aligned_alloc(OASIS_HOST_ALIGNMENT, oasis_align_host(bytes));
        if (!cpu->scratch) {
            return oasis_fail_memory(err, cpu->base.info.name);
        }
        cpu->scratch_bytes = bytes;
    }
    *scratch = cpu->scratch;
    return OASIS_OK;
}
