/* Grain given back to a frame.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/grain.h"

#include <string.h>

#include "core/grain-tile.h"
#include "core/mix.h"

static OasisFrame *copy(const OasisFrame *frame)
{
    OasisFrame *other = oasis_frame_new(&frame->format);

    if (!other) {
        return NULL;
    }
    other->pts = frame->pts;
    other->duration = frame->duration;
    other->time_base = frame->time_base;
    for (int p = 0; p < frame->format.planes; p++) {
        size_t bytes = (size_t)oasis_frame_plane_width(&frame->format, p) *
                       (size_t)oasis_frame_sample_bytes(&frame->format);
        for (int y = 0; y < oasis_frame_plane_height(&frame->format, p); y++) {
            memcpy(other->data[p] + y * other->stride[p], frame->data[p] + y * frame->stride[p],
                   bytes);
        }
    }
    return other;
}

static bool has_grain(const OasisGrain *grain, int plane)
{
    int32_t all = 0;

    for (int i = 0; i < OASIS_GRAIN_KNOTS; i++) {
        all |= grain->levels[plane][i];
    }
    return all != 0;
}

OasisFrame *oasis_frame_with_grain(const OasisFrame *frame, const OasisGrain *grain, double share,
                                   int64_t number)
{
    OasisGrainWork work = {
        .frame = copy(frame), .grain = grain, .share = oasis_mix_steps(share),
        .key = oasis_grain_key(0, (uint32_t)number),
    };

    for (int p = work.frame && work.share ? frame->format.planes - 1 : -1; p >= 0; p--) {
        int width = oasis_frame_plane_width(&frame->format, p);
        int height = has_grain(grain, p) ? oasis_frame_plane_height(&frame->format, p) : 0;
        for (int y = 0; y < height; y += OASIS_GRAIN_TILE_HEIGHT) {
            for (int x = 0; x < width; x += OASIS_GRAIN_TILE_WIDTH) {
                const OasisGrainTile tile = oasis_grain_tile_at(p, x, y, width, height);
                oasis_grain_tile(&work, &tile);
            }
        }
    }
    return work.frame;
}
