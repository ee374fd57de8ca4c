/* The shape of frames: what is allowed, and how large the planes are.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "oasis/frame.h"
#include "oasis/status.h"

enum { MAX_SIDE = 16384 };

static bool matrix_is_known(OasisMatrix matrix)
{
    switch (matrix) {
    case OASIS_MATRIX_RGB:
    case OASIS_MATRIX_BT709:
    case OASIS_MATRIX_FCC:
    case OASIS_MATRIX_BT470BG:
    case OASIS_MATRIX_SMPTE170M:
    case OASIS_MATRIX_SMPTE240M:
    case OASIS_MATRIX_BT2020_NCL: return true;
    }
    return false;
}

static bool is_subsampled(const OasisFrameFormat *format)
{
    return format->chroma_shift_x || format->chroma_shift_y;
}

OasisStatus oasis_frame_format_check(const OasisFrameFormat *format, const char *subject,
                                     OasisError *err)
{
    const OasisStatus status = OASIS_ERR_UNSUPPORTED;

    if (format->width < 1 || format->height < 1 || format->width > MAX_SIDE ||
        format->height > MAX_SIDE) {
        return oasis_fail(err, status, subject,
                          "frames of %d×%d pixels are not supported; 1×1 to %d×%d are",
                          format->width, format->height, MAX_SIDE, MAX_SIDE);
    }
    if (format->depth < 8 || format->depth > 16) {
        return oasis_fail(err, status, subject,
                          "%d bits a sample are not supported; 8 to 16 are", format->depth);
    }
    if (format->planes != 1 && format->planes != 3) {
        return oasis_fail(err, status, subject,
                          "frames of %d planes are not supported; grey and three planes are",
                          format->planes);
    }
    if (!matrix_is_known(format->matrix)) {
        return oasis_fail(err, status, subject, "colour matrix %d is not supported",
                          (int)format->matrix);
    }
    if (format->chroma_shift_x < 0 || format->chroma_shift_x > 2 || format->chroma_shift_y < 0 ||
        format->chroma_shift_y > 2 ||
        (is_subsampled(format) && (format->planes == 1 || format->matrix == OASIS_MATRIX_RGB))) {
        return oasis_fail(err, status, subject,
                          "chroma subsampling by 2^%d and 2^%d is not supported here",
                          format->chroma_shift_x, format->chroma_shift_y);
    }
    if (format->range != OASIS_RANGE_LIMITED && format->range != OASIS_RANGE_FULL) {
        return oasis_fail(err, status, subject, "sample range %d is not supported",
                          (int)format->range);
    }
    if (format->siting != OASIS_SITING_LEFT && format->siting != OASIS_SITING_CENTER &&
        format->siting != OASIS_SITING_TOP_LEFT) {
        return oasis_fail(err, status, subject, "chroma siting %d is not supported",
                          (int)format->siting);
    }
    if (format->sample_aspect.num < 1 || format->sample_aspect.den < 1) {
        return oasis_fail(err, status, subject,
                          "a sample aspect ratio of %lld:%lld is not possible",
                          (long long)format->sample_aspect.num,
                          (long long)format->sample_aspect.den);
    }
    return OASIS_OK;
}

bool oasis_frame_format_is_hdr(const OasisFrameFormat *format)
{
    return format->transfer == OASIS_H273_PQ || format->transfer == OASIS_H273_HLG;
}

OasisStatus oasis_crop_check(const OasisCrop *crop, const OasisFrameFormat *format, OasisError *err)
{
    if (crop->left < 0 || crop->top < 0 || crop->right < 0 || crop->bottom < 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, "crop", "nothing can be added to a frame's sides");
    }
    if ((int64_t)crop->left + crop->right >= format->width ||
        (int64_t)crop->top + crop->bottom >= format->height) {
        return oasis_fail(err, OASIS_ERR_USAGE, "crop",
                          "%d:%d:%d:%d leaves nothing of frames of %d×%d; cut less", crop->left,
                          crop->top, crop->right, crop->bottom, format->width, format->height);
    }
    return OASIS_OK;
}

bool oasis_frame_format_equal(const OasisFrameFormat *a, const OasisFrameFormat *b)
{
    return a->width == b->width && a->height == b->height && a->depth == b->depth &&
           a->planes == b->planes && a->chroma_shift_x == b->chroma_shift_x &&
           a->chroma_shift_y == b->chroma_shift_y && a->range == b->range &&
           (a->planes == 1 || a->matrix == b->matrix) &&
           (!is_subsampled(a) || a->siting == b->siting) && a->primaries == b->primaries &&
           a->transfer == b->transfer;
}

static int shifted(int length, int shift)
{
    return (length + (1 << shift) - 1) >> shift;
}

int oasis_frame_plane_width(const OasisFrameFormat *format, int plane)
{
    assert(plane >= 0 && plane < format->planes);
    return plane == 0 ? format->width : shifted(format->width, format->chroma_shift_x);
}

int oasis_frame_plane_height(const OasisFrameFormat *format, int plane)
{
    assert(plane >= 0 && plane < format->planes);
    return plane == 0 ? format->height : shifted(format->height, format->chroma_shift_y);
}

int oasis_frame_sample_bytes(const OasisFrameFormat *format)
{
    return format->depth > 8 ? 2 : 1;
}
