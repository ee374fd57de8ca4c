/* Finding out what kind of recording a film is: by a table of signs, each of which speaks for one
 * kind with some weight. The kind with the most weight wins, if that is enough.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/kind-find.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    ENOUGH = 3,
    HIGH_LINES = 720,
    FULL_LINES = 1080,
};

static const double FLICKER = 2.5; /* codes of 8 bits, from frame to frame */

typedef struct Evidence {
    const OasisMediaInfo *info;
    const OasisAnalysis *analysis;
    double rate;
    double fields; /* the share of frames that hold two moments */
} Evidence;

/* --- what signs are made of ------------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++) {
        if (strcmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

#define CODEC_IS(evidence, ...)                                                                    \
    is_one_of((evidence)->info->video_codec, (const char *const[]){__VA_ARGS__, NULL})

static bool is_in(const Evidence *evidence, const char *container)
{
    return strstr(evidence->info->container, container);
}

static bool has_track(const Evidence *evidence, const char *codec)
{
    for (size_t i = 0; i < evidence->info->n_tracks; i++) {
        if (strcmp(evidence->info->tracks[i].codec, codec) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_tag(const Evidence *evidence, const char *beginning)
{
    for (size_t i = 0; i < evidence->info->n_tags; i++) {
        if (strncasecmp(evidence->info->tags[i].name, beginning, strlen(beginning)) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_silent(const Evidence *evidence)
{
    return !oasis_media_info_find(evidence->info, OASIS_TRACK_SOUND);
}

static int lines_of(const Evidence *evidence)
{
    return evidence->info->coded_height;
}

/* 480 or 576 lines, and what capture cards cut off those. */
static bool is_of_television(const Evidence *evidence)
{
    return lines_of(evidence) >= 470 && lines_of(evidence) <= 576 &&
           evidence->info->coded_width >= 340 && evidence->info->coded_width <= 768;
}

/* --- signs ------------------------------------------------------------------------------------ */

static bool is_dv(const Evidence *evidence)
{
    return CODEC_IS(evidence, "dvvideo");
}

static bool has_head_lines(const Evidence *evidence)
{
    return evidence->analysis->head_lines > 0 && is_of_television(evidence);
}

static bool is_capture(const Evidence *evidence)
{
    return is_of_television(evidence) &&
           CODEC_IS(evidence, "ffv1", "huffyuv", "ffvhuff", "utvideo", "lagarith", "magicyuv",
                    "rawvideo", "v210", "prores", "dnxhd", "vcr1", "cljr");
}

static bool has_fields(const Evidence *evidence)
{
    return evidence->fields > 0.5;
}

static bool has_television_fields(const Evidence *evidence)
{
    return has_fields(evidence) && is_of_television(evidence);
}

static bool is_disc(const Evidence *evidence)
{
    return is_in(evidence, "MPEG-PS") && CODEC_IS(evidence, "mpeg2video", "mpeg1video") &&
           lines_of(evidence) <= 576;
}

static bool has_disc_tracks(const Evidence *evidence)
{
    return has_track(evidence, "dvd_subtitle") || has_track(evidence, "dvd_nav_packet") ||
           has_track(evidence, "pcm_dvd");
}

static bool is_avchd(const Evidence *evidence)
{
    return is_in(evidence, "MPEG-TS") && CODEC_IS(evidence, "h264") &&
           lines_of(evidence) >= HIGH_LINES &&
           (has_track(evidence, "ac3") || has_track(evidence, "pcm_bluray"));
}

static bool is_hdv(const Evidence *evidence)
{
    return is_in(evidence, "MPEG-TS") && CODEC_IS(evidence, "mpeg2video") &&
           lines_of(evidence) >= HIGH_LINES &&
           (evidence->info->coded_width == 1440 || evidence->info->coded_width == 1280);
}

static bool is_of_studio(const Evidence *evidence)
{
    return is_in(evidence, "MXF");
}

static bool is_photo_camera(const Evidence *evidence)
{
    return CODEC_IS(evidence, "mjpeg", "mjpegb") &&
           (is_in(evidence, "AVI") || is_in(evidence, "QuickTime"));
}

static bool has_full_fields(const Evidence *evidence)
{
    return has_fields(evidence) && lines_of(evidence) >= FULL_LINES - 8;
}

static bool names_phone(const Evidence *evidence)
{
    return has_tag(evidence, "com.android.") || has_tag(evidence, "com.apple.quicktime.make") ||
           has_tag(evidence, "com.apple.quicktime.model");
}

static bool names_place(const Evidence *evidence)
{
    return has_tag(evidence, "location") || has_tag(evidence, "com.apple.quicktime.location");
}

static bool was_upright(const Evidence *evidence)
{
    return evidence->info->rotation != 0 && is_in(evidence, "QuickTime");
}

static bool has_phone_codec(const Evidence *evidence)
{
    return CODEC_IS(evidence, "h263") || has_track(evidence, "amr_nb") ||
           has_track(evidence, "amr_wb");
}

