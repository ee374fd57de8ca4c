/* What the table of codecs says holds of the FFmpeg that is here, also of encoders whose hardware
 * is not: each takes its presets and quality by the names that they are set by, and the pixels that
 * are chosen for it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>

#include "media/encode/encoder.h"
#include "media/formats/muxer.h"
#include "media/formats/target-pixels.h"
#include "test.h"

/* The quality as the encoder has it. */
static double quality_of(AVCodecContext *context, const OasisVideoCodec *codec)
{
    double quality = -1;

    if (!codec->hardware) {
        CHECK(av_opt_get_double(context->priv_data, "crf", 0, &quality) >= 0);
    } else if (strstr(codec->name, "_nvenc")) {
        CHECK(av_opt_get_double(context->priv_data, "cq", 0, &quality) >= 0);
    } else {
        quality = context->global_quality;
    }
    return quality;
}

static void check_options(const OasisVideoCodec *codec, const AVCodec *encoder, char *preset)
{
    const double qualities[] = {codec->best, codec->quality, codec->worst};

    for (size_t i = 0; i < 3; i++) {
        const OasisMediaPlan plan = {
            .codec = codec, .container = "mp4", .quality = qualities[i], .preset = preset};
        AVCodecContext *context = avcodec_alloc_context3(encoder);

        REQUIRE(context);
        if (!CHECK(oasis_encoder_set_options(context, &plan) >= 0)) {
            fprintf(stderr, "  %s with preset \"%s\" and quality %g\n", codec->name, preset,
                    qualities[i]);
        }
        if (codec->worst > 0) {
            CHECK_NEAR(quality_of(context, codec), qualities[i], 1e-6);
        }
        if (encoder->id == AV_CODEC_ID_HEVC) {
            CHECK_INT(context->codec_tag, MKTAG('h', 'v', 'c', '1'));
        }
        avcodec_free_context(&context);
    }
}

static void check_presets(const OasisVideoCodec *codec, const AVCodec *encoder)
{
    char list[256], *rest = list, *preset;

    snprintf(list, sizeof list, "%s", codec->presets);
    while ((preset = strsep(&rest, " "))) {
        check_options(codec, encoder, preset);
    }
    CHECK(!*codec->presets || oasis_word_is_in(codec->preset, codec->presets));
}

static bool takes(const AVCodec *encoder, enum AVPixelFormat pixels)
{
    const enum AVPixelFormat *formats = NULL;

    CHECK(avcodec_get_supported_config(NULL, encoder, AV_CODEC_CONFIG_PIX_FORMAT, 0,
                                       (const void **)&formats, NULL) >= 0);
    for (; formats && *formats != AV_PIX_FMT_NONE; formats++) {
        if (*formats == pixels || *formats == AV_PIX_FMT_VAAPI) {
            return true;
        }
    }
    return false;
}

static void check_pixels(const OasisVideoCodec *codec, const AVCodec *encoder)
{
    OasisMediaTarget target = {.target.format = {.width = 64, .height = 64, .planes = 3,
                                                 .chroma_shift_x = 1, .chroma_shift_y = 1,
                                                 .matrix = OASIS_MATRIX_BT709}};
    char name[64];
    const OasisMuxer *muxer;
    OasisError err;

    snprintf(name, sizeof name, "out.%.*s", (int)strcspn(codec->containers, " "),
             codec->containers);
    CHECK_OK(oasis_muxer_find(name, &muxer, &err), &err);
    for (int depth = 8; depth <= 10; depth += 2) {
        enum AVPixelFormat pixels;

        target.target.format.depth = depth;
        CHECK_OK(oasis_target_pixels(name, &target, codec, muxer, &pixels, &err), &err);
        CHECK(takes(encoder, pixels));
        if (depth == 10 && (strncmp(codec->name, "hevc", 4) == 0 ||
                            strncmp(codec->name, "av1", 3) == 0)) {
            CHECK_INT(av_pix_fmt_desc_get(pixels)->comp[0].depth, 10);
        }
    }
}

/* Where the machine has none, a sentence says so. */
static void check_refusal(const OasisVideoCodec *codec)
{
    const OasisMediaTarget target = {.target.format = {.width = 64, .height = 64, .depth = 8,
                                                       .planes = 3, .chroma_shift_x = 1,
                                                       .chroma_shift_y = 1,
                                                       .matrix = OASIS_MATRIX_BT709},
                                     .codec = codec->name, .quality = -1};
    OasisMediaPlan *plan;
    OasisError err;
    OasisStatus status = oasis_media_plan_new("out.mkv", &target, NULL, &plan, &err);

    if (oasis_video_codec_works(codec)) {
        CHECK_OK(status, &err);
    } else {
        CHECK_INT(status, OASIS_ERR_UNSUPPORTED);
        CHECK_HAS(err.detail, "by its hardware; choose x264");
    }
    oasis_media_plan_free(&plan);
}

int main(void)
{
    size_t count, there = 0;
    const OasisVideoCodec *codecs;

    test_begin();
    codecs = oasis_video_codecs(&count);
    for (size_t i = 0; i < count; i++) {
        const AVCodec *encoder = avcodec_find_encoder_by_name(codecs[i].encoder);

        if (encoder) {
            there++;
            check_presets(&codecs[i], encoder);
            check_pixels(&codecs[i], encoder);
        }
        if (codecs[i].hardware) {
            check_refusal(&codecs[i]);
        }
    }
    CHECK(there >= 6);
    return test_end();
}
