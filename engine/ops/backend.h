/* A back end: a filling of the table of operations, with memory, weights and order. Its users call
 * the functions below; the class is for those who fill it.
 *
 * Thread-safety: one thread at a time. Calls enqueue work, which is done in order, and return; a
 * failure of enqueued work surfaces in a wait, or in a call before it. What a call reads of host
 * memory it has read when it returns. What it writes there is filled once a ticket that was marked
 * after the call is reached; until then the memory must stay, and nobody else may touch it.
 *
 * The plain C reference of each operation lies beside this file, one file an operation.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/status.h"
#include "ops/ops.h"
#include "ops/ticket.h"

/* What stands behind the public OasisDevice. */
struct OasisDevice {
    OasisBackend *backend; /* NULL once the device is lost for good */
    /* After OASIS_ERR_DEVICE: ends the back end, whose buffers and weights must be gone, and opens
     * it anew; where that has been done once or fails, the processor, if any device will do. Else
     * OASIS_ERR_DEVICE, and err is left as it was. Optional. */
    OasisStatus (*renew)(OasisDevice *device, OasisError *err);
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
    OasisTicket (*mark)(OasisBackend *backend);
    OasisStatus (*wait)(OasisBackend *backend, OasisTicket ticket, OasisError *err);
    OasisStatus (*frame_new)(OasisBackend *backend, const OasisFrameFormat *format,
                             OasisFrame **frame, OasisError *err); /* optional */
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
     * that much; after each it marks a ticket, waits for the one before, and polls for a cancel. A
     * constant of the back end, never measured, so that results do not depend on the moment. */
    double poll_flops;
    /* How many tiles the transformer runs on together. A constant of the back end; results are the
     * same for any. */
    int tile_group;
    /* Rows that the transformer takes at a time after attention, where they do not meet, so that
     * what lies between products stays in caches; 0 = all. Results are the same for any. */
    int block_rows;
    /* How many chunks may be begun before the first of them is finished: 2 where the device
     * computes while the host goes on, else 1. Results are the same for any. */
    int slots;
    /* Whether results are also the same bytes for any height of the decoder's bands, so that memory
     * may choose it. */
    bool any_band;
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

/* Copies `bytes` of host memory to the tensor's offset. `from` may be released once the call
 * returns. */
static inline OASIS_MUST_USE OasisStatus oasis_backend_upload(OasisBackend *backend, OasisTensor to,
                                                              const void *from, size_t bytes,
                                                              OasisError *err)
{
    return backend->klass->upload(backend, to, from, bytes, err);
}

/* Copies `bytes` from the tensor's offset to host memory, which is filled once a ticket that is
 * marked after the call is reached. */
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

/* A ticket that is reached once all that was enqueued so far is done. Does not wait; what fails in
 * marking is told by waiting for it. */
static inline OASIS_MUST_USE OasisTicket oasis_backend_mark(OasisBackend *backend)
{
    return backend->klass->mark(backend);
}

/* Waits until a ticket is reached, be it an old one, and reports what failed in the work before it;
 * such a failure spoils all that comes after it, too. Whatever is returned, nothing that was
 * enqueued before the ticket touches host memory any more. */
static inline OASIS_MUST_USE OasisStatus oasis_backend_wait(OasisBackend *backend,
                                                            OasisTicket ticket, OasisError *err)
{
    return backend->klass->wait(backend, ticket, err);
}

/* Waits for all that was enqueued so far. */
static inline OASIS_MUST_USE OasisStatus oasis_backend_sync(OasisBackend *backend, OasisError *err)
{
    return oasis_backend_wait(backend, oasis_backend_mark(backend), err);
}

/* A frame in host memory that the back end reads and writes fastest, otherwise as oasis_frame_new
 * makes it: it may be dropped on any thread, also when the back end is gone. */
static inline OASIS_MUST_USE OasisStatus oasis_backend_frame_new(OasisBackend *backend,
                                                                 const OasisFrameFormat *format,
                                                                 OasisFrame **frame,
                                                                 OasisError *err)
{
    if (backend->klass->frame_new) {
        return backend->klass->frame_new(backend, format, frame, err);
    }
    *frame = oasis_frame_new(format);
    return *frame ? OASIS_OK : oasis_fail_memory(err, "frame");
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
