/* temporal for compute capability 9.0 (gemm-group.cuh).
 * SPDX-License-Identifier: Apache-2.0 */
#include "gemm-group.cuh"

OASIS_CUDA_GROUP_TEMPORAL_TILES(GROUP_KERNEL)
