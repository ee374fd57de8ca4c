/* conv with a kernel of 3: out = act(conv(in(x)) + bias) + residual (gemm.cuh).
 *
 *               positions x outputs x channels   shared bytes   registers sm_80, sm_90
 *   conv_128    8x16  x 128 x 32                 47,616         242, 242
 *   conv_96     12x16 x  96 x 48                 76,032         234, 236
 *   conv_48     12x16 x  48 x 48                 62,208         151, 156
 *   conv_f32    12x16 x  48 x 16                 41,472         168, 168
 *
 * Nothing spills. Bytes that a block reads of L2: 128 channels to 128, 46 KB of patch and 295 of
 * weights for 37.7 MFLOP, 111 a byte; 96 to 96, 48 and 166 KB for 31.9 MFLOP, 149 a byte. At some
 * 5.5 TB/s that allows 609 and 817 TFLOP/s, so the limit is mma.sync's rate, on Hopper some 62 % of
 * wgmma's. Of device memory a position takes 4 bytes a channel and 2 more of residual for 1,728
 * FLOP (96) and 2,304 (128): 288 to 576 a byte, so it does not bind.
 *
 * SiLU of the input: one tanh an element and block, 1.3 to 1.4 a position and channel, 252 x 96 at
 * 16 a clock: 1,500 clocks beside the some 9,000 that the products of such a block take. On loaded
 * fragments it would be nine times that, more than the products.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gemm.cuh"

OASIS_CUDA_CONV_TILES(GEMM_KERNEL)
