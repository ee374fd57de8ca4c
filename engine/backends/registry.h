/* The back ends that this build knows.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/backend.h"

/* Work that a family's dtypes are compared by: a product of height * width rows, or a convolution
 * over one image of that size. */
typedef struct OasisRateShape {
    int kernel; /* 0: a product */
    int height, width;
    int in, out; /* channels */
} OasisRateShape;

enum { OASIS_MAX_RATE_SHAPES = 8 };

/* One family of devices. */
typedef struct OasisBackendFamily {
    const char *name; /* "cpu" */
    /* Fills up to capacity infos and returns how many devices (usable or not) there are. */
    size_t (*list)(OasisDeviceInfo *infos, size_t capacity);
    /* Opens device `name` with the dtype; threads as in OasisDeviceParams. */
    OasisStatus (*open)(const char *name, OasisDType dtype, int threads, OasisBackend **backend,
                        OasisError *err);
    /* Constants of the family; none = a device's own dtype is its default. */
    const OasisRateShape *shapes;
    int n_shapes; /* at most OASIS_MAX_RATE_SHAPES */
    /* What rates depend on beside the processor: threads and the library's version, as text. */
    void (*conditions)(int threads, char *text, size_t size);
} OasisBackendFamily;

/* The families, best first, ended by NULL. */
const OasisBackendFamily *const *oasis_backend_families(void);

extern const OasisBackendFamily oasis_backend_cuda; /* of the module; without it, why */
extern const OasisBackendFamily oasis_backend_other; /* cards that cannot be used */
extern const OasisBackendFamily oasis_backend_reference;
extern const OasisBackendFamily oasis_backend_cpu;  /* a stub without oneDNN */
