/* The pixel format that a target is encoded in.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/formats/target-pixels.h"

#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>
#include <string.h>

#include "media/base/pixels.h"

/* The formats that the encoder takes, ended by AV_PIX_FMT_NONE; NULL if it does not say. */
static const enum AVPixelFormat *formats_of(const OasisVideoCodec *codec)
{
    const AVCodec *encoder = avcodec_find_encoder_by_name(codec->encoder);
    const enum AVPixelFormat *formats = NULL;

    if (!encoder || avcodec_get_supported_config(NULL, encoder, AV_CODEC_CONFIG_PIX_FORMAT, 0,
                                                 (const void **)&formats, NULL) < 0) {
        return NULL;
    }
    return formats;
}

static bool takes(const OasisVideoCodec *codec, enum AVPixelFormat pixels)
{
    for (const enum AVPixelFormat *format = formats_of(codec);
         format && *format != AV_PIX_FMT_NONE; format++) {
        if (*format == pixels) {
            return true;
        }
    }
    return false;
}

/* x264 takes whole chroma samples only, and FFV1's slices lose the last one where a size is no
 * multiple of the subsampling. */
static OasisStatus check_shape(const char *path, const OasisFrameFormat *format, OasisError *err)
{
    if (format->chroma_shift_x > 1 || format->chroma_shift_y > 1) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, path,
                          "colour at a quarter of the resolution cannot be encoded; choose 4:2:0 "
                          "or 4:2:2");
    }
    if ((format->chroma_shift_x && format->width % 2) ||
        (format->chroma_shift_y && format->height % 2)) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, path,
                          "frames of %d×%d cannot be encoded; choose an even width and height",
                          format->width, format->height);
    }
    return OASIS_OK;
}

static OasisStatus fail_format(const char *path, const OasisVideoCodec *codec, const char *pixels,
                               int depth, OasisError *err)
{
    return oasis_fail(err, OASIS_ERR_UNSUPPORTED, path,
                      "%s cannot encode frames of %d bits as %s; choose %s", codec->label, depth,
                      pixels, codec->lossless ? "x264" : "ffv1");
}

static OasisStatus find_named(const char *path, const char *name, const OasisVideoCodec *codec,
                              enum AVPixelFormat *pixels, OasisError *err)
{
    char list[256] = "";

    *pixels = av_get_pix_fmt(name);
    if (*pixels != AV_PIX_FMT_NONE && takes(codec, *pixels)) {
        return OASIS_OK;
    }
    for (const enum AVPixelFormat *format = formats_of(codec);
         format && *format != AV_PIX_FMT_NONE; format++) {
        size_t length = strlen(list);

        snprintf(list + length, sizeof list - length, "%s%s", *list ? ", " : "",
                 av_get_pix_fmt_name(*format));
    }
    return oasis_fail(err, OASIS_ERR_USAGE, path,
                      "%s does not take pixels of \"%s\"; choose source or one of %s",
                      codec->label, name, list);
}

/* How far a format is from the wanted one: what is lost weighs more than what is too much. */
static int distance(enum AVPixelFormat pixels, const OasisFrameFormat *wanted)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(pixels);
    OasisFrameFormat format;
    int depth, x, y;

    if (!desc || oasis_pixels_nearest_planar(pixels) != pixels ||
        desc->flags & AV_PIX_FMT_FLAG_ALPHA ||
        !(desc->flags & AV_PIX_FMT_FLAG_RGB) != (wanted->matrix != OASIS_MATRIX_RGB)) {
        return INT32_MAX;
    }
    oasis_pixels_describe(pixels, &format);
    if (format.planes < wanted->planes) {
        return INT32_MAX;
    }
    depth = format.depth - wanted->depth;
    x = format.chroma_shift_x - wanted->chroma_shift_x;
    y = format.chroma_shift_y - wanted->chroma_shift_y;
    return 100 * (format.planes - wanted->planes) + (depth < 0 ? -20 * depth : depth) +
           (x > 0 ? 300 * x : -10 * x) + (y > 0 ? 300 * y : -10 * y);
}

