/* Frames with random samples.
 * SPDX-License-Identifier: Apache-2.0 */
#include "frames.h"

#include "random.h"

enum { GUARD = 64, GUARD_BYTE = 0x5a };

OasisFrameFormat frame_random_format(int width, int height)
{
    OasisFrameFormat format = {
        .width = width,
        .height = height,
        .depth = PICK(8, 8, 8, 10, 10, 12, 16),
        .planes = PICK(1, 3, 3, 3, 3),
        .chroma_shift_x = PICK(0, 1, 1, 2),
        .chroma_shift_y = PICK(0, 1, 1, 2),
        .matrix = PICK(OASIS_MATRIX_RGB, OASIS_MATRIX_BT709, OASIS_MATRIX_FCC,
                             OASIS_MATRIX_BT470BG, OASIS_MATRIX_SMPTE170M, OASIS_MATRIX_SMPTE240M,
                             OASIS_MATRIX_BT2020_NCL),
        .range = PICK(OASIS_RANGE_LIMITED, OASIS_RANGE_FULL),
        .siting = PICK(OASIS_SITING_LEFT, OASIS_SITING_CENTER, OASIS_SITING_TOP_LEFT),
        .primaries = 2,
        .transfer = 2,
        .sample_aspect = {1, 1},
    };
    if (format.planes == 1 || format.matrix == OASIS_MATRIX_RGB) {
        format.chroma_shift_x = format.chroma_shift_y = 0;
    }
    return format;
}

OasisFrameFormat frame_full_hd(int depth)
{
    return (OasisFrameFormat){
        .width = 1920, .height = 1080, .depth = depth, .planes = 3, .chroma_shift_x = 1,
        .chroma_shift_y = 1, .matrix = OASIS_MATRIX_BT709, .primaries = 2, .transfer = 2,
        .sample_aspect = {1, 1},
    };
}

const char *frame_format_name(const OasisFrameFormat *format)
{
    static const char *const sitings[] = {"left", "centre", "top left"};
    static char name[96];

    snprintf(name, sizeof name, "%dx%d, %d planes >> %d,%d, %d bits, matrix %d, %s, %s",
             format->width, format->height, format->planes, format->chroma_shift_x,
             format->chroma_shift_y, format->depth, format->matrix,
             format->range == OASIS_RANGE_FULL ? "full" : "limited", sitings[format->siting]);
    return name;
}

void frame_block_new(const OasisFrameFormat *format, FrameBlock *block)
{
    size_t offset[3], at = GUARD;

    *block = (FrameBlock){.frame = {.format = *format, .time_base = {1, 1}}};
    for (int p = 0; p < format->planes; p++) {
        int samples = oasis_frame_plane_width(format, p) + PICK(0, 1, 5, 32);
        block->frame.stride[p] = (ptrdiff_t)samples * oasis_frame_sample_bytes(format);
        offset[p] = at;
        at += block->frame.stride[p] * oasis_frame_plane_height(format, p) + GUARD;
        at = (at + 1) / 2 * 2; /* uint16_t samples are aligned */
    }
    block->bytes = at;
    block->memory = malloc(block->bytes);
    REQUIRE(block->memory);
    memset(block->memory, GUARD_BYTE, block->bytes);
    for (int p = 0; p < format->planes; p++) {
        block->frame.data[p] = block->memory + offset[p];
    }
}

void frame_block_free(FrameBlock *block)
{
    free(block->memory);
    *block = (FrameBlock){0};
}

int frame_get(const OasisFrame *frame, int plane, int x, int y)
{
    const uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    return frame->format.depth > 8 ? ((const uint16_t *)row)[x] : row[x];
}

void frame_put(OasisFrame *frame, int plane, int x, int y, int value)
{
    uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    if (frame->format.depth > 8) {
        ((uint16_t *)row)[x] = (uint16_t)value;
    } else {
        row[x] = (uint8_t)value;
    }
}

void frame_randomise(OasisFrame *frame)
{
    int highest = (1 << frame->format.depth) - 1;

    for (int p = 0; p < frame->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&frame->format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&frame->format, p); x++) {
                frame_put(frame, p, x, y, (int)test_random_int(0, highest));
            }
        }
    }
}

void frame_copy(OasisFrame *to, const OasisFrame *from)
{
    for (int p = 0; p < from->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&from->format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&from->format, p); x++) {
                frame_put(to, p, x, y, frame_get(from, p, x, y));
            }
        }
    }
}

bool frame_guards_intact(const FrameBlock *block)
{
    const OasisFrameFormat *format = &block->frame.format;
    const uint8_t *at = block->memory;

    for (int p = 0; p < format->planes; p++) {
        int row_bytes = oasis_frame_plane_width(format, p) * oasis_frame_sample_bytes(format);
        for (int y = 0; y < oasis_frame_plane_height(format, p); y++) {
            const uint8_t *row = block->frame.data[p] + y * block->frame.stride[p];
            while (at < row) {
                if (*at++ != GUARD_BYTE) {
                    return false;
                }
            }
            at = row + row_bytes;
        }
    }
    while (at < block->memory + block->bytes) {
        if (*at++ != GUARD_BYTE) {
            return false;
        }
    }
    return true;
}
