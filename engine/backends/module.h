/* A family of devices in a library of its own, opened at run time: so the program starts where what
 * the library needs is missing.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/registry.h"
#include "config.h"

/* Program and module are of one build, or not used together. */
#define OASIS_BACKEND_ABI REKINDLE_VERSION

/* The one symbol of a module. */
typedef struct OasisBackendModule {
    const char *abi;
    const OasisBackendFamily *family;
} OasisBackendModule;

#define OASIS_CUDA_MODULE_SYMBOL "oasis_cuda_module"
extern const OasisBackendModule oasis_cuda_module;
