/* The options of `restore`.
 * SPDX-License-Identifier: Apache-2.0 */
#include "restore-options.h"

#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "files.h"
#include "options.h"
#include "report.h"

static OasisStatus take_range(RestoreOptions *o, const char *value, OasisError *err)
{
    const OasisSpan *before = o->n_ranges > 0 ? &o->ranges[o->n_ranges - 1] : NULL;
    OasisSpan *range = &o->ranges[o->n_ranges];

    if (o->n_ranges == MOST_RANGES) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--range", "can be given %d times", MOST_RANGES);
    }
    OASIS_TRY(options_range("--range", value, range, err));
    if (before && (before->end_ns == 0 || range->start_ns < before->end_ns)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--range",
                          "\"%s\" begins before the one before it ends", value);
    }
    o->n_ranges++;
    return OASIS_OK;
}

static OasisStatus take(RestoreOptions *o, int option, const char *value, OasisError *err)
{
    const Usage *usage = &usage_restore;
    int index;

    switch (option) {
    case OPTION_JOIN:
        o->join = true;
        return OASIS_OK;
    case OPTION_START:
        return options_time("--start", value, &o->start_ns, err);
    case OPTION_END_TIME:
        OASIS_TRY(options_time("--end", value, &o->end_ns, err));
        return o->end_ns ? OASIS_OK
                         : oasis_fail(err, OASIS_ERR_USAGE, "--end",
                                      "\"%s\" leaves nothing to restore", value);
    case OPTION_RANGE:
        return take_range(o, value, err);
    case OPTION_EACH:
        o->each = true;
        return OASIS_OK;
    case OPTION_DEINTERLACE:
        OASIS_TRY(options_choice(usage, option, value, &index, err));
        o->media.deinterlace = (OasisDeinterlace)index;
        return OASIS_OK;
    case OPTION_STREAM:
        OASIS_TRY(options_integer("--stream", value, 0, 999, &o->media.stream, err));
        o->media.stream++;
        return OASIS_OK;
    case OPTION_CROP:
        o->find_borders = strcmp(value, "auto") == 0 ? CHOICE_YES : CHOICE_NO;
        return o->find_borders == CHOICE_YES || strcmp(value, "none") == 0
                   ? OASIS_OK
                   : options_crop("--crop", value, &o->size.crop, err);
    case OPTION_ROTATE:
        OASIS_TRY(options_choice(usage, option, value, &index, err));
        o->media.rotate = 90 * index;
        return OASIS_OK;
    case OPTION_FLIP:
        OASIS_TRY(options_choice(usage, option, value, &index, err));
        o->media.flip = (OasisFlip)index;
        return OASIS_OK;
    case OPTION_TONEMAP:
        o->media.tonemap = true;
        return OASIS_OK;
    case OPTION_SQUARE:
        o->size.square = true;
        return OASIS_OK;
    case OPTION_DOUBLE_RATE:
        o->double_rate = CHOICE_YES;
        return OASIS_OK;
    case OPTION_SINGLE_RATE:
        o->double_rate = CHOICE_NO;
        return OASIS_OK;
    case OPTION_KIND:
        OASIS_TRY(options_choice(usage, option, value, &index, err));
        o->kind = oasis_kind_named(value);
        return OASIS_OK;
    case OPTION_SCALE:
        return options_number("--scale", value, 1, 4, &o->size.scale, err);
    case OPTION_HEIGHT:
        return options_integer("--height", value, 1, 16384, &o->size.height, err);
    case OPTION_STRENGTH:
        return options_number("--strength", value, 0, 1, &o->strength, err);
    case OPTION_GRAIN:
        return options_number("--grain", value, 0, 1, &o->grain, err);
    case OPTION_MODEL:
        o->model = value;
        return OASIS_OK;
    case OPTION_DEVICE:
        o->device.name = value;
        return OASIS_OK;
    case OPTION_DTYPE:
        o->device.dtype = value;
        return options_choice(usage, option, value, &index, err);
    case OPTION_THREADS:
        return options_integer("--threads", value, 1, 1024, &o->device.threads, err);
    case OPTION_CORES:
        return options_integer("--cores", value, 1, CPU_SETSIZE, &o->cores, err);
    case OPTION_CODEC:
        o->codec = value;
        return options_choice(usage, option, value, &index, err);
    case OPTION_QUALITY:
    case OPTION_CRF:
        o->quality_option = option == OPTION_CRF ? "--crf" : "--quality";
        o->quality_text = value;
        return options_number(o->quality_option, value, 0, 100, &o->quality, err);
    case OPTION_BITRATE:
        return options_amount("--bitrate", value, &o->bit_rate, err);
    case OPTION_SIZE:
        return options_amount("--size", value, &o->file_bytes, err);
    case OPTION_PRESET:
        o->preset = value;
        return OASIS_OK;
    case OPTION_PIX_FMT:
        o->pixels = value;
        return OASIS_OK;
    case OPTION_AUDIO:
        o->sound = value;
        return OASIS_OK;
    case OPTION_STRICT:
        o->strict = true;
        return OASIS_OK;
    case OPTION_DRY_RUN:
        o->dry_run = true;
        return OASIS_OK;
    case OPTION_JSON:
        o->json = true;
        return OASIS_OK;
    case OPTION_OUTPUT_DIR:
        o->output_dir = value;
        return OASIS_OK;
    case OPTION_NAME_TEMPLATE:
        o->name = value;
        return strstr(value, "{name}") && !strchr(value, '/')
                   ? OASIS_OK
                   : oasis_fail(err, OASIS_ERR_USAGE, "--name-template",
                                "\"%s\" must hold {name}, and no folder", value);
    case OPTION_PIECE_SECONDS:
        return options_number("--piece-seconds", value, 0.1, 3600, &o->piece_seconds, err);
    case OPTION_START_OVER:
        o->start_over = true;
        return OASIS_OK;
    case OPTION_ANY_DEVICE:
        o->any_device = true;
        return OASIS_OK;
    case OPTION_FORCE:
        o->force = true;
        return OASIS_OK;
    default:
        o->quiet = true;
        return OASIS_OK;
    }
}

