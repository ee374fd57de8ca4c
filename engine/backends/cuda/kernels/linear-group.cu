/* linear, and conv with a kernel of 1, for compute capability 9.0 (gemm-group.cuh).
 *
 *               positions x outputs   registers   shared bytes, k of 256, groups
 *   linear_256  64 x 256              155 to 168  131,072 + 3 x 32,768
 *   linear_128  64 x 128              90 to 120   65,536 + 4 x 32,768
 *   linear_96   64 x 96               74 to 90    k of 96: 18,432 + 4 x 12,288
 *
 * Two kernels of f32 results spill 32 and 48 bytes, outside the products (ptxas 13.0). A patch of
 * 256 x 256: products 2,048 clocks of the multiprocessor, device memory at 4.3 TB/s a quarter (1024
 * outputs), a third (768) or all (256, added) of 8,800.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gemm-group.cuh"

OASIS_CUDA_GROUP_LINEAR_TILES(GROUP_KERNEL)
