/* The reference of each operation in plain C: one thread, f32 sums in the written order, written to
 * be read. Tensors' buffers are host memory; both dtypes are taken. The back end "reference" is a
 * table of these; tests hold every other back end against them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops.h"

/* Host memory behind a buffer, for back ends that live there. */
struct OasisBuffer {
    void *data; /* 64-byte aligned */
    size_t bytes;
};

static inline void *oasis_tensor_host(OasisTensor tensor)
{
    return (char *)tensor.buffer->data + tensor.offset;
}

#define OASIS_REFERENCE_PROTOTYPE(name, args) \
    OasisStatus oasis_reference_##name(OasisBackend *backend, const args *a, OasisError *err);
OASIS_OPS(OASIS_REFERENCE_PROTOTYPE)
#undef OASIS_REFERENCE_PROTOTYPE
