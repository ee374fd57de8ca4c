/* Grain added to a frame (core/grain-formula.h), plane 0 last: the others look at its samples.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/grain-formula.h"

#include "ops/reference.h"

static int32_t get_sample(const OasisFrame *frame, int plane, int x, int y)
{
    const uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    return frame->format.depth > 8 ? ((const uint16_t *)row)[x] : row[x];
}

static void put_sample(OasisFrame *frame, int plane, int x, int y, int32_t value)
{
    uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    if (frame->format.depth > 8) {
        ((uint16_t *)row)[x] = (uint16_t)value;
    } else {
        row[x] = (uint8_t)value;
    }
}

static int32_t shaped(OasisGrainShape shape, uint32_t key, int plane, int x, int y)
{
    static const int weights[3] = {1, 2, 1};
    int32_t sum = 0;

    if (shape == OASIS_GRAIN_FINE) {
        return oasis_grain_white(key, plane, x, y);
    }
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            sum += weights[i] * weights[j] *
                   oasis_grain_white(key, plane, x + j - 1, y + i - 1);
        }
    }
    return sum;
}

OasisStatus oasis_reference_grain(OasisBackend *backend, const OasisGrainArgs *a, OasisError *err)
{
    const OasisFrameFormat *format = &a->frame->format;
    uint32_t key = oasis_grain_key(a->seed, a->number);

    for (int p = format->planes - 1; p >= 0; p--) {
        int shift_x = p ? format->chroma_shift_x : 0, shift_y = p ? format->chroma_shift_y : 0;
        for (int y = 0; y < oasis_frame_plane_height(format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(format, p); x++) {
                int32_t brightness = get_sample(a->frame, 0, x << shift_x, y << shift_y);
                int32_t amount =
                    oasis_grain_amount(a->grain->levels[p], a->share, brightness, format->depth);
                int32_t unit =
                    oasis_grain_unit(a->grain->shape, shaped(a->grain->shape, key, p, x, y));
                put_sample(a->frame, p, x, y, oasis_grain_add(get_sample(a->frame, p, x, y), unit,
                                                              amount, format->depth));
            }
        }
    }
    return OASIS_OK;
}