static bool is_web_container(const Evidence *evidence)
{
    return is_in(evidence, "FLV") || is_in(evidence, "RealMedia") || is_in(evidence, "ASF");
}

static bool is_web_codec(const Evidence *evidence)
{
    return CODEC_IS(evidence, "flv1", "vp6", "vp6f", "vp7", "vp8", "vp9", "av1", "theora", "rv10",
                    "rv20", "rv30", "rv40", "svq1", "svq3", "cinepak", "wmv1", "wmv2");
}

static bool is_plain_mp4(const Evidence *evidence)
{
    return is_in(evidence, "QuickTime") && CODEC_IS(evidence, "h264", "mpeg4") &&
           lines_of(evidence) < HIGH_LINES && !has_fields(evidence) && !names_phone(evidence) &&
           !names_place(evidence) && !was_upright(evidence) && !is_silent(evidence);
}

static bool runs_slowly(const Evidence *evidence)
{
    return evidence->rate > 15.9 && evidence->rate < 18.6 && is_silent(evidence);
}

static bool flickers(const Evidence *evidence)
{
    return evidence->analysis->flicker > FLICKER && is_silent(evidence);
}

static const struct Sign {
    OasisKind kind;
    int weight;
    bool (*speaks)(const Evidence *evidence);
    const char *reason;
} signs[] = {
    {OASIS_KIND_TAPE, 6, is_dv, "coded as DV, as digital tapes are"},
    {OASIS_KIND_TAPE, 6, has_head_lines, "lines torn at the bottom, where recorders change heads"},
    {OASIS_KIND_TAPE, 3, is_capture, "a television's lines in a codec of capture cards"},
    {OASIS_KIND_TAPE, 2, has_television_fields, "fields of a television's lines"},
    {OASIS_KIND_DVD, 5, is_disc, "MPEG-2 in a program stream, as discs have it"},
    {OASIS_KIND_DVD, 2, has_disc_tracks, "tracks that only discs have"},
    {OASIS_KIND_CAMCORDER, 5, is_avchd, "H.264 and AC-3 in a transport stream, as AVCHD has it"},
    {OASIS_KIND_CAMCORDER, 5, is_hdv, "MPEG-2 of HDV's size"},
    {OASIS_KIND_CAMCORDER, 4, is_of_studio, "in MXF, as cameras for work write it"},
    {OASIS_KIND_CAMCORDER, 3, is_photo_camera, "a film of JPEG pictures, as photo cameras wrote"},
    {OASIS_KIND_CAMCORDER, 3, has_full_fields, "fields of 1080 lines"},
    {OASIS_KIND_PHONE, 5, names_phone, "names its phone"},
    {OASIS_KIND_PHONE, 3, names_place, "names the place"},
    {OASIS_KIND_PHONE, 4, was_upright, "says that the camera was turned"},
    {OASIS_KIND_PHONE, 4, has_phone_codec, "codecs of early phones"},
    {OASIS_KIND_WEB, 4, is_web_container, "in a container of the web"},
    {OASIS_KIND_WEB, 3, is_web_codec, "in a codec of the web"},
    {OASIS_KIND_WEB, 3, is_plain_mp4, "a small MP4 without a camera's marks"},
    {OASIS_KIND_FILM, 6, runs_slowly, "silent, with 16 to 18 frames a second"},
    {OASIS_KIND_FILM, 4, flickers, "silent, and flickers"},
};

enum { SIGNS = sizeof signs / sizeof *signs };

static OasisKind heaviest(const int weights[OASIS_KINDS])
{
    int best = OASIS_KIND_OTHER;

    for (int kind = 1; kind < OASIS_KINDS; kind++) {
        if (weights[kind] >= ENOUGH && weights[kind] > weights[best]) {
            best = kind;
        }
    }
    return (OasisKind)best;
}

void oasis_kind_find(const OasisMediaInfo *info, double rate, OasisAnalysis *analysis)
{
    const int64_t fields = oasis_analysis_count(analysis, OASIS_CADENCE_TOP_FIRST) +
                           oasis_analysis_count(analysis, OASIS_CADENCE_BOTTOM_FIRST);
    const Evidence evidence = {info, analysis, rate, (double)fields / (double)analysis->frames};
    const size_t size = sizeof analysis->kind_reasons;
    int weights[OASIS_KINDS] = {0};
    bool speaks[SIGNS];
    size_t length = 0;

    for (int i = 0; i < SIGNS; i++) {
        speaks[i] = signs[i].speaks(&evidence);
        weights[signs[i].kind] += speaks[i] ? signs[i].weight : 0;
    }
    analysis->kind = heaviest(weights);
    memset(analysis->kind_reasons, 0, size);
    for (int i = 0; i < SIGNS && length < size; i++) {
        if (speaks[i] && signs[i].kind == analysis->kind) {
            length += (size_t)snprintf(analysis->kind_reasons + length, size - length, "%s%s",
                                       length > 0 ? "; " : "", signs[i].reason);
        }
    }
}
