/* What the host halves of operations share.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/cuda.h"
#include "backends/cuda/kernels/params.h"

enum { OASIS_CUDA_THREADS = 256 }; /* of a block, where a kernel has no reason for others */

/* A kernel's name with the dtype behind it, in `name`. */
#define OASIS_CUDA_NAME(name, format, ...) snprintf((name), sizeof(name), (format), __VA_ARGS__)

static inline const char *oasis_cuda_suffix(OasisDType dtype)
{
    return dtype == OASIS_BF16 ? "bf16" : "f32";
}

/* Whether an address is a multiple of `bytes`; none is. */
static inline bool oasis_cuda_aligned(const void *address, unsigned bytes)
{
    return (uintptr_t)address % bytes == 0;
}

/* Of numbers below 2^31 by `divisor`, 1 to 2^31. */
static inline OasisCudaDivisor oasis_cuda_divisor(uint32_t divisor)
{
    OasisCudaDivisor by = {.divisor = divisor};

    while ((uint64_t)1 << by.shift < divisor) {
        by.shift++;
    }
    by.multiplier = (uint32_t)(((((uint64_t)1 << by.shift) - divisor) << 32) / divisor + 1);
    return by;
}

/* Blocks of OASIS_CUDA_THREADS for that many items, an item a thread. */
static inline unsigned oasis_cuda_blocks_of(uint64_t items)
{
    return oasis_cuda_blocks(items, OASIS_CUDA_THREADS, INT32_MAX);
}

/* A kernel for rows of some length: the longest that it takes (0 for any), the rows that a block
 * has at a time, and the blocks of a multiprocessor, which stay for all rows. */
typedef struct OasisCudaRows {
    int longest;
    const char *name;
    unsigned rows, blocks;
} OasisCudaRows;

/* The first of `kernels`, which end with that for any, that takes rows of `length`; without
 * `vectors`, which all others need, the last. */
static inline const OasisCudaRows *oasis_cuda_rows_for(const OasisCudaRows *kernels, int length,
                                                       bool vectors)
{
    while (kernels->longest && (!vectors || length > kernels->longest)) {
        kernels++;
    }
    return kernels;
}

/* The grid for n rows. */
static inline OasisCudaGrid oasis_cuda_rows_grid(const OasisCudaBackend *cuda,
                                                 const OasisCudaRows *kernel, int64_t n)
{
    const unsigned limit = kernel->blocks * (unsigned)cuda->multiprocessors;

    return (OasisCudaGrid){oasis_cuda_blocks((uint64_t)n, kernel->rows, limit), 1, 1};
}
