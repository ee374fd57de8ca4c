/* What the family "cuda" knows of a card before it is opened.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/cuda.h"
#include "backends/registry.h"

typedef struct OasisCudaCard {
    const OasisCudaDriver *driver; /* NULL: there is none, and info says why */
    OasisDeviceInfo info;
    CUdevice device;
    int capability;
    int multiprocessors;
    size_t shared_bytes;
} OasisCudaCard;

/* Opens a usable card. */
OasisStatus oasis_cuda_open(const OasisCudaCard *card, OasisDType dtype, OasisBackend **backend,
                            OasisError *err) OASIS_MUST_USE;
