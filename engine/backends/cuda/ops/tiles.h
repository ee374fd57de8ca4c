/* Lists of tiles in a kernel's parameters, as many at a time as they hold.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/ops/launch.h"

/* Takes tiles of `from` and returns how many. */
static inline int oasis_cuda_take_tiles(const OasisTile *from, int n,
                                        OasisCudaTile to[OASIS_CUDA_MOST_TILES])
{
    int count = n < OASIS_CUDA_MOST_TILES ? n : OASIS_CUDA_MOST_TILES;

    for (int i = 0; i < count; i++) {
        to[i] = (OasisCudaTile){from[i].h0, from[i].w0, from[i].row, from[i].column};
    }
    return count;
}
