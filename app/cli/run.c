/* What the commands that restore work with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "folders/folders.h"
#include "progress.h"
#include "report.h"
#include "text.h"

void run_close(Run *run)
{
    oasis_sink_close(&run->sink);
    for (int i = 0; i < run->n_devices; i++) {
        oasis_restorer_free(&run->restorers[i]);
        oasis_device_close(&run->devices[i]);
    }
    oasis_model_close(&run->model);
    oasis_source_close(&run->source);
    oasis_analysis_free(&run->analysis);
    film_clear(&run->film);
}

static void warn(const OasisPlanNote *note, void *data)
{
    char text[256];

    report_warning(oasis_plan_note_words(note, text, sizeof text));
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

/* Reads the film through once, or a single range alone: its cadence and scenes decide which frames
 * there are. */
static OasisStatus analyse(Run *run, const RestoreOptions *options, OasisError *err)
{
    const OasisAnalyseParams params = {
        .further = run->film.further,
        .stream = options->media.stream,
        .look = options->n_ranges <= 1 && (options->start_ns > 0 || options->end_ns > 0),
        .look_ns = options->start_ns,
        .look_end_ns = options->end_ns > 0 ? options->end_ns : INT64_MAX,
        .cancel = run->cancel,
        .progress = progress_index,
    };

    run->kind = options->kind;
    if (!file_is_raw(options->input)) {
        OASIS_TRY(file_analyse(options->input, &params, &run->analysis, err));
    }
    if (run->kind == OASIS_KINDS) {
        run->kind = run->analysis ? run->analysis->kind : OASIS_KIND_OTHER;
    }
    return OASIS_OK;
}

static bool choose(Choice choice, bool usual)
{
    return choice == CHOICE_BY_KIND ? usual : choice == CHOICE_YES;
}

/* What the source's format and kind leave open of the size. */
static void choose_size(Run *run, const RestoreOptions *options)
{
    const OasisKindDefaults *usual = oasis_kind_defaults(run->kind);

    run->size = options->size;
    if (run->size.scale == 0 && run->size.height == 0) {
        run->size.scale = oasis_kind_scale(run->kind, &oasis_source_info(run->source)->format);
    }
    if (run->analysis && choose(options->find_borders, usual->crop)) {
        run->size.crop = oasis_media_source_borders(run->source, run->analysis);
    }
}

static OasisStatus find_range(const Run *run, const char *input, const OasisSpan *span,
                              OasisFrameRange *range, OasisError *err)
{
    const OasisSourceInfo *info = oasis_source_info(run->source);

    range->first = oasis_source_frame_at(run->source, span->start_ns);
    range->end = span->end_ns > 0 ? oasis_source_frame_at(run->source, span->end_ns) : info->frames;
    if (range->first >= range->end) {
        int64_t last = oasis_source_pts(run->source, info->frames - 1);
        double seconds = (double)last * (double)info->time_base.num / (double)info->time_base.den;

        return oasis_fail(err, OASIS_ERR_USAGE, input,
                          "has no frame from %s to %s; its last frame is at %s",
                          text_time(span->start_ns).text,
                          span->end_ns > 0 ? text_time(span->end_ns).text : "its end",
                          text_time((int64_t)(seconds * 1e9)).text);
    }
    return OASIS_OK;
}

static OasisStatus find_ranges(Run *run, const RestoreOptions *options, OasisError *err)
{
    const OasisSpan first = {options->start_ns, options->end_ns};
    OasisFrameRange range;

    OASIS_TRY(find_range(run, options->input, &first, &range, err));
    run->first = range.first;
    run->end = range.end;
    for (size_t i = 1; i < options->n_ranges; i++) {
        OASIS_TRY(find_range(run, options->input, &options->ranges[i],
                             &run->further[run->n_further++], err));
    }
    return OASIS_OK;
}

/* What noise IN has, where its grain is to be given back. */
static void choose_grain(Run *run, const RestoreOptions *options)
{
    const OasisCrop *crop = &run->size.crop;
    const int rows = oasis_source_info(run->source)->format.height - crop->top - crop->bottom;

    run->grain_share = options->grain < 0 ? oasis_kind_defaults(run->kind)->grain : options->grain;
    run->has_grain = run->grain_share > 0 && run->analysis &&
                     oasis_grain_measured(run->analysis->noise, (double)run->format.height / rows,
                                          &run->grain);
    if (options->grain > 0 && !run->has_grain) {
        report_warning("no grain is given back, since IN's noise could not be measured");
    }
}

