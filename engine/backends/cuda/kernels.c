/* Loading the images, and finding kernels by name.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/cuda/cuda.h"
#include "oasis/status.h"

enum {
    MAX_KERNELS = 512, /* a power of two, well above their number */
    MAX_NAME = 64,
    MAX_MODULES = 64,
    FREE_SHARED_BYTES = 32 * 1024, /* dynamic ones: 48 KB with static ones may be had unasked */
};

typedef struct Kernel {
    char name[MAX_NAME]; /* empty: a free slot */
    CUfunction function;
    size_t shared_bytes; /* that it is allowed */
} Kernel;

struct OasisCudaKernels {
    CUmodule modules[MAX_MODULES];
    size_t n_modules;
    Kernel kernels[MAX_KERNELS]; /* by hash, the next free slot where one is taken */
};

static OasisStatus load(const OasisCudaDriver *driver, OasisCudaKernels *self,
                        const OasisCudaImage *best, OasisError *err)
{
    for (const OasisCudaImage *image = oasis_cuda_images; image->capability; image++) {
        if (image->capability != best->capability || image->ptx != best->ptx) {
            continue;
        }
        if (self->n_modules == MAX_MODULES) {
            return oasis_fail(err, OASIS_ERR_INTERNAL, "the kernels", "have too many files");
        }
        OASIS_CUDA_TRY(driver, module_load_data, &self->modules[self->n_modules], image->data);
        self->n_modules++;
    }
    return OASIS_OK;
}

OasisStatus oasis_cuda_kernels_new(const OasisCudaDriver *driver, int capability,
                                   OasisCudaKernels **kernels, OasisError *err)
{
    OasisCudaKernels *self = calloc(1, sizeof *self);
    OasisStatus status = self ? load(driver, self, oasis_cuda_best_image(capability), err)
                              : oasis_fail_memory(err, "the kernels");

    if (status != OASIS_OK) {
        oasis_cuda_kernels_free(driver, &self);
    }
    *kernels = self;
    return status;
}

void oasis_cuda_kernels_free(const OasisCudaDriver *driver, OasisCudaKernels **kernels)
{
    OasisCudaKernels *self = *kernels;

    if (!self) {
        return;
    }
    for (size_t i = 0; i < self->n_modules; i++) {
        driver->module_unload(self->modules[i]);
    }
    free(self);
    *kernels = NULL;
}

static Kernel *slot(OasisCudaKernels *self, const char *name)
{
    uint32_t hash = 2166136261u;

    for (const char *c = name; *c; c++) {
        hash = (hash ^ (uint8_t)*c) * 16777619u;
    }
    while (self->kernels[hash % MAX_KERNELS].name[0] &&
           strcmp(self->kernels[hash % MAX_KERNELS].name, name)) {
        hash++;
    }
    return &self->kernels[hash % MAX_KERNELS];
}

static OasisStatus find(const OasisCudaDriver *driver, OasisCudaKernels *self, const char *name,
                        CUfunction *function, OasisError *err)
{
    char entry[MAX_NAME + 16];

    snprintf(entry, sizeof entry, "oasis_cuda_%s", name);
    for (size_t i = 0; i < self->n_modules; i++) {
        CUresult result = driver->module_get_function(function, self->modules[i], entry);
        if (result == CUDA_SUCCESS) {
            return OASIS_OK;
        }
        if (result != CUDA_ERROR_NOT_FOUND) {
            return oasis_cuda_fail(driver, result, entry, err);
        }
    }
    return oasis_fail(err, OASIS_ERR_INTERNAL, entry, "is no kernel of this build");
}

OasisStatus oasis_cuda_kernels_get(const OasisCudaDriver *driver, OasisCudaKernels *self,
                                   const char *name, size_t shared_bytes, CUfunction *function,
                                   OasisError *err)
{
    Kernel *kernel = slot(self, name);

    if (!kernel->name[0]) {
        OASIS_TRY(find(driver, self, name, &kernel->function, err));
        snprintf(kernel->name, sizeof kernel->name, "%s", name);
        kernel->shared_bytes = FREE_SHARED_BYTES;
    }
    if (shared_bytes > kernel->shared_bytes) {
        OASIS_CUDA_TRY(driver, func_set_attribute, kernel->function,
                       CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, (int)shared_bytes);
        kernel->shared_bytes = shared_bytes;
    }
    *function = kernel->function;
    return OASIS_OK;
}
