/* The reference of each operation in plain C: one thread, straightforward loops, written to be
 * read. Sums run in double, so that their order does not show and every back end is measured
 * against (nearly) the exact answer. Tensors' buffers are host memory; both dtypes are taken. The
 * back end "reference" is a table of these; tests hold every other back end against them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/backend.h"

/* Host memory behind a buffer, for back ends that live there. */
struct OasisBuffer {
    void *data; /* 64-byte aligned */
    size_t bytes;
};

static inline void *oasis_tensor_host(OasisTensor tensor)
{
    return (char *)tensor.buffer->data + tensor.offset;
}

/* What the reference takes for an OasisWeight. */
typedef struct OasisReferenceWeight {
    OasisWeightDesc desc; /* data is owned, F32 */
} OasisReferenceWeight;

static inline const float *oasis_reference_weight(const OasisWeight *weight)
{
    return ((const OasisReferenceWeight *)weight)->desc.data;
}

#define OASIS_REFERENCE_PROTOTYPE(name, args) \
    OasisStatus oasis_reference_##name(OasisBackend *backend, const args *a, OasisError *err);
OASIS_OPS(OASIS_REFERENCE_PROTOTYPE)
#undef OASIS_REFERENCE_PROTOTYPE
