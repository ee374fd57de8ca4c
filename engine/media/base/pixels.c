/* Pixel formats, through FFmpeg's table of descriptions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/pixels.h"

#include <libavutil/pixdesc.h>

enum { SD_LINES = 576, HD_COLUMNS = 1280 };

static bool is_native_endian(const AVPixFmtDescriptor *desc)
{
    static const uint16_t one = 1;
    bool little = *(const uint8_t *)&one == 1;

    return desc->comp[0].depth <= 8 || little == !(desc->flags & AV_PIX_FMT_FLAG_BE);
}

/* Whether frames of this format are planes as OasisFrame has them: grey, Y'CbCr or GBR, 8 to 16
 * bits in the low bits of native samples. Further planes (alpha) do no harm. */
static bool is_planar(const AVPixFmtDescriptor *desc)
{
    const uint64_t wrong = AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_PAL |
                           AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT |
                           AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_XYZ;
    int colours = desc->nb_components - (desc->flags & AV_PIX_FMT_FLAG_ALPHA ? 1 : 0);
    int depth = desc->comp[0].depth;
    int step = depth > 8 ? 2 : 1;
    bool used[4] = {false};

    if (desc->flags & wrong || (colours != 1 && colours != 3) || depth < 8 || depth > 16 ||
        !is_native_endian(desc) || desc->log2_chroma_w > 2 || desc->log2_chroma_h > 2) {
        return false;
    }
    for (int c = 0; c < desc->nb_components; c++) {
        const AVComponentDescriptor *comp = &desc->comp[c];

        if (comp->depth != depth || comp->shift != 0 || comp->offset != 0 || comp->step != step ||
            used[comp->plane]) {
            return false;
        }
        used[comp->plane] = true;
    }
    return true;
}

/* FFmpeg's old full-range twins of ordinary formats. */
static bool is_full_range_twin(enum AVPixelFormat pixels)
{
    return pixels == AV_PIX_FMT_YUVJ420P || pixels == AV_PIX_FMT_YUVJ422P ||
           pixels == AV_PIX_FMT_YUVJ444P || pixels == AV_PIX_FMT_YUVJ440P ||
           pixels == AV_PIX_FMT_YUVJ411P;
}

static enum AVPixelFormat find_planar(bool rgb, int planes, int shift_x, int shift_y, int depth)
{
    for (const AVPixFmtDescriptor *desc = av_pix_fmt_desc_next(NULL); desc;
         desc = av_pix_fmt_desc_next(desc)) {
        enum AVPixelFormat pixels = av_pix_fmt_desc_get_id(desc);

        if (desc->nb_components == planes && desc->comp[0].depth == depth && is_planar(desc) &&
            !(desc->flags & AV_PIX_FMT_FLAG_ALPHA) && !is_full_range_twin(pixels) &&
            !(desc->flags & AV_PIX_FMT_FLAG_RGB) == !rgb &&
            (planes == 1 ||
             (desc->log2_chroma_w == shift_x && desc->log2_chroma_h == shift_y))) {
            return pixels;
        }
    }
    return AV_PIX_FMT_NONE;
}

enum AVPixelFormat oasis_pixels_nearest_planar(enum AVPixelFormat pixels)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(pixels);
    int colours, depth = 8;
    bool rgb;

    if (!desc || desc->flags & AV_PIX_FMT_FLAG_HWACCEL) {
        return AV_PIX_FMT_NONE;
    }
    if (is_planar(desc) && !(desc->flags & AV_PIX_FMT_FLAG_ALPHA)) {
        return pixels;
    }
    rgb = desc->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BAYER |
                         AV_PIX_FMT_FLAG_XYZ);
    colours = desc->nb_components - (desc->flags & AV_PIX_FMT_FLAG_ALPHA ? 1 : 0);
    for (int c = 0; c < desc->nb_components; c++) {
        depth = desc->comp[c].depth > depth ? desc->comp[c].depth : depth;
    }
    for (depth = depth > 16 ? 16 : depth; depth <= 16; depth++) {
        enum AVPixelFormat found =
            find_planar(rgb, rgb || colours > 1 ? 3 : 1, rgb ? 0 : desc->log2_chroma_w,
                        rgb ? 0 : desc->log2_chroma_h, depth);

        if (found != AV_PIX_FMT_NONE) {
            return found;
        }
    }
    return rgb ? AV_PIX_FMT_GBRP : AV_PIX_FMT_YUV444P;
}

