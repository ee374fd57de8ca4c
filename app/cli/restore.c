/* rekindle-cli restore: one file in, one file out.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "clock.h"
#include "escape.h"
#include "files.h"
#include "interrupt.h"
#include "plan.h"
#include "progress.h"
#include "report.h"
#include "restore-options.h"
#include "text.h"

enum { MOST_DEVICES = 16 };

/* All that a run holds; freed in one place, however far it came. */
typedef struct Run {
    OasisCancel *cancel;
    Film film;
    OasisSource *source;
    OasisModel *model;
    OasisDevice *devices[MOST_DEVICES];
    OasisRestorer *restorers[MOST_DEVICES]; /* one on each */
    int n_devices;
    OasisSink *sink;
    OasisFrameFormat format; /* of the restored frames */
    int64_t first, end;      /* source frames to restore */
    double seconds;          /* that the job took */
} Run;

static void run_close(Run *run)
{
    oasis_sink_close(&run->sink);
    for (int i = 0; i < run->n_devices; i++) {
        oasis_restorer_free(&run->restorers[i]);
        oasis_device_close(&run->devices[i]);
    }
    oasis_model_close(&run->model);
    oasis_source_close(&run->source);
    film_clear(&run->film);
    /* The flag stays: a late signal may still trigger it. */
}

static void warn(const char *message, void *data)
{
    report_warning(message);
}

/* Says that the film may go on in other files. */
static void offer_further(const Film *film)
{
    char text[1024];

    if (film->n_found > 0 && !film->further) {
        snprintf(text, sizeof text, "%zu further part%s of the film lie%s beside it (%s%s); --join "
                                    "takes %s",
                 film->n_found, film->n_found == 1 ? "" : "s", film->n_found == 1 ? "s" : "",
                 file_name(film->found[0]), film->n_found == 1 ? "" : " …",
                 film->n_found == 1 ? "it" : "them");
        report_warning(text);
    }
}

static OasisStatus open_source(Run *run, const RestoreOptions *options, OasisError *err)
{
    OasisMediaParams params = {
        .deinterlace = options->deinterlace,
        .further = run->film.further,
        .double_rate = options->double_rate,
        .cancel = run->cancel,
        .progress = progress_index,
    };
    const OasisSourceInfo *info;

    OASIS_TRY(file_open_source(options->input, &params, &run->source, err));
    info = oasis_source_info(run->source);
    run->first = oasis_source_frame_at(run->source, options->start_ns);
    run->end = info->frames;
    if (options->end_ns > 0) {
        run->end = oasis_source_frame_at(run->source, options->end_ns);
    }
    if (run->first >= run->end) {
        int64_t last = oasis_source_pts(run->source, info->frames - 1);
        double seconds = (double)last * (double)info->time_base.num / (double)info->time_base.den;

        return oasis_fail(err, OASIS_ERR_USAGE, options->input,
                          "has no frame from --start to --end; its last frame is at %s",
                          text_time((int64_t)(seconds * 1e9)).text);
    }
    return oasis_output_format(&info->format, &options->size, &run->format, err);
}

static OasisStatus open_restorer(Run *run, OasisDeviceParams params, OasisError *err)
{
    const int i = run->n_devices;

    if (i == MOST_DEVICES) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--device", "takes %d devices at most",
                          MOST_DEVICES);
    }
    OASIS_TRY(file_open_device(params, &run->devices[i], err));
    run->n_devices++;
    return oasis_restorer_new(run->model, run->devices[i], &run->restorers[i], err);
}

/* One on each of the devices that are named, with commas between them. */
static OasisStatus open_restorers(Run *run, const RestoreOptions *options, OasisError *err)
{
    OasisDeviceParams params = options->device;
    char path[4096], names[1024], *rest = names;

    OASIS_TRY(file_find_model(options->model, path, sizeof path, err));
    OASIS_TRY(oasis_model_open(path, &run->model, err));
    if (!params.name) {
        return open_restorer(run, params, err);
    }
    snprintf(names, sizeof names, "%s", params.name);
    while ((params.name = strsep(&rest, ","))) {
        OASIS_TRY(open_restorer(run, params, err));
    }
    return OASIS_OK;
}

static OasisMediaTarget make_target(const Run *run, const RestoreOptions *options)
{
    return (OasisMediaTarget){
        .target =
            {
                .format = run->format,
                .frame_rate = oasis_source_info(run->source)->frame_rate,
                .original = options->input,
                .replace = options->force,
            },
        .codec = options->codec,
        .quality = options->quality,
        .preset = options->preset,
        .pixels = options->pixels,
        .tracks_from = file_is_raw(options->input) ? NULL : options->input,
        .further = run->film.further,
        .sound = options->sound,
        .strict = options->strict,
        .start_ns = options->start_ns,
        .end_ns = options->end_ns,
        .warn = warn,
    };
}

