/* The CUDA back end as the host halves of its operations see it.
 *
 * An operation's host half (ops/NAME.c) chooses a kernel, fills its parameters (kernels/params.h)
 * and launches it; it never waits. All operations run in order on one stream of the card.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/driver.h"
#include "backends/cuda/images.h"
#include "ops/backend.h"

typedef struct OasisCudaKernels OasisCudaKernels;
typedef struct OasisCudaTables OasisCudaTables;
typedef struct OasisCudaStaging OasisCudaStaging;

enum { OASIS_CUDA_TICKETS = 64 };

typedef struct OasisCudaBackend {
    OasisBackend base;
    const OasisCudaDriver *driver;
    CUdevice device;
    CUcontext context;
    CUstream compute;
    OasisCudaKernels *kernels;
    OasisCudaStaging *staging;
    OasisCudaTables *tables; /* NULL until the first is needed */
    CUdeviceptr scratch; /* of the operation that runs; grows to the largest asked for */
    size_t scratch_bytes;
    OasisTicket marked; /* the newest one */
    CUevent tickets[OASIS_CUDA_TICKETS]; /* the last ones, by their number modulo this many */
    OasisError lost; /* what made a mark fail, for all waits after it */
    int capability;      /* 10 * major + minor: 75, 80, ... */
    int multiprocessors;
    size_t shared_bytes; /* that a block may have at most, dynamic and static together */
} OasisCudaBackend;

struct OasisBuffer {
    CUdeviceptr address; /* 256-byte aligned */
    size_t bytes;
};

struct OasisWeight {
    OasisWeightDesc desc; /* data is NULL, dtype the back end's */
    const struct OasisCudaGemmTile *tile; /* what serves it (ops/gemm.h) */
    CUdeviceptr address;              /* packed for that */
};

/* The back end as its own type, its context made current on the calling thread: whatever calls the
 * driver begins with this, since a job may come from any thread. */
OasisStatus oasis_cuda_enter(OasisBackend *backend, OasisCudaBackend **cuda, OasisError *err)
    OASIS_MUST_USE;

/* A tensor's address on the card; NULL where it has no buffer. Not for the host to follow. */
static inline void *oasis_cuda_at(OasisTensor tensor)
{
    return tensor.buffer ? (void *)(uintptr_t)(tensor.buffer->address + tensor.offset) : NULL;
}

typedef struct OasisCudaGrid {
    unsigned x, y, z; /* blocks */
} OasisCudaGrid;

/* Enqueues kernel `name` (its entry without "oasis_cuda_") behind what was enqueued before.
 * `params` is the struct that KERNEL declares for it; it is copied. shared_bytes is that of
 * DYNAMIC_SHARED.
 * Nothing happens where there are no blocks. */
OasisStatus oasis_cuda_launch(OasisCudaBackend *cuda, const char *name, OasisCudaGrid grid,
                              unsigned threads, size_t shared_bytes, const void *params,
                              OasisError *err) OASIS_MUST_USE;

/* Memory on the card for an operation's own use until the next operation, undefined at first. What
 * it takes must be in oasis_cuda_workspace_bytes. */
OasisStatus oasis_cuda_scratch(OasisCudaBackend *cuda, size_t bytes, void **address,
                               OasisError *err) OASIS_MUST_USE;

/* Scratch of an import: RGB in f32 of the rectangle's rows at the image's width. */
size_t oasis_cuda_narrow_bytes(const OasisImportArgs *a);

/* Blocks that `items` make at `per_block` each, at most `limit`. */
static inline unsigned oasis_cuda_blocks(uint64_t items, unsigned per_block, unsigned limit)
{
    uint64_t blocks = (items + per_block - 1) / per_block;

    return blocks < limit ? (unsigned)blocks : limit;
}

/* The operations of the table: ops/NAME.c. */
#define OASIS_CUDA_OP(name, args) \
    OasisStatus oasis_cuda_##name(OasisBackend *backend, const args *a, OasisError *err) \
        OASIS_MUST_USE;
OASIS_OPS(OASIS_CUDA_OP)
#undef OASIS_CUDA_OP

/* --- for the table ---------------------------------------------------------------------------- */

size_t oasis_cuda_workspace_bytes(OasisBackend *backend, OasisOp op, const void *args);
void oasis_cuda_trim(OasisBackend *backend);
OasisStatus oasis_cuda_buffer_new(OasisBackend *backend, size_t bytes, OasisBuffer **buffer,
                                  OasisError *err) OASIS_MUST_USE;
void oasis_cuda_buffer_free(OasisBackend *backend, OasisBuffer *buffer);
OasisStatus oasis_cuda_upload(OasisBackend *backend, OasisTensor to, const void *from,
                              size_t bytes, OasisError *err) OASIS_MUST_USE;
OasisStatus oasis_cuda_download(OasisBackend *backend, void *to, OasisTensor from, size_t bytes,
                                OasisError *err) OASIS_MUST_USE;
OasisTicket oasis_cuda_mark(OasisBackend *backend);
OasisStatus oasis_cuda_wait(OasisBackend *backend, OasisTicket ticket, OasisError *err)
    OASIS_MUST_USE;
OasisStatus oasis_cuda_weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                                  OasisWeight **weight, OasisError *err) OASIS_MUST_USE;
void oasis_cuda_weight_free(OasisBackend *backend, OasisWeight *weight);

/* The kernels of the images that serve a card, loaded into the current context (kernels.c). */
OasisStatus oasis_cuda_kernels_new(const OasisCudaDriver *driver, int capability,
                                   OasisCudaKernels **kernels, OasisError *err) OASIS_MUST_USE;
void oasis_cuda_kernels_free(const OasisCudaDriver *driver, OasisCudaKernels **kernels);
OasisStatus oasis_cuda_kernels_get(const OasisCudaDriver *driver, OasisCudaKernels *kernels,
                                   const char *name, size_t shared_bytes, CUfunction *function,
                                   OasisError *err) OASIS_MUST_USE;