/* On the scale of the codec, which another option or the file's name says. */
static OasisStatus check_quality(const RestoreOptions *o, OasisError *err)
{
    const OasisVideoCodec *codec =
        o->codec ? oasis_video_codec_find(o->codec) : oasis_video_codec_usual(o->output);
    double quality;

    if (!o->quality_text || !codec) {
        return OASIS_OK;
    }
    if (codec->worst == 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, o->quality_option, "does not apply to %s",
                          codec->label);
    }
    return options_number(o->quality_option, o->quality_text, codec->best, codec->worst, &quality,
                          err);
}

/* Options that contradict each other or the files' kinds. */
static OasisStatus check(RestoreOptions *o, OasisError *err)
{
    if (o->n_ranges > 0 && (o->start_ns > 0 || o->end_ns > 0)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "restore", "give --start and --end or --range");
    }
    if (o->each && (o->n_ranges == 0 || o->output_dir)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--each",
                          o->output_dir ? "does not go with --output-dir" : "needs a --range");
    }
    if (o->n_ranges > 0) {
        o->start_ns = o->ranges->start_ns;
        o->end_ns = o->ranges->end_ns;
    }
    if (o->size.scale > 0 && o->size.height > 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, "restore", "give --scale or --height, not both");
    }
    if (o->end_ns > 0 && o->start_ns >= o->end_ns) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--end", "must be later than --start");
    }
    if (file_is_raw(o->input)) {
        const char *option = o->media.deinterlace               ? "--deinterlace"
                             : o->double_rate == CHOICE_YES     ? "--double-rate"
                             : o->double_rate == CHOICE_NO      ? "--single-rate"
                             : o->find_borders == CHOICE_YES    ? "--crop auto"
                             : o->media.stream                  ? "--stream"
                             : o->media.rotate                  ? "--rotate"
                             : o->media.flip                    ? "--flip"
                             : o->media.tonemap                 ? "--tonemap"
                             : o->join                          ? "--join"
                                                                : NULL;

        if (option) {
            return oasis_fail(err, OASIS_ERR_USAGE, option, "does not apply to raw frames (%s)",
                              o->input);
        }
    }
    if (o->double_rate == CHOICE_YES && o->media.deinterlace == OASIS_DEINTERLACE_OFF) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--double-rate",
                          "needs deinterlacing, which --deinterlace turns off");
    }
    if (file_is_raw(o->output)) {
        const char *option = o->codec           ? "--codec"
                             : o->quality >= 0 ? o->quality_option
                             : o->bit_rate     ? "--bitrate"
                             : o->file_bytes   ? "--size"
                             : o->preset       ? "--encoder-preset"
                             : o->pixels       ? "--pix-fmt"
                             : o->sound        ? "--audio"
                                               : NULL;

        if (option) {
            return oasis_fail(err, OASIS_ERR_USAGE, option, "does not apply to raw frames (%s)",
                              o->output);
        }
    }
    OASIS_TRY(check_quality(o, err));
    if (o->json && !o->dry_run) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--json", "goes with --dry-run alone");
    }
    return OASIS_OK;
}