static OasisJobParams make_job(const Run *run, const RestoreOptions *options)
{
    const double usual = oasis_model_info(run->model)->default_strength;

    return (OasisJobParams){
        .restorers = run->restorers,
        .n_restorers = run->n_devices,
        .source = run->source,
        .sink = run->sink,
        .output = run->format,
        .first = run->first,
        .end = run->end,
        .strength = options->strength < 0 ? usual : options->strength,
        .cancel = run->cancel,
        .progress = progress_job,
    };
}

/* Says what is about to be done. */
static OasisStatus show_plan(const Run *run, const RestoreOptions *options,
                             void (*print)(const Plan *plan), OasisError *err)
{
    const OasisMediaTarget target = make_target(run, options);
    const OasisJobParams job = make_job(run, options);
    OasisMediaPlan *media;
    Plan plan = {
        .output = options->output,
        .target = &target,
        .info = file_is_raw(options->input) ? NULL : oasis_media_source_info(run->source),
        .frames = run->end - run->first,
        .device = oasis_device_info(run->devices[0]),
    };

    OASIS_TRY(oasis_job_cost(&job, &plan.cost, err));
    OASIS_TRY(oasis_media_plan_new(options->output, &target, plan.info, &media, err));
    plan.media = media;
    print(&plan);
    oasis_media_plan_free(&media);
    return OASIS_OK;
}

static OasisStatus open_sink(Run *run, const RestoreOptions *options, OasisError *err)
{
    const OasisMediaTarget target = make_target(run, options);

    if (file_is_raw(options->output) && !file_is_raw(options->input) &&
        oasis_media_source_info(run->source)->variable_rate) {
        report_warning("the frame rate varies, which raw frames cannot keep");
    }
    return file_open_sink(options->output, &target, &run->sink, err);
}

static OasisStatus run_job(const Run *run, const RestoreOptions *options, OasisError *err)
{
    const OasisJobParams params = make_job(run, options);

    return oasis_job_run(&params, err);
}

static void print_summary(const Run *run, const char *output)
{
    int64_t frames = run->end - run->first;
    struct stat file = {0};

    stat(output, &file);
    escape_print(stdout, output);
    printf(": %" PRId64 " frame%s of %dx%d, %s, in %s (%.2f frames/s)\n", frames,
           frames == 1 ? "" : "s", run->format.width, run->format.height,
           text_bytes((uint64_t)file.st_size).text, text_duration(run->seconds).text,
           (double)frames / run->seconds);
}

static OasisStatus run_all(Run *run, const RestoreOptions *options, OasisError *err)
{
    double start;

    OASIS_TRY(oasis_target_check(options->output, options->input, options->force, err));
    if (options->dry_run && file_is_raw(options->output)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--dry-run", "says nothing of raw frames (%s)",
                          options->output);
    }
    OASIS_TRY(film_find(&run->film, options->input, options->further, options->join, err));
    for (const char *const *part = run->film.further; part && *part; part++) {
        OASIS_TRY(oasis_target_check(options->output, *part, options->force, err));
    }
    offer_further(&run->film);
    OASIS_TRY(open_source(run, options, err));
    OASIS_TRY(open_restorers(run, options, err));
    progress_clear();
    if (options->dry_run) {
        return show_plan(run, options, options->json ? plan_print_json : plan_print, err);
    }
    OASIS_TRY(open_sink(run, options, err));
    if (!options->quiet && !file_is_raw(options->output)) {
        OASIS_TRY(show_plan(run, options, plan_print_head, err));
    }
    start = clock_now();
    OASIS_TRY(run_job(run, options, err));
    run->seconds = clock_now() - start;
    return OASIS_OK;
}

static int restore(int argc, char **argv)
{
    RestoreOptions options;
    Run run = {0};
    OasisStatus status;
    OasisError err;
    int exit_code;

    if (!restore_options_parse(argc, argv, &options, &exit_code)) {
        return exit_code;
    }
    run.cancel = oasis_cancel_new(NULL);
    if (!run.cancel) {
        oasis_fail_memory(&err, "restore");
        return report_error(&err);
    }
    interrupt_cancels(run.cancel);
    progress_start(options.quiet);

    status = run_all(&run, &options, &err);
    /* Closed before anything is said, so that nothing unfinished lies about when it is read. */
    run_close(&run);
    progress_clear();
    if (status != OASIS_OK) {
        return report_error(&err);
    }
    if (!options.quiet && !options.dry_run) {
        print_summary(&run, options.output);
    }
    return EXIT_DONE;
}

const Command command_restore = {
    .usage = &usage_restore,
    .computes = true,
    .run = restore,
};
