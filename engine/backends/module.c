/* Finding the module of the CUDA family: $OASIS_CUDA_MODULE, else in the build folder above the
 * program, else where it is installed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oasis/status.h"

#define FILE_NAME "liboasis-cuda.so"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const OasisBackendFamily *loaded;
static char reason[256];

/* Sets path to the module in a folder above the program, where a build has it. */
static bool find_in_build(char *path)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    if (length <= 0) {
        return false;
    }
    program[length] = '\0';
    while ((slash = strrchr(program, '/'))) {
        *slash = '\0';
        if (snprintf(path, PATH_MAX, "%s/engine/backends/cuda/" FILE_NAME, program) < PATH_MAX &&
            !access(path, R_OK)) {
            return true;
        }
    }
    return false;
}

static void load(void)
{
    char path[PATH_MAX];
    const char *given = getenv("OASIS_CUDA_MODULE");
    const OasisBackendModule *module;
    void *library;

    if (given) {
        snprintf(path, sizeof path, "%s", given);
    } else if (!find_in_build(path)) {
        snprintf(path, sizeof path, "%s/" FILE_NAME, MODULE_DIR);
    }
    if (access(path, R_OK)) {
        snprintf(reason, sizeof reason, "this installation has no CUDA module");
        return;
    }
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    module = library ? dlsym(library, OASIS_CUDA_MODULE_SYMBOL) : NULL;
    if (!module) {
        snprintf(reason, sizeof reason, "the CUDA module cannot be loaded: %s", dlerror());
    } else if (strcmp(module->abi, OASIS_BACKEND_ABI)) {
        snprintf(reason, sizeof reason, "the CUDA module is of version %s, the program of %s",
                 module->abi, OASIS_BACKEND_ABI);
    } else {
        loaded = module->family;
    }
}

static const OasisBackendFamily *get(void)
{
    pthread_once(&once, load);
    return loaded;
}

static size_t list(OasisDeviceInfo *infos, size_t capacity)
{
    if (get()) {
        return loaded->list(infos, capacity);
    }
    if (capacity) {
        infos[0] = (OasisDeviceInfo){.name = "cuda:0", .description = "NVIDIA cards"};
        memcpy(infos[0].reason, reason, sizeof reason);
    }
    return 1;
}

static OasisStatus open_device(const char *name, OasisDType dtype, int threads,
                               OasisBackend **backend, OasisError *err)
{
    return get() ? loaded->open(name, dtype, threads, backend, err)
                 : oasis_fail(err, OASIS_ERR_DEVICE, name, "%s", reason);
}

const OasisBackendFamily oasis_backend_cuda = {
    .name = "cuda",
    .list = list,
    .open = open_device,
};
