/* temporal for compute capability 9.0 (gemm-group.cuh).
 *
 *                positions x outputs   registers   shared bytes, groups
 *   temporal_96  64 x 96               90 to 94    96 channels: 55,296 + 4 x 36,864
 *   temporal_64  64 x 64               74          128 channels: 49,152 + 3 x 49,152
 *
 * Nothing spills. A patch is one frame's and the two before it: each is copied, and softened, three
 * times: 1,152 clocks of tanh beside 864 of products (96).
 * SPDX-License-Identifier: Apache-2.0 */
#include "gemm-group.cuh"

OASIS_CUDA_GROUP_TEMPORAL_TILES(GROUP_KERNEL)
