/* The video encoders of media sinks.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/encode/encoder.h"

#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media/base/av-error.h"
#include "media/base/mastering.h"
#include "media/base/pixels.h"
#include "media/encode/piece-writer.h"
#include "media/formats/hardware.h"

enum {
    MAX_THREADS = 8,
    FINEST = 90000,     /* time base: at least so many steps a second, 11 µs each */
    MOST_STEPS = 1000000,
    COARSE = 1000,
    MOST_SHIFT = 1 << 28,
};

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Players of MP4 take larger steps from one time to the other for damage. */
static bool is_too_fine(int64_t steps, int64_t longest_ns)
{
    return (double)longest_ns / 1e9 * (double)steps > MOST_SHIFT;
}

/* Exact for the nominal rate, and for the usual time bases (1/1000, 1/600, 1/90000) where possible,
 * so that frames of a variable rate keep their times, too. */
static AVRational choose_time_base(OasisRational rate, int64_t longest_ns)
{
    int64_t steps = rate.num > 0 && rate.num <= MOST_STEPS ? rate.num : FINEST;
    int64_t common = steps / common_divisor(steps, FINEST) * FINEST;

    if (common > MOST_STEPS) {
        common = steps * ((FINEST + steps - 1) / steps);
    }
    if (is_too_fine(common, longest_ns)) {
        common = is_too_fine(FINEST, longest_ns) ? COARSE : FINEST;
    }
    return (AVRational){1, (int)common};
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

/* Their scales have names of their own. */
static int set_hardware(AVCodecContext *codec, const OasisMediaPlan *plan)
{
    const char *maker = strrchr(plan->codec->encoder, '_');

    if (strcmp(maker, "_nvenc") == 0) {
        OASIS_AV_TRY(av_opt_set(codec->priv_data, "preset", plan->preset, 0));
        OASIS_AV_TRY(av_opt_set(codec->priv_data, "rc", "vbr", 0));
        return av_opt_set_double(codec->priv_data, "cq", plan->quality, 0);
    }
    codec->global_quality = (int)plan->quality;
    return strcmp(maker, "_qsv") == 0 ? av_opt_set(codec->priv_data, "preset", plan->preset, 0)
                                      : av_opt_set(codec->priv_data, "rc_mode", "CQP", 0);
}

static int set_quality(AVCodecContext *codec, const OasisMediaPlan *plan)
{
    const char *name = plan->codec->encoder;

    if (strcmp(name, "prores_ks") == 0) {
        OASIS_AV_TRY(av_opt_set(codec->priv_data, "vendor", "apl0", 0));
        return av_opt_set(codec->priv_data, "profile", plan->preset, 0);
    }
    if (strcmp(name, "libvpx-vp9") == 0) {
        OASIS_AV_TRY(av_opt_set_int(codec->priv_data, "row-mt", 1, 0));
        OASIS_AV_TRY(av_opt_set_int(codec->priv_data, "cpu-used", atoi(plan->preset), 0));
        return av_opt_set_int(codec->priv_data, "crf", (int)plan->quality, 0);
    }
    if (strcmp(name, "libsvtav1") == 0) {
        OASIS_AV_TRY(av_opt_set_int(codec->priv_data, "preset", atoi(plan->preset), 0));
        return av_opt_set_int(codec->priv_data, "crf", (int)plan->quality, 0);
    }
    OASIS_AV_TRY(av_opt_set(codec->priv_data, "preset", plan->preset, 0));
    return av_opt_set_double(codec->priv_data, "crf", plan->quality, 0);
}

int oasis_encoder_set_options(AVCodecContext *codec, const OasisMediaPlan *plan)
{
    const char *name = plan->codec->encoder;

    OASIS_AV_TRY(oasis_mastering_write(&plan->mastering, codec));
    if (strcmp(name, "ffv1") == 0) {
        set_ffv1(codec);
        return 0;
    }
    if (strcmp(name, "png") == 0) {
        return 0;
    }
    if (strcmp(name, "tiff") == 0) {
        return av_opt_set(codec->priv_data, "compression_algo", "deflate", 0);
    }
    OASIS_AV_TRY((plan->codec->hardware ? set_hardware : set_quality)(codec, plan));
    /* Players of MP4 and MOV look for this tag. */
    if (codec->codec_id == AV_CODEC_ID_HEVC && strcmp(plan->container, "mkv") != 0) {
        codec->codec_tag = MKTAG('h', 'v', 'c', '1');
    }
    if (strcmp(name, "libx264") == 0 && plan->bit_rate > 0) { /* its header told the quality */
        return av_opt_set(codec->priv_data, "x264-params", "stitchable=1", 0);
    }
    if (strcmp(name, "libx265") == 0) { /* it prints by itself */
        return av_opt_set(codec->priv_data, "x265-params",
                          plan->bit_rate > 0 ? "log-level=none:info=0" : "log-level=none", 0);
    }
    return 0;
}

static int made_even(int size, int shift)
{
    return size + (shift > 0 && size % 2);
}

static void set_common(AVCodecContext *codec, const OasisMediaTarget *target,
                       enum AVPixelFormat pixels, int64_t longest_ns)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(pixels);
    const OasisRational rate = target->target.frame_rate;
    OasisFrameFormat format = target->target.format;

    codec->width = made_even(format.width, desc->log2_chroma_w);
    codec->height = made_even(format.height, desc->log2_chroma_h);
    codec->pix_fmt = pixels;
    codec->colorspace = (enum AVColorSpace)format.matrix;
    codec->color_range = oasis_pixels_range(&format);
    codec->color_primaries = (enum AVColorPrimaries)format.primaries;
    codec->color_trc = (enum AVColorTransferCharacteristic)format.transfer;
    oasis_pixels_describe(pixels, &format);
    codec->chroma_sample_location = oasis_pixels_siting(&format);
    av_reduce(&codec->sample_aspect_ratio.num, &codec->sample_aspect_ratio.den,
              format.sample_aspect.num, format.sample_aspect.den, 65535);
    codec->time_base = choose_time_base(rate, longest_ns);
    if (rate.num > 0 && rate.den > 0) {
        av_reduce(&codec->framerate.num, &codec->framerate.den, rate.num, rate.den, INT32_MAX);
    }
    if (desc->flags & AV_PIX_FMT_FLAG_RGB) {
        codec->colorspace = AVCOL_SPC_RGB;
        codec->color_range = AVCOL_RANGE_JPEG;
    }
    codec->flags |= AV_CODEC_FLAG_FRAME_DURATION | AV_CODEC_FLAG_GLOBAL_HEADER;
}

