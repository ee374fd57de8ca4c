/* rekindle-cli plan, piece, join: one film on many machines. status: what is unfinished.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "escape.h"
#include "interrupt.h"
#include "json.h"
#include "note.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "run.h"
#include "text.h"

/* --- plan ------------------------------------------------------------------------------------- */

static OasisStatus make_plan(Run *run, const RestoreOptions *options, OasisExportState *state,
                             OasisError *err)
{
    OasisMediaTarget target;
    OasisJobParams job;
    OasisExportParams params;

    if (options->output_dir || options->each) {
        return oasis_fail(err, OASIS_ERR_USAGE, options->each ? "--each" : "--output-dir",
                          "plan takes one film at a time");
    }
    if (file_is_raw(options->output) || oasis_media_is_images(options->output)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "plan", "makes no raw frames or pictures (%s)",
                          options->output);
    }
    OASIS_TRY(run_open(run, options, err));
    OASIS_TRY(run_open_restorers(run, options, err));
    target = run_target(run, options);
    job = run_job(run, options);
    params = run_export(run, options, &target, &job);
    OASIS_TRY(oasis_export_plan(&params, err));
    return oasis_export_look(options->output, state, err);
}

static int plan(int argc, char **argv)
{
    char *note = note_write(argc, argv);
    OasisExportState state = {0};
    RestoreOptions options;
    Run run = {0};
    OasisStatus status;
    OasisError err;
    int exit_code;

    if (!restore_options_parse(&usage_plan, argc, argv, &options, &exit_code)) {
        free(note);
        return exit_code;
    }
    options.note = note;
    run.cancel = interrupt_cancel();
    progress_start(options.quiet);
    status = make_plan(&run, &options, &state, &err);
    run_close(&run);
    free(note);
    progress_clear();
    if (status == OASIS_OK) {
        printf("%" PRId64 "\n", state.pieces);
    }
    oasis_export_state_clear(&state);
    return status == OASIS_OK ? EXIT_DONE : report_error(&err);
}

/* --- piece and join --------------------------------------------------------------------------- */

enum { MOST_MORE = 16 };

/* What is asked of a plan. */
typedef struct Request {
    const char *output;
    int64_t piece; /* -1 = to join */
    char *more[MOST_MORE + 1]; /* options beside the plan's, up to NULL */
} Request;

static OasisStatus work(Run *run, const RestoreOptions *options, int64_t piece, OasisError *err)
{
    OasisMediaTarget target;
    OasisJobParams job;
    OasisExportParams params;

    OASIS_TRY(run_open(run, options, err));
    if (piece >= 0) {
        OASIS_TRY(run_open_restorers(run, options, err));
    }
    target = run_target(run, options);
    job = run_job(run, options);
    params = run_export(run, options, &target, &job);
    return piece >= 0 ? oasis_export_piece(&params, piece, err)
                      : oasis_export_join(&params, err);
}

static int work_by(const RestoreOptions *options, int64_t piece)
{
    Run run = {.cancel = interrupt_cancel()};
    OasisStatus status;
    OasisError err;

    progress_start(options->quiet);
    status = work(&run, options, piece, &err);
    run_close(&run);
    progress_clear();
    return status == OASIS_OK ? EXIT_DONE : report_error(&err);
}

/* Reading options moves the arguments, so it gets a list of its own. */
static int work_on(const Note *note, const char *output, int64_t piece)
{
    char **argv = calloc((size_t)note->argc + 1, sizeof *argv);
    RestoreOptions options;
    OasisError err;
    int exit_code;

    if (!argv) {
        oasis_fail_memory(&err, output);
        return report_error(&err);
    }
    memcpy(argv, note->argv, (size_t)note->argc * sizeof *argv);
    optind = 0; /* getopt begins anew */
    if (restore_options_parse(&usage_plan, note->argc, argv, &options, &exit_code)) {
        options.output = output;
        exit_code = work_by(&options, piece);
    }
    free(argv);
    return exit_code;
}

/* The plan's own command says all that is to be known; its names of files count from its folder. */
static int follow(const Request *request)
{
    OasisExportState state = {0};
    char *output = NULL, folder[PATH_MAX];
    OasisError err;
    Note note = {0};
    int exit_code;

    if (oasis_export_look(request->output, &state, &err) != OASIS_OK) {
        exit_code = report_error(&err);
    } else if (!note_read(&note, state.note, request->more)) {
        oasis_fail(&err, OASIS_ERR_INPUT, request->output,
                   "its unfinished work was not begun by rekindle-cli");
        exit_code = report_error(&err);
    } else if (asprintf(&output, "%s%s%s", *request->output == '/' ? "" : getcwd(folder, PATH_MAX),
                        *request->output == '/' ? "" : "/", request->output) < 0 ||
               chdir(note.folder) != 0) {
        oasis_fail(&err, OASIS_ERR_INPUT, note.folder,
                   "is the folder that it was planned in, and cannot be entered");
        exit_code = report_error(&err);
    } else {
        exit_code = work_on(&note, output, request->piece);
    }
    free(output);
    note_clear(&note);
    oasis_export_state_clear(&state);
    return exit_code;
}

