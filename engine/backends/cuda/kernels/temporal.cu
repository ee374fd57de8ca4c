/* temporal: out[t] = bias + sum over j of W_j in(x[t - 2 + j]), + x[t] (gemm.cuh): an image of
 * frames x positions, a kernel of 3 x 1.
 *
 *                  frames x positions x outputs x channels   shared bytes   registers sm_80, sm_90
 *   temporal_128   2x64 x 128 x 32                           57,344         243, 244
 *   temporal_96    3x64 x  96 x 48                           89,088         234, 236
 *   temporal_48    3x64 x  48 x 48                           75,264         152, 156
 *   temporal_f32   3x64 x  48 x 16                           50,176         168, 166
 *
 * Nothing spills. Of three frames, five are read, and 17, 9 and 5 frames waste 1, 0 and 1; of two,
 * four, and 1 each. L2: 96 channels, 61 KB of patch and 55 of weights for 10.6 MFLOP, 91 a byte;
 * 128 channels, 66 and 98 KB for 12.6 MFLOP, 77 a byte: 500 and 423 TFLOP/s at some 5.5 TB/s.
 * Device memory: with x as the residual from L2, 4 bytes a channel for 6 x channels FLOP, 144 and
 * 192 a byte: 619 and 826 TFLOP/s at 4.3 TB/s.
 *
 * SiLU of the input: 1.7 tanh an element (128: 2), at 16 a clock 1,900 clocks beside the some 3,000
 * that the products of such a block take.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gemm.cuh"

OASIS_CUDA_TEMPORAL_TILES(GEMM_KERNEL)
