/* This level's table.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/kernels/kernels.h"

#define FILL(name, args) .name = KERNEL(name),
const OasisCpuKernels KERNEL(kernels) = {
    OASIS_CPU_KERNELS(FILL)
    .activate = KERNEL(activate),
    .finish = KERNEL(finish),
#ifdef __AVX512BF16__
    .product = KERNEL(product),
    .pack_panels = KERNEL(pack_panels),
    .panels_bytes = KERNEL(panels_bytes),
    .product_bytes = KERNEL(product_bytes),
    .temporal = KERNEL(temporal),
    .temporal_bytes = KERNEL(temporal_bytes),
#endif
    .history = KERNEL(history),
    .import_bytes = KERNEL(import_bytes),
    .export_bytes = KERNEL(export_bytes),
    .attention_bytes = KERNEL(attention_bytes),
};
