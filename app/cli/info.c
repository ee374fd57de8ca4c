/* rekindle-cli info: what is known about a video.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "escape.h"
#include "files.h"
#include "info-analysis.h"
#include "json.h"
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

static void print_word(const char *name, const char *value)
{
    if (*value) {
        printf(", %s", name);
        escape_print(stdout, value);
    }
}

static void print_sound(const OasisTrack *track)
{
    printf(", %d Hz, %d channel%s", track->rate, track->channels, track->channels == 1 ? "" : "s");
    if (track->changes > 0) {
        printf(", changing %d time%s", track->changes, track->changes == 1 ? "" : "s");
    }
    if (track->holes > 0) {
        printf(", with %d pause%s", track->holes, track->holes == 1 ? "" : "s");
    }
    if (track->first_ns > 500000000) {
        printf(", from %s on", text_time(track->first_ns).text);
    }
    if (track->late_byte > 0) {
        printf(", too late in the file to be found");
    }
}

/* "sound:      aac, 48000 Hz, 2 channels, ger" */
static void print_track(const OasisTrack *track)
{
    const char *kind = oasis_track_kind_name(track->kind);

    printf("%s:%*s%s", kind, strlen(kind) < 10 ? 11 - (int)strlen(kind) : 1, "",
           *track->codec ? track->codec : "unknown codec");
    if (track->kind == OASIS_TRACK_SOUND) {
        print_sound(track);
    } else if (track->width > 0) {
        printf(", %dx%d", track->width, track->height);
    }
    if (track->kind == OASIS_TRACK_VIDEO) {
        printf(", track %d (--stream takes it)", track->number);
    }
    print_word("", track->language);
    print_word("titled ", track->title);
    printf("%s%s\n", track->is_forced ? ", forced" : "",
           track->is_commentary ? ", commentary" : "");
}

static void print_tracks(const OasisMediaInfo *info)
{
    for (size_t i = 0; i < info->n_tracks; i++) {
        if (!info->tracks[i].is_main) {
            print_track(&info->tracks[i]);
        }
    }
    if (!oasis_media_info_find(info, OASIS_TRACK_SOUND)) {
        printf("sound:      none\n");
    }
    if (info->chapters > 0) {
        printf("chapters:   %d\n", info->chapters);
    }
    for (size_t i = 0; i < info->n_tags; i++) {
        fputs("tag:        ", stdout);
        escape_print(stdout, info->tags[i].name);
        fputs(" = ", stdout);
        escape_print(stdout, info->tags[i].value);
        putchar('\n');
    }
}

static void print_parts(const OasisMediaInfo *info, const Film *film)
{
    if (info->parts > 1) {
        printf("parts:      %d files, joined\n", info->parts);
    }
    if (film->n_found > 0 && !film->further) {
        printf("parts:      %zu further one%s beside it (", film->n_found,
               film->n_found == 1 ? " lies" : "s lie");
        escape_print(stdout, file_name(film->found[0]));
        printf("%s); --join takes %s\n", film->n_found == 1 ? "" : " …",
               film->n_found == 1 ? "it" : "them");
    }
}

static void print_media(const OasisMediaInfo *info)
{
    printf("length:     %s\n", text_time(info->duration_ns).text);
    printf("container:  %s\n", info->container);
    printf("video:      %s, %dx%d coded", info->video_codec, info->coded_width, info->coded_height);
    if (info->mirrored) {
        printf(", mirrored");
    }
    if (info->rotation) {
        printf(", turned by %d degrees", info->rotation);
    }
    printf("%s%s%s\n", info->interlaced ? ", interlaced" : "",
           info->deinterlaced ? " (will be deinterlaced)" : "",
           info->variable_rate ? ", variable rate" : "");
    if (info->clock_jumps > 0) {
        printf("clock:      set %d time%s while recording, which is mended\n", info->clock_jumps,
               info->clock_jumps == 1 ? "" : "s");
    }
    print_tracks(info);
}

/* Whether nothing but the size said the matrix. */
static bool is_guessed(OasisSource *source, const char *path)
{
    return !file_is_raw(path) && oasis_media_source_info(source)->untagged;
}

static const char *curve_name(const OasisFrameFormat *format)
{
    return format->transfer == OASIS_H273_PQ    ? ", HDR10 (PQ)"
           : format->transfer == OASIS_H273_HLG ? ", HDR (HLG)"
                                                : "";
}

