/* conv with a kernel of 3 for compute capability 9.0 (gemm-group.cuh).
 * SPDX-License-Identifier: Apache-2.0 */
#include "gemm-group.cuh"

OASIS_CUDA_GROUP_CONV_TILES(GROUP_KERNEL)
