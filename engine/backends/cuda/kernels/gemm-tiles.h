/* The tiles of linear, conv and temporal: one list, of which the kernels are instances (C++) and
 * from which the host takes sizes and packs weights (C). Which of them serves a weight depends on
 * its kind, k and m alone, never on the number of rows, so that a row's result does not either.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* X(name, element, patch_height, patch_width, taps_down, taps_across, width, chunks, warps_down,
 *   warps_across, stages, blocks)
 * A block computes a patch of positions times `width` outputs. A slice of its input is `chunks`
 * vectors of 16 bytes of each position's channels; warps divide positions and outputs among them;
 * `blocks` are to share a multiprocessor. gemm.cuh has the method. Reasons, in bf16:
 *
 *   128 wide   64x64 a warp: 16 products for each byte that ldmatrix reads, and 128 sums a thread,
 *              so that two blocks of four warps fill the registers
 *   96 wide    the decoder's channels, without a fourth wasted: 96x48 a warp, as many products a
 *              byte, 144 sums. Slices of 48 channels divide 48, 96 and 192
 *   48 wide    for few outputs: 48x48 a warp, 72 sums, three blocks
 *   f32        for tests: the same with plain multiplications
 *
 * Patches of conv are nearly square, for little halo: 10x18 for 8x16, 14x18 for 12x16; those of
 * temporal hold as many frames as waste few of 17, 9 and 5. */
#define OASIS_CUDA_LINEAR_TILES(X)                                \
    X(linear_128_bf16, Bf16, 1, 128, 1, 1, 128, 4, 2, 2, 3, 2)    \
    X(linear_96_bf16, Bf16, 1, 192, 1, 1, 96, 4, 2, 2, 3, 2)      \
    X(linear_48_bf16, Bf16, 1, 192, 1, 1, 48, 4, 4, 1, 3, 3)      \
    X(linear_f32, float, 1, 192, 1, 1, 48, 4, 4, 1, 3, 2)

#define OASIS_CUDA_CONV_TILES(X)                                  \
    X(conv_128_bf16, Bf16, 8, 16, 3, 3, 128, 4, 2, 2, 3, 2)       \
    X(conv_96_bf16, Bf16, 12, 16, 3, 3, 96, 6, 2, 2, 3, 2)        \
    X(conv_48_bf16, Bf16, 12, 16, 3, 3, 48, 6, 4, 1, 3, 3)        \
    X(conv_f32, float, 12, 16, 3, 3, 48, 4, 4, 1, 3, 2)

#define OASIS_CUDA_TEMPORAL_TILES(X)                              \
    X(temporal_128_bf16, Bf16, 2, 64, 3, 1, 128, 4, 2, 2, 3, 2)   \
    X(temporal_96_bf16, Bf16, 3, 64, 3, 1, 96, 6, 2, 2, 3, 2)     \
    X(temporal_48_bf16, Bf16, 3, 64, 3, 1, 48, 6, 4, 1, 3, 3)     \
    X(temporal_f32, float, 3, 64, 3, 1, 48, 4, 4, 1, 3, 2)

/* X(name, results, tile_height, tile_width, taps_down, taps_across, width, groups): kernels for
 * compute capability 9.0 (gemm-group.cuh). At most `groups` of four warps compute a patch of
 * tile_height x tile_width = 64 positions each, and `width` outputs of it; OASIS_CUDA_GROUP_results
 * (params.h) is what becomes of them. Each tile has ANY, the others are those that the model asks
 * for. */
#define OASIS_CUDA_GROUP_LINEAR_TILES(X)                                   \
    X(linear_256_plain, PLAIN, 1, 64, 1, 1, 256, 3)                        \
    X(linear_256_wide, WIDE, 1, 64, 1, 1, 256, 3)                          \
    X(linear_256_gelu, GELU, 1, 64, 1, 1, 256, 3)                          \
    X(linear_256_add_wide, ADD_WIDE, 1, 64, 1, 1, 256, 3)                  \
    X(linear_256_any, ANY, 1, 64, 1, 1, 256, 3)                            \
    X(linear_128_plain, PLAIN, 1, 64, 1, 1, 128, 4)                        \
    X(linear_128_wide, WIDE, 1, 64, 1, 1, 128, 4)                          \
    X(linear_128_any, ANY, 1, 64, 1, 1, 128, 4)                            \
    X(linear_96_plain, PLAIN, 1, 64, 1, 1, 96, 4)                          \
    X(linear_96_any, ANY, 1, 64, 1, 1, 96, 4)

#define OASIS_CUDA_GROUP_CONV_TILES(X)                                     \
    X(conv_96_silu, SILU, 8, 8, 3, 3, 96, 4)                               \
    X(conv_96_add, ADD, 8, 8, 3, 3, 96, 4)                                 \
    X(conv_96_any, ANY, 8, 8, 3, 3, 96, 4)                                 \
    X(conv_64_silu, SILU, 8, 8, 3, 3, 64, 4)                               \
    X(conv_64_add, ADD, 8, 8, 3, 3, 64, 4)                                 \
    X(conv_64_any, ANY, 8, 8, 3, 3, 64, 4)                                 \
    X(conv_48_wide, WIDE, 8, 8, 3, 3, 48, 4)                               \
    X(conv_48_any, ANY, 8, 8, 3, 3, 48, 4)

#define OASIS_CUDA_GROUP_TEMPORAL_TILES(X)                                 \
    X(temporal_96_add, ADD, 1, 64, 3, 1, 96, 4)                            \
    X(temporal_96_any, ANY, 1, 64, 3, 1, 96, 4)                            \
    X(temporal_64_add, ADD, 1, 64, 3, 1, 64, 4)                            \
    X(temporal_64_any, ANY, 1, 64, 3, 1, 64, 4)

/* Where chunk `chunk` of row `row` lies among rows of 4 or 6 chunks: any eight rows in a row hold a
 * chunk in eight different groups of banks, so that ldmatrix reads them at once, and so does a row
 * of writes (tests/cuda/test-swizzle.c). */
#define OASIS_CUDA_CHUNK(chunks, row, chunk) \
    ((row) * (chunks) + ((chunk) ^ ((chunks) == 4 ? (row) >> 1 & 3 : (row) >> 2 & 1)))

/* Bytes of shared memory, beside what is static: input slices in two buffers, or in as many as
 * there are stages where each step has a slice of its own, and the weights of each stage. */
#define OASIS_CUDA_TILE_BUFFERS(taps, stages) ((taps) == 1 ? (stages) : 2)
#define OASIS_CUDA_TILE_BYTES(patch_height, patch_width, taps_down, taps_across, width, chunks, \
                              stages)                                                           \
    (16 * (chunks) *                                                                            \
     (OASIS_CUDA_TILE_BUFFERS((taps_down) * (taps_across), stages) *                            \
          ((patch_height) + (taps_down) - 1) * ((patch_width) + (taps_across) - 1) +            \
      (stages) * (width)))