static void print_source(OasisSource *source, const Film *film, const OasisAnalysis *analysis)
{
    const char *path = film->path;
    const OasisSourceInfo *info = oasis_source_info(source);
    const OasisFrameFormat *format = &info->format;
    double rate = (double)info->frame_rate.num / (double)info->frame_rate.den;
    struct stat file = {0};
    int64_t bytes;

    stat(path, &file);
    bytes = file_is_raw(path) ? file.st_size : oasis_media_source_info(source)->bytes;
    fputs("file:       ", stdout);
    escape_print(stdout, path);
    printf(", %s\n", text_bytes((uint64_t)bytes).text);
    if (!file_is_raw(path)) {
        print_parts(oasis_media_source_info(source), film);
        print_media(oasis_media_source_info(source));
    }
    printf("size:       %dx%d", format->width, format->height);
    if (format->sample_aspect.num != format->sample_aspect.den) {
        printf(", samples %" PRId64 ":%" PRId64, format->sample_aspect.num,
               format->sample_aspect.den);
    }
    printf("\nformat:     %s, %d bit, %s%s, %s range%s\n", chroma_name(format), format->depth,
           matrix_name(format), is_guessed(source, path) ? " (by its size)" : "",
           format->range == OASIS_RANGE_FULL ? "full" : "limited", curve_name(format));
    printf("frames:     %" PRId64 ", %.3f a second\n", info->frames, rate);
    if (analysis) {
        info_print_analysis(analysis);
    }
}

/* --- as JSON ---------------------------------------------------------------------------------- */

static void write_track(Json *json, const OasisTrack *track)
{
    json_open(json, NULL, '{');
    json_integer(json, "number", track->number);
    json_string(json, "kind", oasis_track_kind_name(track->kind));
    json_string(json, "codec", track->codec);
    json_string(json, "language", track->language);
    json_string(json, "title", track->title);
    json_bool(json, "main", track->is_main);
    json_bool(json, "default", track->is_default);
    json_bool(json, "forced", track->is_forced);
    json_bool(json, "commentary", track->is_commentary);
    json_integer(json, "late_byte", track->late_byte);
    if (track->kind == OASIS_TRACK_SOUND) {
        json_integer(json, "rate", track->rate);
        json_integer(json, "channels", track->channels);
        json_bool(json, "lossless", track->lossless);
        json_integer(json, "changes", track->changes);
        json_integer(json, "pauses", track->holes);
    }
    if (track->kind == OASIS_TRACK_VIDEO || track->kind == OASIS_TRACK_COVER) {
        json_integer(json, "width", track->width);
        json_integer(json, "height", track->height);
    }
    json_number(json, "start", (double)track->first_ns / 1e9);
    json_number(json, "end", (double)track->end_ns / 1e9);
    json_integer(json, "bytes", track->bytes);
    json_close(json, '}');
}

static void write_media(Json *json, const OasisMediaInfo *info)
{
    json_string(json, "container", info->container);
    json_number(json, "duration", (double)info->duration_ns / 1e9);
    json_string(json, "video_codec", info->video_codec);
    json_bool(json, "mirrored", info->mirrored);
    json_integer(json, "rotation", info->rotation);
    json_bool(json, "interlaced", info->interlaced);
    json_bool(json, "deinterlaced", info->deinterlaced);
    json_bool(json, "variable_rate", info->variable_rate);
    json_bool(json, "untagged", info->untagged);
    json_bool(json, "alpha", info->alpha);
    json_integer(json, "dolby_vision", info->dolby);
    json_number(json, "longest_frame", (double)info->longest_ns / 1e9);
    json_integer(json, "clock_jumps", info->clock_jumps);
    json_integer(json, "parts", info->parts);
    json_integer(json, "chapters", info->chapters);
    json_open(json, "tracks", '[');
    for (size_t i = 0; i < info->n_tracks; i++) {
        write_track(json, &info->tracks[i]);
    }
    json_close(json, ']');
    json_open(json, "tags", '{');
    for (size_t i = 0; i < info->n_tags; i++) {
        json_string(json, info->tags[i].name, info->tags[i].value);
    }
    json_close(json, '}');
}

