/* rekindle-cli restore: one file in, one file out.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "batch.h"
#include "cli.h"
#include "clock.h"
#include "escape.h"
#include "files.h"
#include "interrupt.h"
#include "note.h"
#include "plan.h"
#include "progress.h"
#include "report.h"
#include "restore-options.h"
#include "restore.h"
#include "run.h"
#include "text.h"

/* Says what is about to be done. */
static OasisStatus show_plan(Run *run, const RestoreOptions *options,
                             void (*print)(const Plan *plan), OasisError *err)
{
    const OasisMediaTarget target = run_target(run, options);
    const OasisJobParams job = run_job(run, options);
    OasisMediaPlan *media;
    Plan plan = {
        .output = options->output,
        .target = &target,
        .info = file_is_raw(options->input) ? NULL : oasis_media_source_info(run->source),
        .crop = run->size.crop,
        .kind = run->kind,
        .kind_reasons = options->kind == OASIS_KINDS && run->analysis ? run->analysis->kind_reasons
                                                                      : "",
        .frames = run_frames(run),
        .device = oasis_device_info(run->devices[0]),
    };

    OASIS_TRY(oasis_job_cost(&job, &plan.cost, err));
    OASIS_TRY(oasis_media_plan_new(options->output, &target, plan.info, &media, err));
    plan.media = media;
    print(&plan);
    oasis_media_plan_free(&media);
    return OASIS_OK;
}

/* Raw frames are as large as nothing else, and pictures are whole one by one: they go straight into
 * their files. */
static OasisStatus write_straight(Run *run, const RestoreOptions *options, OasisError *err)
{
    const OasisMediaTarget target = run_target(run, options);
    OasisJobParams job = run_job(run, options);

    if (file_is_raw(options->output) && !file_is_raw(options->input) &&
        oasis_media_source_info(run->source)->variable_rate) {
        report_warning("the frame rate varies, which raw frames cannot keep");
    }
    OASIS_TRY(file_is_raw(options->output)
                  ? oasis_y4m_sink_open(options->output, &target.target, &run->sink, err)
                  : oasis_media_sink_open(options->output, &target, &run->sink, err));
    job.sink = run->sink;
    return oasis_job_run(&job, err);
}

typedef struct Beginning {
    Run *run;
    const RestoreOptions *options;
} Beginning;

static void show_beginning(void *data)
{
    const Beginning *beginning = data;
    OasisError err;

    if (!beginning->options->quiet &&
        show_plan(beginning->run, beginning->options, plan_print_head, &err) != OASIS_OK) {
        report_error(&err);
    }
}

static OasisStatus write_film(Run *run, const RestoreOptions *options, OasisError *err)
{
    const OasisMediaTarget target = run_target(run, options);
    const OasisJobParams job = run_job(run, options);
    OasisExportParams params = run_export(run, options, &target, &job);
    Beginning beginning = {run, options};

    params.begin = show_beginning;
    params.data = &beginning;
    return oasis_export_run(&params, err);
}

static void print_summary(const Run *run, const char *output, double seconds)
{
    int64_t frames = run_frames(run);
    struct stat file = {0};

    stat(output, &file);
    escape_print(stdout, output);
    printf(": %" PRId64 " frame%s of %dx%d%s, %s, in %s (%.2f frames/s)\n", frames,
           frames == 1 ? "" : "s", run->format.width, run->format.height,
           text_crop(&run->size.crop).text, text_bytes((uint64_t)file.st_size).text,
           text_duration(seconds).text,
           (double)frames / seconds);
}

static OasisStatus run_all(Run *run, const RestoreOptions *options, double *seconds,
                           OasisError *err)
{
    const bool is_straight = file_is_raw(options->output) || oasis_media_is_images(options->output);
    double start;

    if (options->dry_run && file_is_raw(options->output)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--dry-run", "says nothing of raw frames (%s)",
                          options->output);
    }
    OASIS_TRY(run_open(run, options, err));
    OASIS_TRY(run_open_restorers(run, options, err));
    progress_clear();
    if (options->dry_run) {
        return show_plan(run, options, options->json ? plan_print_json : plan_print, err);
    }
    start = clock_now();
    OASIS_TRY((is_straight ? write_straight : write_film)(run, options, err));
    *seconds = clock_now() - start;
    return OASIS_OK;
}

int restore_one(const RestoreOptions *options, const OasisCancel *cancel)
{
    Run run = {.cancel = cancel};
    double seconds = 0;
    OasisError err;
    OasisStatus status = run_all(&run, options, &seconds, &err);

    /* Closed before anything is said, so that nothing unfinished lies about when it is read. */
    run_close(&run);
    progress_clear();
    if (status != OASIS_OK) {
        return report_unfinished(&err, options->output);
    }
    if (!options->quiet && !options->dry_run) {
        print_summary(&run, options->output, seconds);
    }
    return EXIT_DONE;
}

static int restore(int argc, char **argv)
{
    RestoreOptions options;
    char *note = note_write(argc, argv);
    int exit_code;

    if (restore_options_parse(&usage_restore, argc, argv, &options, &exit_code)) {
        options.note = note;
        progress_start(options.quiet);
        exit_code =
            (options.output_dir || options.each ? batch_restore
                                                : restore_one)(&options, interrupt_cancel());
    }
    free(note);
    return exit_code;
}

const Command command_restore = {
    .usage = &usage_restore,
    .computes = true,
    .run = restore,
};
