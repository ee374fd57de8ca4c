/* A back end: a filling of the table of operations, with memory, weights and order. Its users call
 * the functions below; the class is for those who fill it.
 *
 * Thread-safety: one thread at a time. Calls enqueue work and return; errors of enqueued work may
 * surface in a later call. The plain C reference of each operation lies beside this file, one file
 * an operation.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/ops.h"

/* What stands behind the public OasisDevice. */
struct OasisDevice {
    OasisBackend *backend;
};

#define OASIS_OP_ENUM(name, args) OASIS_OP_##name,
typedef enum OasisOp { OASIS_OPS(OASIS_OP_ENUM) OASIS_OP_COUNT } OasisOp;
#undef OASIS_OP_ENUM

/* For implementers: what each function does stands at the call of the same name below. */
typedef struct OasisBackendClass {
    size_t (*workspace_bytes)(OasisBackend *backend, OasisOp op, const void *args); /* optional */
    OasisStatus (*buffer_new)(OasisBackend *backend, size_t bytes, OasisBuffer **buffer,
                              OasisError *err);
    void (*buffer_free)(OasisBackend *backend, OasisBuffer *buffer);
    OasisStatus (*upload)(OasisBackend *backend, OasisTensor to, const void *from, size_t bytes,
                          OasisError *err);
    OasisStatus (*download)(OasisBackend *backend, void *to, OasisTensor from, size_t bytes,
                            OasisError *err);
    OasisStatus (*weight_new)(OasisBackend *backend, const OasisWeightDesc *desc,
                              OasisWeight **weight, OasisError *err);
    void (*weight_free)(OasisBackend *backend, OasisWeight *weight);
    OasisStatus (*sync)(OasisBackend *backend, OasisError *err);
    void (*trim)(OasisBackend *backend); /* optional */
    void (*destroy)(OasisBackend *backend);
#define OASIS_OP_FIELD(name, args) \
    OasisStatus (*name)(OasisBackend * backend, const args *a, OasisError *err);
    OASIS_OPS(OASIS_OP_FIELD)
#undef OASIS_OP_FIELD
} OasisBackendClass;

/* Back ends begin with this. */
struct OasisBackend {
    const OasisBackendClass *klass;
    OasisDeviceInfo info;
    OasisDType dtype; /* "compute" */
    /* Floating-point operations that take it about 50 ms. The model cuts calls into pieces of about
     * that much, and syncs and polls for a cancel after it. A constant of the back end, never
     * measured, so that results do not depend on the moment. */
    double poll_flops;
    /* How many tiles the transformer runs on together. A constant of the back end; results are the
     * same for any. */
    int tile_group;
};

/* Bytes that the scratch of an operation takes at most, beyond its tensors; `args` are those of the
 * operation, and no memory that they name is touched. The back end keeps one scratch buffer, which
 * grows to the largest. */
static inline size_t oasis_backend_workspace_bytes(OasisBackend *backend, OasisOp op,
                                                   const void *args)
{
    return backend->klass->workspace_bytes ? backend->klass->workspace_bytes(backend, op, args) : 0;
}

/* Memory of the back end, uninitialised. OASIS_ERR_NO_MEMORY leaves *buffer as it was. */
static inline OASIS_MUST_USE OasisStatus oasis_backend_buffer_new(OasisBackend *backend,
                                                                  size_t bytes,
                                                                  OasisBuffer **buffer,
                                                                  OasisError *err)
{
    return backend->klass->buffer_new(backend, bytes, buffer, err);
}

/* Frees a buffer once the work on it is done, and sets *buffer to NULL; NULL there is fine. */
static inline void oasis_backend_buffer_free(OasisBackend *backend, OasisBuffer **buffer)
{
    if (*buffer) {
        backend->klass->buffer_free(backend, *buffer);
    }
    *buffer = NULL;
}

/* Blocking copies between host and device, in order with the enqueued work; `bytes` at the tensor's
 * offset. */
static inline OASIS_MUST_USE OasisStatus oasis_backend_upload(OasisBackend *backend, OasisTensor to,
                                                              const void *from, size_t bytes,
                                                              OasisError *err)
{
    return backend->klass->upload(backend, to, from, bytes, err);
}

static inline OASIS_MUST_USE OasisStatus oasis_backend_download(OasisBackend *backend, void *to,
                                                                OasisTensor from, size_t bytes,
                                                                OasisError *err)
{
    return backend->klass->download(backend, to, from, bytes, err);
}

/* A matrix or kernel, copied and packed as the back end likes. */
static inline OASIS_MUST_USE OasisStatus oasis_backend_weight_new(OasisBackend *backend,
                                                                  const OasisWeightDesc *desc,
                                                                  OasisWeight **weight,
                                                                  OasisError *err)
{
    return backend->klass->weight_new(backend, desc, weight, err);
}

/* Frees a weight and sets *weight to NULL; NULL there is fine. */
static inline void oasis_backend_weight_free(OasisBackend *backend, OasisWeight **weight)
{
    if (*weight) {
        backend->klass->weight_free(backend, *weight);
    }
    *weight = NULL;
}

/* Waits for all enqueued work and reports what failed in it. */
static inline OASIS_MUST_USE OasisStatus oasis_backend_sync(OasisBackend *backend, OasisError *err)
{
    return backend->klass->sync(backend, err);
}

/* Gives back scratch that is kept for the next operation, which takes it anew. */
static inline void oasis_backend_trim(OasisBackend *backend)
{
    if (backend->klass->trim) {
        backend->klass->trim(backend);
    }
}

/* Ends the back end; its buffers and weights must be gone. NULL is fine. */
static inline void oasis_backend_free(OasisBackend **backend)
{
    if (*backend) {
        (*backend)->klass->destroy(*backend);
    }
    *backend = NULL;
}

/* Each operation by its own name: oasis_backend_conv(backend, &args, err). */
#define OASIS_OP_CALL(name, args)                                                                  \
    static inline OASIS_MUST_USE OasisStatus oasis_backend_##name(OasisBackend *backend,           \
                                                                  const args *a, OasisError *err) \
    {                                                                                              \
        return backend->klass->name(backend, a, err);                                              \
    }
OASIS_OPS(OASIS_OP_CALL)
#undef OASIS_OP_CALL
