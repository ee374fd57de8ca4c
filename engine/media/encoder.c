/* The video encoders of media sinks: x264 and FFV1.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/encoder.h"

#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "media/av-error.h"
#include "media/pixels.h"

enum {
    MAX_THREADS = 8,
    FINEST = 90000,     /* time base: at least so many steps a second, 11 µs each */
    MOST_STEPS = 1000000,
};

static const double DEFAULT_CRF = 18;

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Exact for the nominal rate, and for the usual time bases (1/1000, 1/600, 1/90000) where possible,
 * so that frames of a variable rate keep their times, too. */
static AVRational choose_time_base(OasisRational rate)
{
    int64_t steps = rate.num > 0 && rate.num <= MOST_STEPS ? rate.num : FINEST;
    int64_t common = steps / common_divisor(steps, FINEST) * FINEST;

    if (common > MOST_STEPS) {
        common = steps * ((FINEST + steps - 1) / steps);
    }
    return (AVRational){1, (int)common};
}

static bool takes_pixels(const AVCodec *codec, enum AVPixelFormat pixels)
{
    const enum AVPixelFormat *known = NULL;

    if (avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0,
                                     (const void **)&known, NULL) < 0 ||
        !known) {
        return false;
    }
    while (*known != AV_PIX_FMT_NONE && *known != pixels) {
        known++;
    }
    return *known == pixels;
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

static bool is_lossless(const OasisMediaTarget *target)
{
    return target->codec && strcmp(target->codec, "ffv1") == 0;
}

static OasisStatus find_codec(const char *path, const OasisMediaTarget *target,
                              enum AVPixelFormat pixels, const AVCodec **codec, OasisError *err)
{
    const bool lossless = is_lossless(target);

    if (target->codec && !lossless && strcmp(target->codec, "x264") != 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, path,
                          "there is no codec \"%s\"; choose x264 or ffv1", target->codec);
    }
    *codec = avcodec_find_encoder_by_name(lossless ? "ffv1" : "libx264");
    if (!*codec) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, path,
                          "this FFmpeg has no %s encoder; choose the other codec",
                          lossless ? "FFV1" : "x264");
    }
    if (pixels == AV_PIX_FMT_NONE || !takes_pixels(*codec, pixels)) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, path,
                          "%s cannot encode frames of %d bits as %s; choose %s",
                          lossless ? "FFV1" : "x264", target->target.format.depth,
                          pixels == AV_PIX_FMT_NONE ? "these planes" : av_get_pix_fmt_name(pixels),
                          lossless ? "x264" : "FFV1");
    }
    return OASIS_OK;
}

static OasisStatus set_x264(const char *path, const OasisMediaTarget *target, AVCodecContext *codec,
                            OasisError *err)
{
    double crf = target->crf >= 0 ? target->crf : DEFAULT_CRF;

    if (!(crf <= 51)) {
        return oasis_fail(err, OASIS_ERR_USAGE, path,
                          "a CRF of %g is out of range; choose 0 (largest file) to 51 (smallest)",
                          target->crf);
    }
    av_opt_set(codec->priv_data, "preset", "medium", 0);
    av_opt_set_double(codec->priv_data, "crf", crf, 0);
    return OASIS_OK;
}

/* For the archive: whole frames alone, in slices for threads, each with a checksum. Frames of a
 * column or two do not divide into slices, which the first version of the format does without. */
static void set_ffv1(AVCodecContext *codec)
{
    codec->gop_size = 1;
    codec->level = codec->width < 4 ? 1 : 3;
    if (codec->level >= 3) {
        codec->slices = codec->width >= 640 && codec->height >= 360 ? 16 : 0; /* FFmpeg's choice */
        av_opt_set_int(codec->priv_data, "slicecrc", 1, 0);
    }
}