static enum AVPixelFormat find_nearest(const OasisVideoCodec *codec, OasisFrameFormat wanted)
{
    enum AVPixelFormat best = oasis_pixels_for_format(&wanted);
    int least = INT32_MAX;

    if (best != AV_PIX_FMT_NONE && takes(codec, best)) {
        return best;
    }
    best = AV_PIX_FMT_NONE;
    for (const enum AVPixelFormat *format = formats_of(codec);
         format && *format != AV_PIX_FMT_NONE; format++) {
        int away = distance(*format, &wanted);

        if (away < least) {
            least = away;
            best = *format;
        }
    }
    return best;
}

/* Programs that take pictures take RGB, of 8 or 16 bits. */
static enum AVPixelFormat pixels_of_image(const OasisVideoCodec *codec,
                                          const OasisFrameFormat *format)
{
    const bool big = strcmp(codec->name, "png") == 0; /* the byte that comes first */

    if (format->planes == 1) {
        return format->depth <= 8 ? AV_PIX_FMT_GRAY8 : big ? AV_PIX_FMT_GRAY16BE
                                                           : AV_PIX_FMT_GRAY16LE;
    }
    return format->depth <= 8 ? AV_PIX_FMT_RGB24 : big ? AV_PIX_FMT_RGB48BE : AV_PIX_FMT_RGB48LE;
}

/* What all cards take: NV12, or with ten bits P010, which H.264 has not on any of them. */
static enum AVPixelFormat pixels_of_card(const OasisVideoCodec *codec, int depth)
{
    return depth > 8 && strncmp(codec->name, "h264", 4) != 0 ? AV_PIX_FMT_P010LE
                                                             : AV_PIX_FMT_NV12;
}

OasisStatus oasis_target_pixels(const char *path, const OasisMediaTarget *target,
                                const OasisVideoCodec *codec, const OasisMuxer *muxer,
                                enum AVPixelFormat *pixels, OasisError *err)
{
    OasisFrameFormat wanted = target->target.format;

    OASIS_TRY(check_shape(path, &wanted, err));
    *pixels = oasis_pixels_for_format(&wanted);
    if (target->pixels && strcmp(target->pixels, "source") != 0) {
        return find_named(path, target->pixels, codec, pixels, err);
    }
    if (target->pixels) {
        return *pixels != AV_PIX_FMT_NONE && takes(codec, *pixels)
                   ? OASIS_OK
                   : fail_format(path, codec,
                                 *pixels == AV_PIX_FMT_NONE ? "these planes"
                                                            : av_get_pix_fmt_name(*pixels),
                                 wanted.depth, err);
    }
    if (muxer->images) {
        *pixels = pixels_of_image(codec, &wanted);
        return OASIS_OK;
    }
    if (codec->hardware) {
        *pixels = pixels_of_card(codec, wanted.depth);
        return OASIS_OK;
    }
    if (strcmp(codec->encoder, "prores_ks") == 0) { /* whose presets say what they store */
        wanted.chroma_shift_x = !target->preset || strcmp(target->preset, "4444") != 0;
        wanted.chroma_shift_y = 0;
    } else if (!codec->lossless && muxer->ordinary && wanted.matrix != OASIS_MATRIX_RGB) {
        wanted.planes = 3;
        wanted.chroma_shift_x = wanted.chroma_shift_y = 1;
    }
    *pixels = find_nearest(codec, wanted);
    return *pixels != AV_PIX_FMT_NONE
               ? OASIS_OK
               : fail_format(path, codec, "these planes", wanted.depth, err);
}

const char *oasis_pixels_subsampling(enum AVPixelFormat pixels)
{
    static const char *const names[3][3] = {
        {"4:4:4", "4:4:0", "4:4:0"},
        {"4:2:2", "4:2:0", "4:2:0"},
        {"4:1:1", "4:1:0", "4:1:0"},
    };
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(pixels);

    if (desc->flags & AV_PIX_FMT_FLAG_RGB) {
        return "RGB";
    }
    return desc->nb_components < 3 ? "grey" : names[desc->log2_chroma_w][desc->log2_chroma_h];
}
