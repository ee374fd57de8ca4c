/* What this machine's processor is and can do.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "backends/cpu/kernels/kernels.h"

/* The processor's name as people know it. */
void oasis_cpu_describe_machine(char *text, size_t size);

/* The best of our kernels that the processor runs, within what oneDNN would use: its variable
 * ONEDNN_MAX_CPU_ISA (AVX2, say) holds for both, which is how the lesser ones are tested. */
const OasisCpuKernels *oasis_cpu_best_kernels(void);

/* Whether bf16 is the faster dtype here. */
bool oasis_cpu_prefers_bf16(void);

/* Whether oneDNN multiplies bf16 by the processor's matrix unit, AMX, which our kernels do not. */
bool oasis_cpu_has_matrix_unit(void);

/* Floating-point operations a second that a slow core with such kernels manages in the dtype. */
double oasis_cpu_core_flops(const OasisCpuKernels *kernels, OasisDType dtype);
