/* The family "cpu": one device, the machine's processor.
 * SPDX-License-Identifier: Apache-2.0 */
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "backends/cpu/machine.h"
#include "backends/cpu/onednn.h"
#include "backends/registry.h"
#include "core/align.h"
#include "oasis/status.h"

static const char DEVICE_NAME[] = "cpu";

OasisCpuBackend *oasis_cpu_enter(OasisBackend *backend)
{
    OasisCpuBackend *cpu = (OasisCpuBackend *)backend;

    if (omp_get_max_threads() != cpu->threads) {
        omp_set_num_threads(cpu->threads);
    }
    return cpu;
}

OasisStatus oasis_cpu_scratch(OasisCpuBackend *cpu, size_t bytes, void **scratch, OasisError *err)
{
    if (bytes > cpu->scratch_bytes) {
        free(cpu->scratch);
        cpu->scratch_bytes = 0;
        cpu->scratch = aligned_alloc(OASIS_HOST_ALIGNMENT, oasis_align_host(bytes));
        if (!cpu->scratch) {
            return oasis_fail_memory(err, DEVICE_NAME);
        }
        cpu->scratch_bytes = bytes;
    }
    *scratch = cpu->scratch;
    return OASIS_OK;
}

static void destroy(OasisBackend *backend)
{
    OasisCpuBackend *cpu = (OasisCpuBackend *)backend;

    if (!cpu) {
        return;
    }
    oasis_cpu_cache_free(cpu->cache);
    dnnl_stream_destroy(cpu->stream);
    dnnl_engine_destroy(cpu->engine);
    free(cpu->scratch);
    free(cpu);
}

static OasisDeviceInfo describe(void)
{
    OasisDeviceInfo info = {
        .usable = true,
        .dtype = oasis_cpu_prefers_bf16() ? OASIS_BF16 : OASIS_F32,
        .memory_bytes = oasis_host_memory_bytes(),
    };

    memcpy(info.name, DEVICE_NAME, sizeof DEVICE_NAME);
    oasis_cpu_describe_machine(info.description, sizeof info.description);
    return info;
}

static size_t list(OasisDeviceInfo *infos, size_t capacity)
{
    if (capacity) {
        infos[0] = describe();
    }
    return 1;
}

static OasisBackendClass make_class(const OasisCpuKernels *kernels)
{
    OasisBackendClass klass = {
        .workspace_bytes = oasis_cpu_workspace_bytes,
        .buffer_new = oasis_host_buffer_new,
        .buffer_free = oasis_host_buffer_free,
        .upload = oasis_host_upload,
        .download = oasis_host_download,
        .weight_new = oasis_cpu_weight_new,
        .weight_free = oasis_cpu_weight_free,
        .sync = oasis_host_sync,
        .destroy = destroy,
        .linear = oasis_cpu_linear,
        .conv = oasis_cpu_conv,
        .temporal = oasis_cpu_temporal,
    };

#define TAKE(name, args) klass.name = kernels->name;
    OASIS_CPU_KERNELS(TAKE)
#undef TAKE
    return klass;
}

/* Whether oneDNN computes in the backend's dtype here: it emulates bf16 where there is AVX-512, and
 * has nothing for it below. */
static bool dtype_works(OasisCpuBackend *cpu)
{
    const OasisCpuProblem problems[] = {
        {.width = 64, .in = 64, .stride = 64, .out = 64, .bias = 1},
        {.kernel = 3, .frames = 1, .height = 8, .width = 8, .in = 64, .out = 64, .bias = 1},
    };

    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        OasisCpuProblem problem = problems[i];
        dnnl_primitive_desc_t desc = NULL;
        problem.dtype = problem.out_dtype = cpu->base.dtype;
        dnnl_status_t status = oasis_cpu_describe(cpu, &problem, NULL, &desc);
        dnnl_primitive_desc_destroy(desc);
        if (status != dnnl_success) {
            return false;
        }
    }
    return true;
}

static OasisStatus open_cpu(const char *name, OasisDType dtype, int threads,
                            OasisBackend **backend, OasisError *err)
{
    OasisCpuBackend *cpu = calloc(1, sizeof *cpu);
    OasisStatus status;
    dnnl_status_t failed;

    if (!cpu || !(cpu->cache = oasis_cpu_cache_new())) {
        status = oasis_fail_memory(err, name);
        goto fail;
    }
    cpu->kernels = oasis_cpu_best_kernels();
    cpu->klass = make_class(cpu->kernels);
    cpu->threads = threads > 0 ? threads : omp_get_num_procs();
    cpu->base.klass = &cpu->klass;
    cpu->base.info = describe();
    cpu->base.info.dtype = dtype;
    cpu->base.dtype = dtype;
    if ((failed = dnnl_engine_create(&cpu->engine, dnnl_cpu, 0)) ||
        (failed = dnnl_stream_create(&cpu->stream, cpu->engine, dnnl_stream_default_flags))) {
        status = oasis_cpu_fail(err, failed, "opening the processor");
        goto fail;
    }
    if (!dtype_works(cpu)) {
        status = oasis_fail(err, OASIS_ERR_DEVICE, name,
                            "this processor cannot compute in bf16; use f32");
        goto fail;
    }
    *backend = &cpu->base;
    return OASIS_OK;

fail:
    destroy((OasisBackend *)cpu);
    return status;
}

const OasisBackendFamily oasis_backend_cpu = {
    .name = DEVICE_NAME,
    .list = list,
    .open = open_cpu,
};
