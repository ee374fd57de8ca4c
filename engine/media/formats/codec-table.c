/* The table of ways to encode pictures; nothing here needs FFmpeg.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "media/formats/muxer.h"
#include "oasis/media.h"

static const char X26X_PRESETS[] =
    "ultrafast superfast veryfast faster fast medium slow slower veryslow";
static const char SVT_PRESETS[] = "12 11 10 9 8 7 6 5 4 3 2";
static const char VP9_PRESETS[] = "8 7 6 5 4 3 2 1 0";
static const char QSV_PRESETS[] = "veryfast faster fast medium slow slower veryslow";
static const char NVENC_PRESETS[] = "p1 p2 p3 p4 p5 p6 p7";

static const char HARDWARE[] = "encoded by the graphics card; not tested by us";

/* Bits a pixel were measured on the sample clip at twice its size. */
static const OasisVideoCodec codecs[] = {
    {"x264", "H.264", "plays everywhere", "libx264", "mp4 mov mkv", 0, 51, 18, X26X_PRESETS,
     "medium", .bits = 0.3},
    {"x265", "H.265", "smaller files, for newer players", "libx265", "mp4 mov mkv", 0, 51, 20,
     X26X_PRESETS, "medium", .bits = 0.2},
    {"svt-av1", "AV1", "the smallest files, for the newest players", "libsvtav1", "mp4 mkv webm",
     1, 63, 28, SVT_PRESETS, "8", .whole = true, .bits = 0.15},
    {"vp9", "VP9", "for web pages", "libvpx-vp9", "webm mkv mp4", 0, 63, 28, VP9_PRESETS, "4",
     .whole = true, .bits = 0.2},
    {"prores", "ProRes", "large files for editing", "prores_ks", "mov mkv", 0, 0, 0,
     "proxy lt standard hq 4444", "hq", .bits = 4},
    {"ffv1", "FFV1", "loses nothing, for archives", "ffv1", "mkv", 0, 0, 0, "", "",
     .lossless = true, .bits = 6},
    {"png", "PNG", "a picture in each file", "png", "png", 0, 0, 0, "", "", .lossless = true,
     .bits = 12},
    {"tiff", "TIFF", "a picture in each file", "tiff", "tiff", 0, 0, 0, "", "", .lossless = true,
     .bits = 16},
    {"h264_nvenc", "H.264 (NVIDIA)", HARDWARE, "h264_nvenc", "mp4 mov mkv", 1,
     51, 20, NVENC_PRESETS, "p5", .whole = true, .hardware = true, .bits = 0.35},
    {"hevc_nvenc", "H.265 (NVIDIA)", HARDWARE, "hevc_nvenc", "mp4 mov mkv", 1,
     51, 22, NVENC_PRESETS, "p5", .whole = true, .hardware = true, .bits = 0.25},
    {"av1_nvenc", "AV1 (NVIDIA)", HARDWARE, "av1_nvenc", "mp4 mkv webm", 1,
     63, 30, NVENC_PRESETS, "p5", .whole = true, .hardware = true, .bits = 0.2},
    {"h264_qsv", "H.264 (Intel Quick Sync)", HARDWARE, "h264_qsv", "mp4 mov mkv", 1,
     51, 20, QSV_PRESETS, "medium", .whole = true, .hardware = true, .bits = 0.35},
    {"hevc_qsv", "H.265 (Intel Quick Sync)", HARDWARE, "hevc_qsv", "mp4 mov mkv", 1,
     51, 22, QSV_PRESETS, "medium", .whole = true, .hardware = true, .bits = 0.25},
    {"vp9_qsv", "VP9 (Intel Quick Sync)", HARDWARE, "vp9_qsv", "webm mkv mp4", 1,
     255, 80, QSV_PRESETS, "medium", .whole = true, .hardware = true, .bits = 0.25},
    {"av1_qsv", "AV1 (Intel Quick Sync)", HARDWARE, "av1_qsv", "mp4 mkv webm", 1,
     51, 24, QSV_PRESETS, "medium", .whole = true, .hardware = true, .bits = 0.2},
    {"h264_vaapi", "H.264 (VA-API)", HARDWARE, "h264_vaapi", "mp4 mov mkv", 1,
     51, 20, "", "", .whole = true, .hardware = true, .bits = 0.35},
    {"hevc_vaapi", "H.265 (VA-API)", HARDWARE, "hevc_vaapi", "mp4 mov mkv", 1,
     51, 22, "", "", .whole = true, .hardware = true, .bits = 0.25},
    {"vp9_vaapi", "VP9 (VA-API)", HARDWARE, "vp9_vaapi", "webm mkv mp4", 1,
     255, 80, "", "", .whole = true, .hardware = true, .bits = 0.25},
    {"av1_vaapi", "AV1 (VA-API)", HARDWARE, "av1_vaapi", "mp4 mkv webm", 1,
     255, 90, "", "", .whole = true, .hardware = true, .bits = 0.2},
};

enum { COUNT = sizeof codecs / sizeof *codecs };

const OasisVideoCodec *oasis_video_codecs(size_t *count)
{
    *count = COUNT;
    return codecs;
}

const OasisVideoCodec *oasis_video_codec_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(codecs[i].name, name) == 0) {
            return &codecs[i];
        }
    }
    return NULL;
}

const OasisVideoCodec *oasis_video_codec_usual(const char *path)
{
    const OasisMuxer *muxer;

    return oasis_muxer_find(path, &muxer, NULL) == OASIS_OK ? oasis_video_codec_find(muxer->codec)
                                                            : NULL;
}

bool oasis_video_codec_fits(const OasisVideoCodec *codec, const char *container)
{
    return oasis_word_is_in(container, codec->containers);
}