static OasisStatus open_source(Run *run, const RestoreOptions *options, OasisError *err)
{
    OasisMediaParams params = options->media;

    params.double_rate = params.deinterlace != OASIS_DEINTERLACE_OFF &&
                         choose(options->double_rate, oasis_kind_defaults(run->kind)->double_rate);
    params.analysis = run->analysis;
    params.further = run->film.further;
    params.cancel = run->cancel;
    params.progress = progress_index;
    OASIS_TRY(file_open_source(options->input, &params, &run->source, err));
    OASIS_TRY(find_ranges(run, options, err));
    choose_size(run, options);
    OASIS_TRY(oasis_output_format(&oasis_source_info(run->source)->format, &run->size,
                                  &run->format, err));
    choose_grain(run, options);
    return OASIS_OK;
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

OasisStatus run_open_restorers(Run *run, const RestoreOptions *options, OasisError *err)
{
    OasisDeviceParams params = options->device;
    char names[1024], *rest = names;

    if (!params.name) {
        return open_restorer(run, params, err);
    }
    snprintf(names, sizeof names, "%s", params.name);
    while ((params.name = strsep(&rest, ","))) {
        OASIS_TRY(open_restorer(run, params, err));
    }
    return OASIS_OK;
}

/* A target that is there is refused at once, unless unfinished work says that it is its own. */
static OasisStatus check_target(const RestoreOptions *options, const char *original,
                                OasisError *err)
{
    OasisExportState state;
    OasisStatus status;

    if (oasis_media_is_images(options->output)) { /* which lie in a folder of their own */
        return OASIS_OK;
    }
    status = oasis_target_check(options->output, original, options->force, err);

    if (status == OASIS_ERR_EXISTS && !file_is_raw(options->output)) {
        status = oasis_export_look(options->output, &state, NULL) == OASIS_OK ? OASIS_OK : status;
        oasis_export_state_clear(&state);
    }
    return status;
}

OasisStatus run_open(Run *run, const RestoreOptions *options, OasisError *err)
{
    char path[4096];

    OASIS_TRY(check_target(options, options->input, err));
    OASIS_TRY(film_find(&run->film, options->input, options->further, options->join, err));
    for (const char *const *part = run->film.further; part && *part; part++) {
        OASIS_TRY(check_target(options, *part, err));
    }
    offer_further(&run->film);
    OASIS_TRY(analyse(run, options, err));
    OASIS_TRY(open_source(run, options, err));
    OASIS_TRY(file_find_model(options->model, path, sizeof path, err));
    return oasis_model_open(path, &run->model, err);
}

int64_t run_frames(const Run *run)
{
    int64_t frames = run->end - run->first;

    for (size_t i = 0; i < run->n_further; i++) {
        frames += run->further[i].end - run->further[i].first;
    }
    return frames;
}

OasisMediaTarget run_target(Run *run, const RestoreOptions *options)
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
        .bit_rate = options->bit_rate,
        .file_bytes = options->file_bytes,
        .preset = options->preset,
        .pixels = options->pixels,
        .tracks_from = file_is_raw(options->input) ? NULL : options->input,
        .further = run->film.further,
        .stream = options->media.stream,
        .sound = options->sound,
        .strict = options->strict,
        .index_folder =
            folders_cache("index", run->index_folder, sizeof run->index_folder),
        .start_ns = options->start_ns,
        .end_ns = options->end_ns,
        .further_spans = options->ranges + 1,
        .n_further_spans = run->n_further,
        .warn = warn,
    };
}

OasisJobParams run_job(const Run *run, const RestoreOptions *options)
{
    const double usual = oasis_kind_defaults(run->kind)->strength *
                         oasis_model_info(run->model)->default_strength;
    size_t n_cuts = 0;
    const int64_t *cuts =
        file_is_raw(options->input) ? NULL : oasis_media_source_cuts(run->source, &n_cuts);

    return (OasisJobParams){
        .restorers = run->restorers,
        .n_restorers = run->n_devices,
        .source = run->source,
        .sink = run->sink,
        .output = run->format,
        .crop = run->size.crop,
        .first = run->first,
        .end = run->end,
        .further = run->further,
        .n_further = run->n_further,
        .strength = options->strength < 0 ? usual : options->strength,
        .grain = run->has_grain ? &run->grain : NULL,
        .grain_share = run->grain_share,
        .cuts = cuts,
        .n_cuts = n_cuts,
        .cancel = run->cancel,
        .progress = progress_job,
    };
}

OasisExportParams run_export(Run *run, const RestoreOptions *options,
                             const OasisMediaTarget *target, const OasisJobParams *job)
{
    return (OasisExportParams){
        .path = options->output,
        .target = target,
        .job = job,
        .info = file_is_raw(options->input) ? NULL : oasis_media_source_info(run->source),
        .version = REKINDLE_VERSION,
        .identity_folder =
            folders_cache("models", run->identity_folder, sizeof run->identity_folder),
        .note = options->note,
        .piece_seconds = options->piece_seconds,
        .start_over = options->start_over,
        .any_device = options->any_device,
        .wait = progress_wait,
        .joining = progress_joining,
    };
}
