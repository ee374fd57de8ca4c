/* Frames on their way, as kernels see them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/ops/launch.h"
#include "backends/cuda/staging.h"

/* Samples of a chroma plane on an axis of `length`, subsampled by 2^shift. */
static inline unsigned oasis_cuda_chroma_length(int length, int shift)
{
    return (unsigned)(length + (1 << shift) - 1) >> shift;
}

/* A frame of the format whose planes lie at `device`. */
static inline OasisCudaFrame oasis_cuda_frame(const OasisFrameFormat *format,
                                              const OasisCudaPlanes *planes, uint8_t *device)
{
    OasisCudaFrame frame = {
        .planes = format->planes,
        .depth = format->depth,
        .width = format->width,
        .height = format->height,
        .chroma_shift_x = format->planes > 1 ? format->chroma_shift_x : 0,
        .chroma_shift_y = format->planes > 1 ? format->chroma_shift_y : 0,
    };

    for (int p = 0; p < format->planes; p++) {
        frame.data[p] = device + planes->offset[p];
        frame.row[p] = (int64_t)planes->row[p];
    }
    return frame;
}
