/* How much scratch an operation takes, for the reckoning of a job's peak memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/onednn.h"

size_t oasis_cpu_workspace_bytes(OasisBackend *backend, OasisOp op, const void *args)
{
    OasisCpuBackend *cpu = oasis_cpu_enter(backend);

    switch (op) {
    case OASIS_OP_import_frame: return cpu->kernels->import_bytes(args, cpu->threads);
    case OASIS_OP_export_frame: return cpu->kernels->export_bytes(args, cpu->threads);
    case OASIS_OP_attention:
        return cpu->kernels->attention_bytes(args, cpu->base.dtype, cpu->threads);
    case OASIS_OP_linear: return oasis_cpu_linear_bytes(cpu, args);
    case OASIS_OP_conv: return oasis_cpu_conv_bytes(cpu, args);
    case OASIS_OP_temporal: return oasis_cpu_temporal_bytes(cpu, args);
    default: return 0;
    }
}