/* Those of the engine's table that work here. */
static void print_codecs(void)
{
    size_t count, printed = 0;
    const OasisVideoCodec *codecs = oasis_video_codecs(&count);

    for (size_t i = 0; i < count; i++) {
        const OasisVideoCodec *codec = &codecs[i];

        if (!oasis_video_codec_works(codec)) {
            continue;
        }
        printf("%s  %-10s  %s: %s; in %s\n", printed++ ? "" : "\nCodecs:\n", codec->name,
               codec->label, codec->purpose, codec->containers);
        if (codec->worst > 0) {
            printf("      quality %g to %g (%g)\n", codec->best, codec->worst, codec->quality);
        }
        if (*codec->presets) {
            printf("      presets %s (%s)\n", codec->presets, codec->preset);
        }
    }
}

/* The template stands for the name of each. */
static OasisStatus take_many(RestoreOptions *options, int argc, char **argv, OasisError *err)
{
    if (options->join) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--join",
                          "makes one film, and --output-dir one of each; give one of them");
    }
    if (optind == argc) {
        return oasis_fail(err, OASIS_ERR_USAGE, "restore", "needs a film or a folder of films");
    }
    options->inputs = (const char *const *)&argv[optind];
    options->input = argv[optind];
    options->name = options->name ? options->name : "{name}-restored.mkv";
    options->output = options->name;
    return check(options, err);
}

/* *help: the help was asked for, and printed; the rest is not read then. */
static OasisStatus parse(const Usage *usage, int argc, char **argv, RestoreOptions *options,
                         bool *help, OasisError *err)
{
    int option;

    *options = (RestoreOptions){.strength = -1, .grain = -1, .quality = -1, .kind = OASIS_KINDS};
    while ((option = options_next(usage, argc, argv, err)) != OPTION_END) {
        *help = option == OPTION_HELP;
        if (*help) {
            print_codecs();
            return OASIS_OK;
        }
        OASIS_TRY(option == OPTION_BAD ? err->status : take(options, option, optarg, err));
    }
    if (options->output_dir) {
        return take_many(options, argc, argv, err);
    }
    OASIS_TRY(options_check_files(usage, argc, options->join, err));
    options->input = argv[optind];
    options->output = argv[argc - 1];
    argv[argc - 1] = NULL; /* ends the names before it */
    options->further = argv[optind + 1] ? (const char *const *)&argv[optind + 1] : NULL;
    return check(options, err);
}

/* While the program has no other threads yet; these will be held to the same. */
static void hold_to_cores(RestoreOptions *options)
{
    const int cores = options->cores;
    cpu_set_t set;
    int taken = 0;

    if (cores == 0 || sched_getaffinity(0, sizeof set, &set) != 0) {
        return;
    }
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &set) && ++taken > cores) {
            CPU_CLR(cpu, &set);
        }
    }
    sched_setaffinity(0, sizeof set, &set);
    if (options->device.threads == 0 || options->device.threads > cores) {
        options->device.threads = cores;
    }
}

bool restore_options_parse(const Usage *usage, int argc, char **argv, RestoreOptions *options,
                           int *exit_code)
{
    OasisError err;
    bool help = false;
    OasisStatus status = parse(usage, argc, argv, options, &help, &err);

    if (status == OASIS_OK && !help) {
        hold_to_cores(options);
    }
    *exit_code = status == OASIS_OK ? EXIT_DONE : report_error(&err);
    return status == OASIS_OK && !help;
}