static void set_common(AVCodecContext *codec, const OasisMediaTarget *target,
                       enum AVPixelFormat pixels)
{
    const OasisFrameFormat *format = &target->target.format;
    const OasisRational rate = target->target.frame_rate;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    codec->width = format->width;
    codec->height = format->height;
    codec->pix_fmt = pixels;
    codec->colorspace = (enum AVColorSpace)format->matrix;
    codec->color_range = oasis_pixels_range(format);
    codec->color_primaries = (enum AVColorPrimaries)format->primaries;
    codec->color_trc = (enum AVColorTransferCharacteristic)format->transfer;
    codec->chroma_sample_location = oasis_pixels_siting(format);
    av_reduce(&codec->sample_aspect_ratio.num, &codec->sample_aspect_ratio.den,
              format->sample_aspect.num, format->sample_aspect.den, 65535);
    codec->time_base = choose_time_base(rate);
    if (rate.num > 0 && rate.den > 0) {
        av_reduce(&codec->framerate.num, &codec->framerate.den, rate.num, rate.den, INT32_MAX);
    }
    codec->flags |= AV_CODEC_FLAG_FRAME_DURATION;
    codec->thread_count = cores < 1 ? 1 : cores > MAX_THREADS ? MAX_THREADS : (int)cores;
}

static OasisStatus open_codec(const char *path, const OasisMediaTarget *target,
                              AVCodecContext *codec, OasisError *err)
{
    int error;

    if (is_lossless(target)) {
        set_ffv1(codec);
    } else {
        OASIS_TRY(set_x264(path, target, codec, err));
    }
    error = avcodec_open2(codec, NULL, NULL);
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_OUTPUT, path, error,
                             "frames of %d×%d cannot be encoded by %s; choose another size or "
                             "codec",
                             target->target.format.width, target->target.format.height,
                             codec->codec->name);
    }
    return OASIS_OK;
}

OasisStatus oasis_encoder_open(const char *path, const OasisMediaTarget *target, bool global_header,
                               AVCodecContext **encoder, OasisError *err)
{
    const enum AVPixelFormat pixels = oasis_pixels_for_format(&target->target.format);
    const AVCodec *codec = NULL;
    OasisStatus status;

    *encoder = NULL;
    OASIS_TRY(check_shape(path, &target->target.format, err));
    OASIS_TRY(find_codec(path, target, pixels, &codec, err));
    *encoder = avcodec_alloc_context3(codec);
    if (!*encoder) {
        return oasis_fail_memory(err, path);
    }
    set_common(*encoder, target, pixels);
    if (global_header) {
        (*encoder)->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    status = open_codec(path, target, *encoder, err);
    if (status != OASIS_OK) {
        avcodec_free_context(encoder);
    }
    return status;
}

static void release(void *opaque, uint8_t *data)
{
    OasisFrame *frame = opaque;

    oasis_frame_unref(&frame);
}

bool oasis_encoder_wrap(OasisFrame *frame, const AVCodecContext *encoder, AVFrame *picture)
{
    picture->format = encoder->pix_fmt;
    picture->width = encoder->width;
    picture->height = encoder->height;
    picture->colorspace = encoder->colorspace;
    picture->color_range = encoder->color_range;
    picture->color_primaries = encoder->color_primaries;
    picture->color_trc = encoder->color_trc;
    picture->chroma_location = encoder->chroma_sample_location;
    picture->sample_aspect_ratio = encoder->sample_aspect_ratio;
    for (int p = 0; p < frame->format.planes; p++) {
        int rows = oasis_frame_plane_height(&frame->format, p);

        picture->data[p] = frame->data[p];
        picture->linesize[p] = (int)frame->stride[p];
        picture->buf[p] =
            av_buffer_create(frame->data[p], (size_t)frame->stride[p] * (size_t)rows, release,
                             oasis_frame_ref(frame), AV_BUFFER_FLAG_READONLY);
        if (!picture->buf[p]) {
            oasis_frame_unref(&(OasisFrame *){frame});
            av_frame_unref(picture);
            return false;
        }
    }
    return true;
}