int oasis_encoder_threads(void)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return cores < 1 ? 1 : cores > MAX_THREADS ? MAX_THREADS : (int)cores;
}

OasisStatus oasis_encoder_open(const char *path, const OasisMediaTarget *target,
                               const OasisMediaPlan *plan, int64_t longest_ns, int threads,
                               AVCodecContext **encoder, OasisError *err)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(plan->codec->encoder);
    int error;

    *encoder = avcodec_alloc_context3(codec);
    if (!*encoder) {
        return oasis_fail_memory(err, path);
    }
    set_common(*encoder, target, av_get_pix_fmt(plan->pixels), longest_ns);
    (*encoder)->thread_count = threads > 0 ? threads : oasis_encoder_threads();
    error = oasis_encoder_set_options(*encoder, plan);
    error = error < 0 ? error : oasis_hardware_prepare(*encoder);
    error = error < 0 ? error : avcodec_open2(*encoder, codec, NULL);
    if (error >= 0) {
        return OASIS_OK;
    }
    avcodec_free_context(encoder);
    return oasis_av_fail(err, OASIS_ERR_OUTPUT, path, error,
                         "frames of %d×%d cannot be encoded by %s; choose another size or codec",
                         target->target.format.width, target->target.format.height,
                         codec->name);
}

int oasis_encoder_open_again(const AVCodecContext *like, const OasisMediaPlan *plan, double quality,
                             AVCodecContext **encoder)
{
    AVCodecContext *codec = *encoder = avcodec_alloc_context3(like->codec);
    OasisMediaPlan again = *plan;

    if (!codec) {
        return AVERROR(ENOMEM);
    }
    codec->width = like->width;
    codec->height = like->height;
    codec->pix_fmt = like->pix_fmt;
    codec->colorspace = like->colorspace;
    codec->color_range = like->color_range;
    codec->color_primaries = like->color_primaries;
    codec->color_trc = like->color_trc;
    codec->chroma_sample_location = like->chroma_sample_location;
    codec->sample_aspect_ratio = like->sample_aspect_ratio;
    codec->time_base = like->time_base;
    codec->framerate = like->framerate;
    codec->flags = like->flags;
    codec->thread_count = like->thread_count;
    again.quality = quality;
    OASIS_AV_TRY(oasis_encoder_set_options(codec, &again));
    if (like->hw_frames_ctx) {
        codec->hw_frames_ctx = av_buffer_ref(like->hw_frames_ctx);
        if (!codec->hw_frames_ctx) {
            return AVERROR(ENOMEM);
        }
    }
    OASIS_AV_TRY(avcodec_open2(codec, like->codec, NULL));
    return codec->extradata_size == like->extradata_size &&
                   (codec->extradata_size == 0 || memcmp(codec->extradata, like->extradata,
                                                         (size_t)codec->extradata_size) == 0)
               ? 0
               : AVERROR_BUG;
}