enum AVPixelFormat oasis_pixels_for_format(const OasisFrameFormat *format)
{
    return find_planar(format->planes == 3 && format->matrix == OASIS_MATRIX_RGB, format->planes,
                       format->chroma_shift_x, format->chroma_shift_y, format->depth);
}

void oasis_pixels_describe(enum AVPixelFormat pixels, OasisFrameFormat *format)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(pixels);

    format->depth = desc->comp[0].depth;
    format->planes = desc->nb_components >= 3 ? 3 : 1;
    format->chroma_shift_x = format->planes == 3 ? desc->log2_chroma_w : 0;
    format->chroma_shift_y = format->planes == 3 ? desc->log2_chroma_h : 0;
}

static OasisMatrix read_matrix(const AVFrame *frame, bool rgb)
{
    if (rgb) {
        return OASIS_MATRIX_RGB;
    }
    switch (frame->colorspace) {
    case AVCOL_SPC_UNSPECIFIED:
    case AVCOL_SPC_RESERVED:
    case AVCOL_SPC_RGB: /* a wrong tag on Y'CbCr samples */
        return frame->height <= SD_LINES && frame->width < HD_COLUMNS ? OASIS_MATRIX_SMPTE170M
                                                                      : OASIS_MATRIX_BT709;
    case AVCOL_SPC_BT2020_CL:
        return OASIS_MATRIX_BT2020_NCL;
    default:
        return (OasisMatrix)frame->colorspace;
    }
}

bool oasis_pixels_say_matrix(const AVFrame *frame)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(frame->format);

    return desc->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) || desc->nb_components < 3 ||
           (frame->colorspace != AVCOL_SPC_UNSPECIFIED && frame->colorspace != AVCOL_SPC_RESERVED &&
            frame->colorspace != AVCOL_SPC_RGB);
}

bool oasis_pixels_have_alpha(enum AVPixelFormat pixels)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(pixels);

    /* A palette may hold transparent colours. */
    return desc && desc->flags & AV_PIX_FMT_FLAG_ALPHA;
}

static OasisSiting read_siting(const AVFrame *frame)
{
    switch (frame->chroma_location) {
    case AVCHROMA_LOC_CENTER:
    case AVCHROMA_LOC_BOTTOM:
        return OASIS_SITING_CENTER;
    case AVCHROMA_LOC_TOPLEFT:
    case AVCHROMA_LOC_TOP:
        return OASIS_SITING_TOP_LEFT;
    default:
        return OASIS_SITING_LEFT;
    }
}

void oasis_pixels_read_colour(const AVFrame *frame, OasisFrameFormat *format)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(frame->format);
    bool rgb = desc->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BAYER |
                              AV_PIX_FMT_FLAG_XYZ);
    bool full = frame->color_range == AVCOL_RANGE_JPEG || is_full_range_twin(frame->format) ||
                (rgb && frame->color_range != AVCOL_RANGE_MPEG);

    format->matrix = read_matrix(frame, rgb);
    format->range = full ? OASIS_RANGE_FULL : OASIS_RANGE_LIMITED;
    format->siting = read_siting(frame);
    format->primaries =
        frame->color_primaries ? (int)frame->color_primaries : AVCOL_PRI_UNSPECIFIED;
    format->transfer = frame->color_trc ? (int)frame->color_trc : AVCOL_TRC_UNSPECIFIED;
}

enum AVColorRange oasis_pixels_range(const OasisFrameFormat *format)
{
    return format->range == OASIS_RANGE_FULL ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
}

enum AVChromaLocation oasis_pixels_siting(const OasisFrameFormat *format)
{
    if (format->chroma_shift_x == 0 && format->chroma_shift_y == 0) {
        return AVCHROMA_LOC_UNSPECIFIED;
    }
    switch (format->siting) {
    case OASIS_SITING_CENTER: return AVCHROMA_LOC_CENTER;
    case OASIS_SITING_TOP_LEFT: return AVCHROMA_LOC_TOPLEFT;
    case OASIS_SITING_LEFT: break;
    }
    return AVCHROMA_LOC_LEFT;
}
