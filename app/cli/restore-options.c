/* The options of `restore`.
 * SPDX-License-Identifier: Apache-2.0 */
#include "restore-options.h"

#include <stddef.h>

#include "cli.h"
#include "files.h"
#include "options.h"
#include "report.h"

static OasisStatus take(RestoreOptions *o, int option, const char *value, OasisError *err)
{
    const Usage *usage = &usage_restore;
    int index;

    switch (option) {
    case OPTION_START:
        return options_time("--start", value, &o->start_ns, err);
    case OPTION_END_TIME:
        OASIS_TRY(options_time("--end", value, &o->end_ns, err));
        return o->end_ns ? OASIS_OK
                         : oasis_fail(err, OASIS_ERR_USAGE, "--end",
                                      "\"%s\" leaves nothing to restore", value);
    case OPTION_DEINTERLACE:
        OASIS_TRY(options_choice(usage, option, value, &index, err));
        o->deinterlace = (OasisDeinterlace)index;
        return OASIS_OK;
    case OPTION_SCALE:
        return options_number("--scale", value, 1, 4, &o->size.scale, err);
    case OPTION_HEIGHT:
        return options_integer("--height", value, 1, 16384, &o->size.height, err);
    case OPTION_STRENGTH:
        return options_number("--strength", value, 0, 1, &o->strength, err);
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
    case OPTION_CODEC:
        o->codec = value;
        return options_choice(usage, option, value, &index, err);
    case OPTION_CRF:
        return options_number("--crf", value, 0, 51, &o->crf, err);
    case OPTION_FORCE:
        o->force = true;
        return OASIS_OK;
    default:
        o->quiet = true;
        return OASIS_OK;
    }
}

/* Options that contradict each other or the files' kinds. */
static OasisStatus check(const RestoreOptions *o, OasisError *err)
{
    if (o->size.scale > 0 && o->size.height > 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, "restore", "give --scale or --height, not both");
    }
    if (o->end_ns > 0 && o->start_ns >= o->end_ns) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--end", "must be later than --start");
    }
    if (file_is_raw(o->input) && o->deinterlace != OASIS_DEINTERLACE_AUTO) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--deinterlace",
                          "does not apply to raw frames (%s)", o->input);
    }
    if (file_is_raw(o->output) && (o->codec || o->crf >= 0)) {
        return oasis_fail(err, OASIS_ERR_USAGE, o->codec ? "--codec" : "--crf",
                          "does not apply to raw frames (%s)", o->output);
    }
    return OASIS_OK;
}

/* *help: the help was asked for, and printed; the rest is not read then. */
static OasisStatus parse(int argc, char **argv, RestoreOptions *options, bool *help,
                         OasisError *err)
{
    int option;

    *options = (RestoreOptions){.strength = -1, .crf = -1};
    while ((option = options_next(&usage_restore, argc, argv, err)) != OPTION_END) {
        *help = option == OPTION_HELP;
        if (*help) {
            return OASIS_OK;
        }
        OASIS_TRY(option == OPTION_BAD ? err->status : take(options, option, optarg, err));
    }
    OASIS_TRY(options_check_files(&usage_restore, argc, err));
    options->input = argv[optind];
    options->output = argv[optind + 1];
    return check(options, err);
}

bool restore_options_parse(int argc, char **argv, RestoreOptions *options, int *exit_code)
{
    OasisError err;
    bool help = false;
    OasisStatus status = parse(argc, argv, options, &help, &err);

    *exit_code = status == OASIS_OK ? EXIT_DONE : report_error(&err);
    return status == OASIS_OK && !help;
}