/* Options are handed on as they are, behind the plan's, which they replace. */
static OasisStatus parse_request(const Usage *usage, int argc, char **argv, Request *request,
                                 bool *help, OasisError *err)
{
    int option, n = 0, piece = -1;

    while ((option = options_next(usage, argc, argv, err)) != OPTION_END) {
        *help = option == OPTION_HELP;
        if (*help) {
            return OASIS_OK;
        }
        OASIS_TRY(option == OPTION_BAD ? err->status : OASIS_OK);
        if (n < MOST_MORE - 1) {
            static char names[MOST_MORE][32];
            const Option *known = usage_option(usage, option);

            snprintf(names[n], sizeof names[n], "--%s", known->name);
            request->more[n] = names[n];
            n++;
            if (known->value) {
                request->more[n++] = optarg;
            }
        }
    }
    OASIS_TRY(options_check_files(usage, argc, false, err));
    request->output = argv[optind];
    if (usage->files == 2) {
        OASIS_TRY(options_integer("piece", argv[optind + 1], 0, INT_MAX, &piece, err));
    }
    request->piece = piece;
    return OASIS_OK;
}

static int request(const Usage *usage, int argc, char **argv)
{
    Request request = {0};
    bool help = false;
    OasisError err;

    if (parse_request(usage, argc, argv, &request, &help, &err) != OASIS_OK) {
        return report_error(&err);
    }
    return help ? EXIT_DONE : follow(&request);
}

static int piece(int argc, char **argv)
{
    return request(&usage_piece, argc, argv);
}

static int join(int argc, char **argv)
{
    return request(&usage_join, argc, argv);
}

/* --- status ----------------------------------------------------------------------------------- */

static void print_state_json(const OasisExportState *state)
{
    Json json = {0};

    json_open(&json, NULL, '{');
    json_integer(&json, "frames", state->frames);
    json_integer(&json, "frames_done", state->frames_done);
    json_integer(&json, "pieces", state->pieces);
    json_integer(&json, "pieces_done", state->pieces_done);
    json_integer(&json, "bytes", (int64_t)state->bytes);
    json_bool(&json, "running", state->running);
    json_close(&json, '}');
}

static void print_state(const OasisExportState *state, const char *output)
{
    Note note;

    escape_print(stdout, output);
    printf(": %" PRId64 " of %" PRId64 " frames are done", state->frames_done, state->frames);
    if (state->pieces > 0) {
        printf(", %" PRId64 " of %" PRId64 " pieces", state->pieces_done, state->pieces);
    }
    printf(", %s; %s\n", text_bytes(state->bytes).text,
           state->running ? "a program is at work on it" : "nobody is at work on it");
    if (note_read(&note, state->note, NULL)) {
        fputs("begun in ", stdout);
        escape_print(stdout, note.folder);
        fputs(" by: rekindle-cli", stdout);
        for (int i = 0; i < note.argc; i++) {
            putchar(' ');
            escape_print(stdout, note.argv[i]);
        }
        putchar('\n');
    }
    note_clear(&note);
}

static int status(int argc, char **argv)
{
    OasisExportState state;
    OasisError err;
    bool json = false;
    int option;

    while ((option = options_next(&usage_status, argc, argv, &err)) != OPTION_END) {
        if (option == OPTION_HELP) {
            return EXIT_DONE;
        }
        if (option == OPTION_BAD) {
            return report_error(&err);
        }
        json = true;
    }
    if (options_check_files(&usage_status, argc, false, &err) != OASIS_OK ||
        oasis_export_look(argv[optind], &state, &err) != OASIS_OK) {
        return report_error(&err);
    }
    if (json) {
        print_state_json(&state);
    } else {
        print_state(&state, argv[optind]);
    }
    oasis_export_state_clear(&state);
    return EXIT_DONE;
}

const Command command_plan = {.usage = &usage_plan, .computes = true, .run = plan};
const Command command_piece = {.usage = &usage_piece, .computes = true, .run = piece};
const Command command_join = {.usage = &usage_join, .run = join};
const Command command_status = {.usage = &usage_status, .run = status};