static void write_further(Json *json, const Film *film)
{
    json_open(json, "further", '[');
    for (size_t i = 0; i < film->n_found && !film->further; i++) {
        json_string(json, NULL, film->found[i]);
    }
    json_close(json, ']');
}

static void write_source(OasisSource *source, const Film *film, const OasisAnalysis *analysis)
{
    const char *path = film->path;
    const OasisSourceInfo *info = oasis_source_info(source);
    struct stat file = {0};
    Json json = {0};
    char rate[48];

    stat(path, &file);
    snprintf(rate, sizeof rate, "%" PRId64 "/%" PRId64, info->frame_rate.num, info->frame_rate.den);
    json_open(&json, NULL, '{');
    json_string(&json, "file", path);
    json_integer(&json, "bytes",
                 file_is_raw(path) ? file.st_size : oasis_media_source_info(source)->bytes);
    json_integer(&json, "frames", info->frames);
    json_string(&json, "frame_rate", rate);
    json_integer(&json, "width", info->format.width);
    json_integer(&json, "height", info->format.height);
    json_integer(&json, "depth", info->format.depth);
    json_string(&json, "chroma", chroma_name(&info->format));
    json_string(&json, "matrix", matrix_name(&info->format));
    json_string(&json, "range", info->format.range == OASIS_RANGE_FULL ? "full" : "limited");
    if (!file_is_raw(path)) {
        write_further(&json, film);
        write_media(&json, oasis_media_source_info(source));
    }
    if (analysis) {
        info_write_analysis(&json, analysis);
    }
    json_close(&json, '}');
}

/* --- the command ------------------------------------------------------------------------------ */

typedef struct InfoOptions {
    bool json, analyse, join, help;
} InfoOptions;

static OasisStatus parse(int argc, char **argv, InfoOptions *options, OasisError *err)
{
    int option;

    while ((option = options_next(&usage_info, argc, argv, err)) != OPTION_END) {
        if (option == OPTION_BAD) {
            return err->status;
        }
        options->help |= option == OPTION_HELP;
        options->json |= option == OPTION_JSON;
        options->analyse |= option == OPTION_ANALYSE;
        options->join |= option == OPTION_JOIN;
    }
    return options->help ? OASIS_OK
                         : options_check_files(&usage_info, argc, options->join, err);
}

/* NULL where nothing can be seen; opening the film tells why. */
static OasisAnalysis *analyse(const Film *film, bool whole)
{
    const OasisAnalyseParams params = {
        .further = film->further,
        .look = !whole,
        .progress = progress_index,
    };
    OasisAnalysis *analysis = NULL;

    if (!file_is_raw(film->path) &&
        file_analyse(film->path, &params, &analysis, NULL) != OASIS_OK) {
        return NULL;
    }
    return analysis;
}

static OasisStatus show(const Film *film, const InfoOptions *options, OasisError *err)
{
    OasisAnalysis *analysis;
    OasisMediaParams params = {.further = film->further, .progress = progress_index};
    OasisSource *source = NULL;
    OasisStatus status;

    progress_start(false);
    analysis = analyse(film, options->analyse);
    params.analysis = analysis;
    status = file_open_source(film->path, &params, &source, err);
    progress_clear();
    if (status == OASIS_OK && options->json) {
        write_source(source, film, analysis);
    } else if (status == OASIS_OK) {
        print_source(source, film, analysis);
    }
    oasis_source_close(&source);
    oasis_analysis_free(&analysis);
    return status;
}

/* The names stand behind the options, up to NULL. */
static OasisStatus show_film(char **names, const InfoOptions *options, OasisError *err)
{
    const char *const *further = names[1] ? (const char *const *)&names[1] : NULL;
    Film film;
    OasisStatus status = film_find(&film, names[0], further, options->join, err);

    if (status == OASIS_OK) {
        status = show(&film, options, err);
    }
    film_clear(&film);
    return status;
}

static int show_info(int argc, char **argv)
{
    InfoOptions options = {0};
    OasisError err;
    OasisStatus status = parse(argc, argv, &options, &err);

    if (status == OASIS_OK && !options.help) {
        status = show_film(&argv[optind], &options, &err);
    }
    return status == OASIS_OK ? EXIT_DONE : report_error(&err);
}

const Command command_info = {
    .usage = &usage_info,
    .run = show_info,
};
