/* What linear, conv and temporal share: the tile that serves a weight, and the launch.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/cuda.h"
#include "backends/cuda/kernels/params.h"

/* A row of kernels/gemm-tiles.h; of those for compute capability 9.0 all rows of a tile, whose
 * kernels' names begin alike. */
typedef struct OasisCudaGemmTile {
    const char *kernel;
    int element; /* bytes */
    int patch_height, patch_width;
    int taps_down, taps_across;
    int width;  /* outputs */
    int chunks; /* of 16 bytes, in a slice of channels */
    int warps;
    size_t shared_bytes;
    int groups; /* of four warps at most, for compute capability 9.0 (gemm-group.cuh); else 0 */
} OasisCudaGemmTile;

/* The tile for a weight, by its kind, in and out alone, on that card in its dtype. */
const OasisCudaGemmTile *oasis_cuda_gemm_tile(const OasisCudaBackend *cuda,
                                              const OasisWeightDesc *desc);

/* A weight in the order in which the tile's kernel reads it: for each block of outputs, slice of
 * channels and tap, rows of outputs, their chunks where OASIS_CUDA_CHUNK puts them; zeros beyond
 * the last output and channel. Or, for compute capability 9.0: for each block of outputs and tap,
 * eight channels of each output, then the next eight; outputs as a lane of gemm-group.cuh has them.
 */
size_t oasis_cuda_gemm_bytes(const OasisCudaGemmTile *tile, const OasisWeightDesc *desc);
void oasis_cuda_gemm_pack(const OasisCudaGemmTile *tile, const OasisWeightDesc *desc, void *packed);

/* Launches the weight's kernel. The caller has filled tensors, sizes, `above` and what is done to
 * inputs and results; the rest follows. */
OasisStatus oasis_cuda_gemm(OasisBackend *backend, const OasisWeight *weight,
                            const OasisCudaGemm *params, OasisError *err) OASIS_MUST_USE;
