/* conv with a kernel of 3 for compute capability 9.0 (gemm-group.cuh).
 *
 *            positions x outputs   registers   shared bytes, groups
 *   conv_96  8 x 8 x 96            92 to 96    96 channels: 165,888 + 3 x 19,200
 *   conv_64  8 x 8 x 64            72 to 76    128 channels: 147,456 + 3 x 25,600
 *   conv_48  8 x 8 x 48            64 to 68    96 channels: 82,944 + 4 x 19,200
 *
 * Nothing spills. A patch of 96 to 96: products 2,592 clocks, in which they read 107 of the 128
 * bytes that shared memory gives a clock (64 outputs: all, 48: 114 %, so that it binds).
 * SPDX-License-Identifier: Apache-2.0 */
#include "gemm-group.cuh"

OASIS_CUDA_GROUP_CONV_TILES(GROUP_KERNEL)
