/* The back ends that this build knows.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/backend.h"

/* One family of devices. */
typedef struct OasisBackendFamily {
    const char *name; /* "cpu" */
    /* Fills up to capacity infos and returns how many devices (usable or not) there are. */
    size_t (*list)(OasisDeviceInfo *infos, size_t capacity);
    /* Opens device `name` with the dtype; threads as in OasisDeviceParams. */
    OasisStatus (*open)(const char *name, OasisDType dtype, int threads, OasisBackend **backend,
                        OasisError *err);
} OasisBackendFamily;

/* The families, best first, ended by NULL. */
const OasisBackendFamily *const *oasis_backend_families(void);

extern const OasisBackendFamily oasis_backend_reference;
extern const OasisBackendFamily oasis_backend_cpu;  /* a stub without oneDNN */
