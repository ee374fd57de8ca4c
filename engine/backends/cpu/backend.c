/* The family "cpu": one device, the machine's processor.
 * SPDX-License-Identifier: Apache-2.0 */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/cpu/machine.h"
#include "backends/cpu/onednn.h"
#include "backends/registry.h"
#include "core/align.h"
#include "oasis/status.h"

static const char DEVICE_NAME[] = "cpu";

/* For each thread: 1,024 hidden values each, 4 MB in bf16, which last-level caches hold. Fewer
 * would stay nearer, but waking the threads for each product then takes longer than that saves. */
enum { BLOCK_ROWS = 2048 };

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

static void describe_library(char *text, size_t size)
{
    const dnnl_version_t *version = dnnl_version();

    snprintf(text, size, "oneDNN %d.%d.%d %s", version->major, version->minor, version->patch,
             version->hash);
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
    describe_library(info.library, sizeof info.library);
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
        .mark = oasis_host_mark,
        .wait = oasis_host_wait,
        .trim = oasis_cpu_trim,
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

static dnnl_status_t open_engine(OasisCpuBackend *self)
{
    OASIS_DNNL_TRY(dnnl_engine_create(&self->engine, dnnl_cpu, 0));
    return dnnl_stream_create(&self->stream, self->engine, dnnl_stream_default_flags);
}

static OasisStatus fill(OasisCpuBackend *self, OasisDType dtype, int threads, OasisError *err)
{
    dnnl_status_t failed;

    self->kernels = oasis_cpu_best_kernels();
    self->klass = make_class(self->kernels);
    self->threads = threads > 0 ? threads : omp_get_num_procs();
    self->base.klass = &self->klass;
    self->base.info = describe();
    self->base.info.dtype = dtype;
    self->base.dtype = dtype;
    self->base.tile_group = 1;
    self->base.block_rows = BLOCK_ROWS * self->threads;
    self->base.slots = 1;
    self->base.poll_flops = .05 * self->threads * oasis_cpu_core_flops(self->kernels, dtype);
    self->cache = oasis_cpu_cache_new();
    if (!self->cache) {
        return oasis_fail_memory(err, DEVICE_NAME);
    }
    failed = open_engine(self);
    if (failed != dnnl_success) {
        return oasis_cpu_fail(err, failed, "opening the processor");
    }
    if (!dtype_works(self)) {
        return oasis_fail(err, OASIS_ERR_DEVICE, DEVICE_NAME,
                          "this processor cannot compute in bf16; use f32");
    }
    return OASIS_OK;
}

static OasisStatus open_cpu(const char *name, OasisDType dtype, int threads,
                            OasisBackend **backend, OasisError *err)
{
    OasisCpuBackend *self = calloc(1, sizeof *self);
    OasisStatus status = self ? fill(self, dtype, threads, err) : oasis_fail_memory(err, name);

    if (status != OASIS_OK) {
        destroy((OasisBackend *)self);
        return status;
    }
    *backend = &self->base;
    return OASIS_OK;
}

static void conditions(int threads, char *text, size_t size)
{
    char library[64];

    describe_library(library, sizeof library);
    snprintf(text, size, "%d threads; %s", threads > 0 ? threads : omp_get_num_procs(), library);
}

/* The transformer's products and the decoder's convolutions, at the shipped model's widths. */
static const OasisRateShape shapes[] = {
    {.height = 64, .width = 64, .in = 256, .out = 768},
    {.height = 64, .width = 64, .in = 256, .out = 1024},
    {.kernel = 3, .height = 96, .width = 128, .in = 96, .out = 96},
    {.kernel = 3, .height = 64, .width = 96, .in = 128, .out = 128},
};

const OasisBackendFamily oasis_backend_cpu = {
    .name = DEVICE_NAME,
    .list = list,
    .open = open_cpu,
    .shapes = shapes,
    .n_shapes = sizeof shapes / sizeof *shapes,
    .conditions = conditions,
};
