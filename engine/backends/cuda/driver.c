/* Opening the driver's library and filling the table.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/driver.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "oasis/status.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static OasisCudaDriver driver;
static char failure[256];

static void *find(void *library, const char *symbol)
{
    void *entry = dlsym(library, symbol);

    if (!entry && !failure[0]) {
        snprintf(failure, sizeof failure, "the NVIDIA driver is too old: it lacks %s", symbol);
    }
    return entry;
}

static void open_driver(void)
{
    const char *name = getenv("OASIS_CUDA_DRIVER");
    void *library = dlopen(name ? name : "libcuda.so.1", RTLD_NOW | RTLD_LOCAL);

    if (!library) {
        snprintf(failure, sizeof failure, "no NVIDIA driver is installed");
        return;
    }
#define OASIS_CUDA_DRIVER_FIND(name, symbol, parameters) \
    *(void **)&driver.name = find(library, #symbol);
    OASIS_CUDA_DRIVER(OASIS_CUDA_DRIVER_FIND)
#undef OASIS_CUDA_DRIVER_FIND
}

const OasisCudaDriver *oasis_cuda_driver(char *reason, size_t size)
{
    pthread_once(&once, open_driver);
    snprintf(reason, size, "%s", failure);
    return failure[0] ? NULL : &driver;
}

OasisStatus oasis_cuda_fail(const OasisCudaDriver *driver, CUresult result, const char *what,
                            OasisError *err)
{
    const char *text = NULL;

    if (result == CUDA_ERROR_OUT_OF_MEMORY) {
        return oasis_fail(err, OASIS_ERR_NO_MEMORY, what, "the card has not enough free memory");
    }
    driver->get_error_string(result, &text);
    return oasis_fail(err, OASIS_ERR_DEVICE, what, "the NVIDIA driver says: %s (error %d)",
                      text ? text : "unknown error", result);
}
