/* Tables that depend on a shape alone: taps of a resampling, curves of a transfer. Each is made on
 * the host and uploaded when a call first needs it, and stays for the next; the least recently used
 * makes room for a new one. They are small: a film's some 200 KB, which the margin of memory that
 * no job is given (backend.c) has room for.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/cuda.h"
#include "backends/cuda/kernels/params.h"

typedef enum OasisCudaTableKind {
    OASIS_CUDA_BICUBIC = 1,
    OASIS_CUDA_CHROMA_UP,
    OASIS_CUDA_CHROMA_DOWN,
    OASIS_CUDA_TO_IMAGE, /* PQ's curve, and back */
    OASIS_CUDA_FROM_IMAGE,
} OasisCudaTableKind;

/* What a table is of; for taps the arguments of the function in ops/resample.h that makes them.
 * What a kind does not have is 0. */
typedef struct OasisCudaTableKey {
    OasisCudaTableKind kind;
    int in, out, phase, shift, centred;
} OasisCudaTableKey;

/* Addresses on the card, good for what is launched until the next operation. */
OasisStatus oasis_cuda_taps(OasisCudaBackend *cuda, OasisCudaTableKey key, OasisCudaTaps *taps,
                            OasisError *err) OASIS_MUST_USE;
OasisStatus oasis_cuda_curve(OasisCudaBackend *cuda, OasisCudaTableKind kind,
                             OasisCudaCurve *curve, OasisError *err) OASIS_MUST_USE;

void oasis_cuda_tables_free(OasisCudaBackend *cuda);
