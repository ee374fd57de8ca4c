/* linear, and conv with a kernel of 1: out = act(x W^T + bias) * gate + residual (gemm.cuh).
 *
 *                 positions x outputs x k   shared bytes   registers sm_80, sm_90   L2 FLOP/byte
 *   linear_128    128 x 128 x 32            3 x 16 KiB     219, 228                 64
 *   linear_96     192 x  96 x 32            3 x 18 KiB     241, 242                 64
 *   linear_48     192 x  48 x 32            3 x 15 KiB     159, 163                 38
 *   linear_f32    192 x  48 x 16            3 x 15 KiB     194, 222
 *
 * Nothing spills. Of the shipped model per row, k -> m: FLOP and bytes of device memory, and what
 * they take of 793 TFLOP/s and 4.3 TB/s:
 *
 *   256 ->  768           393k   2048     .496 ns    .476 ns
 *   256 -> 1024, GELU     524k   2560     .661       .595
 *   1024 -> 256, add      524k   4096     .661       .953
 *   256 ->  256, add      131k   2560     .165       .595
 *   768 ->  256, f32 out  393k   2560     .496       .595
 *
 * What 64 FLOP a byte ask of L2, at some 5.5 TB/s, is 350 TFLOP/s: the limit of these tiles where a
 * product is not bound by device memory. Weights stay in L2.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gemm.cuh"

OASIS_CUDA_LINEAR_TILES(GEMM_KERNEL)
