/* The processor by its name, its instruction sets and its cores.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/machine.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <string.h>

void oasis_cpu_describe_machine(char *text, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[256];

    snprintf(text, size, "the processor");
    if (!file) {
        return;
    }
    while (fgets(line, sizeof line, file)) {
        char *value = strstr(line, ": ");
        if (!value || (strncmp(line, "model name", 10) && strncmp(line, "Model", 5))) {
            continue;
        }
        value[strcspn(value, "\n")] = '\0';
        snprintf(text, size, "%s", value + 2);
        break;
    }
    fclose(file);
}

#ifdef __x86_64__

static bool onednn_uses(dnnl_cpu_isa_t isa)
{
    return (dnnl_get_effective_cpu_isa() & isa) == isa;
}

const OasisCpuKernels *oasis_cpu_best_kernels(void)
{
    if (onednn_uses(dnnl_cpu_isa_avx512_core_bf16) && __builtin_cpu_supports("x86-64-v4") &&
        __builtin_cpu_supports("avx512bf16")) {
        return &oasis_cpu_kernels_bf16;
    }
    if (onednn_uses(dnnl_cpu_isa_avx512_core) && __builtin_cpu_supports("x86-64-v4")) {
        return &oasis_cpu_kernels_v4;
    }
    if (onednn_uses(dnnl_cpu_isa_avx2) && __builtin_cpu_supports("x86-64-v3")) {
        return &oasis_cpu_kernels_v3;
    }
    return &oasis_cpu_kernels_base;
}

bool oasis_cpu_prefers_bf16(void)
{
    return onednn_uses(dnnl_cpu_isa_avx512_core_bf16);
}

bool oasis_cpu_has_matrix_unit(void)
{
    return onednn_uses(dnnl_cpu_isa_avx512_core_amx);
}

double oasis_cpu_core_flops(const OasisCpuKernels *kernels, OasisDType dtype)
{
    if (kernels == &oasis_cpu_kernels_bf16) {
        return dtype == OASIS_BF16 ? 160e9 : 80e9;
    }
    return kernels == &oasis_cpu_kernels_v4 ? 80e9 : kernels == &oasis_cpu_kernels_v3 ? 40e9 : 10e9;
}

#else

const OasisCpuKernels *oasis_cpu_best_kernels(void)
{
    return &oasis_cpu_kernels_base;
}

bool oasis_cpu_prefers_bf16(void)
{
    return false;
}

bool oasis_cpu_has_matrix_unit(void)
{
    return false;
}

double oasis_cpu_core_flops(const OasisCpuKernels *kernels, OasisDType dtype)
{
    return 10e9;
}

#endif
