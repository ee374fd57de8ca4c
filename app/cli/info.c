/* rekindle-cli info: what is known about a video.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli.h"
#include "files.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "text.h"

static const char *matrix_name(const OasisFrameFormat *format)
{
    switch (format->matrix) {
    case OASIS_MATRIX_RGB:
        return "RGB";
    case OASIS_MATRIX_BT709:
        return "BT.709";
    case OASIS_MATRIX_FCC:
        return "FCC";
    case OASIS_MATRIX_BT470BG:
    case OASIS_MATRIX_SMPTE170M:
        return "BT.601";
    case OASIS_MATRIX_SMPTE240M:
        return "SMPTE 240M";
    case OASIS_MATRIX_BT2020_NCL:
        return "BT.2020";
    }
    return "unknown matrix";
}

static const char *chroma_name(const OasisFrameFormat *format)
{
    static const char *const names[3][3] = {
        {"4:4:4", "4:4:0", "4:4:0 with quarter rows"},
        {"4:2:2", "4:2:0", "4:2:0 with quarter rows"},
        {"4:1:1", "4:1:0 with half rows", "4:1:0"},
    };

    if (format->planes == 1) {
        return "grey";
    }
    return names[format->chroma_shift_x][format->chroma_shift_y];
}

static void print_media(const OasisMediaInfo *info)
{
    printf("length:     %s\n", text_time(info->duration_ns).text);
    printf("container:  %s\n", info->container);
    printf("video:      %s, %dx%d coded", info->video_codec, info->coded_width, info->coded_height);
    if (info->rotation) {
        printf(", turned by %d degrees", info->rotation);
    }
    printf("%s%s%s\n", info->interlaced ? ", interlaced" : "",
           info->deinterlaced ? " (will be deinterlaced)" : "",
           info->variable_rate ? ", variable rate" : "");
    if (info->audio_codec) {
        printf("sound:      %s, %d Hz, %d channel%s\n", info->audio_codec, info->audio_rate,
               info->audio_channels, info->audio_channels == 1 ? "" : "s");
    } else {
        printf("sound:      none\n");
    }
}

static void print_source(OasisSource *source, const char *path)
{
    const OasisSourceInfo *info = oasis_source_info(source);
    const OasisFrameFormat *format = &info->format;
    double rate = (double)info->frame_rate.num / (double)info->frame_rate.den;
    struct stat file = {0};

    stat(path, &file);
    printf("file:       %s, %s\n", path, text_bytes((uint64_t)file.st_size).text);
    if (!file_is_raw(path)) {
        print_media(oasis_media_source_info(source));
    }
    printf("size:       %dx%d", format->width, format->height);
    if (format->sample_aspect.num != format->sample_aspect.den) {
        printf(", samples %" PRId64 ":%" PRId64, format->sample_aspect.num,
               format->sample_aspect.den);
    }
    printf("\nformat:     %s, %d bit, %s, %s range\n", chroma_name(format), format->depth,
           matrix_name(format), format->range == OASIS_RANGE_FULL ? "full" : "limited");
    printf("frames:     %" PRId64 ", %.3f a second\n", info->frames, rate);
}

static int show_info(int argc, char **argv)
{
    OasisMediaParams params = {.progress = progress_index};
    OasisSource *source = NULL;
    char *path;
    OasisError err;
    int exit_code;

    if (!options_only_files(&usage_info, argc, argv, &path, &exit_code)) {
        return exit_code;
    }
    progress_start(false);
    if (file_open_source(path, &params, &source, &err) != OASIS_OK) {
        return report_error(&err);
    }
    progress_clear();
    print_source(source, path);
    oasis_source_close(&source);
    return EXIT_DONE;
}

const Command command_info = {
    .usage = &usage_info,
    .run = show_info,
};
