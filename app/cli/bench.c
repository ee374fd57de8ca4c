/* rekindle-cli bench: what a device makes of a model, and where its time goes.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench-frames.h"
#include "cli.h"
#include "clock.h"
#include "files.h"
#include "interrupt.h"
#include "oasis/job.h"
#include "oasis/profile.h"
#include "options.h"
#include "report.h"
#include "text.h"

enum { MOST_SIZES = 8 };

typedef struct Options {
    const char *model;
    OasisDeviceParams device;
    int chunks;
    struct {
        int width, height;
    } sizes[MOST_SIZES];
    int n_sizes;
    bool help;
} Options;

/* All that the command holds. */
typedef struct Bench {
    const OasisCancel *cancel;
    OasisModel *model;
    OasisDevice *device;
    OasisRestorer *restorer;
    double best_flops, best_bytes; /* a second */
    double ready;                  /* seconds until the first job could begin */
} Bench;

/* --- options ---------------------------------------------------------------------------------- */

static OasisStatus take_size(Options *options, const char *text, OasisError *err)
{
    int width, height, end = 0;

    if (sscanf(text, "%dx%d%n", &width, &height, &end) != 2 || text[end] || width < 1 ||
        height < 1 || width > 8192 || height > 8192) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--size",
                          "\"%s\" is no size; write WIDTHxHEIGHT, as 640x480", text);
    }
    if (options->n_sizes == MOST_SIZES) {
        return oasis_fail(err, OASIS_ERR_USAGE, "--size", "takes at most %d sizes", MOST_SIZES);
    }
    options->sizes[options->n_sizes].width = width;
    options->sizes[options->n_sizes++].height = height;
    return OASIS_OK;
}

static OasisStatus take(Options *options, int option, const char *value, OasisError *err)
{
    switch (option) {
    case OPTION_MODEL:
        options->model = value;
        return OASIS_OK;
    case OPTION_DEVICE:
        options->device.name = value;
        return OASIS_OK;
    case OPTION_DTYPE:
        options->device.dtype = value;
        return OASIS_OK;
    case OPTION_THREADS:
        return options_integer("--threads", value, 1, 1024, &options->device.threads, err);
    case OPTION_CHUNKS:
        return options_integer("--chunks", value, 1, 100, &options->chunks, err);
    default:
        return take_size(options, value, err);
    }
}

static OasisStatus parse(int argc, char **argv, Options *options, OasisError *err)
{
    int option;

    *options = (Options){.chunks = 1};
    while ((option = options_next(&usage_bench, argc, argv, err)) != OPTION_END) {
        options->help = option == OPTION_HELP;
        if (options->help) {
            return OASIS_OK;
        }
        OASIS_TRY(option == OPTION_BAD ? err->status : take(options, option, optarg, err));
    }
    if (!options->n_sizes) {
        OASIS_TRY(take_size(options, "320x240", err));
        OASIS_TRY(take_size(options, "640x480", err));
        OASIS_TRY(take_size(options, "960x540", err));
    }
    return options_check_files(&usage_bench, argc, false, err);
}

/* --- one size --------------------------------------------------------------------------------- */

typedef struct Result {
    double first; /* seconds of the first chunk, with all that it makes ready */
    double seconds;
    double measured; /* seconds of the same chunks, each operation waited for */
    int64_t frames;
} Result;

/* Restores the frames that chunks [first, end) own. */
static OasisStatus run_chunks(Bench *bench, OasisJobParams *job, int64_t first, int64_t end,
                              Result *result, OasisError *err)
{
    const OasisModelInfo *model = oasis_model_info(bench->model);
    const OasisChunkGrid grid = {
        .frames = oasis_source_info(job->source)->frames,
        .chunk_frames = model->chunk_frames, .chunk_overlap = model->chunk_overlap,
    };
    OasisChunk last = oasis_chunk_get(&grid, end - 1);
    double start = clock_now();

    job->first = oasis_chunk_get(&grid, first).own_first;
    job->end = last.own_first + last.own_frames;
    OASIS_TRY(oasis_job_run(job, err));
    result->seconds = clock_now() - start;
    result->frames = job->end - job->first;
    return OASIS_OK;
}

static OasisStatus run_size(Bench *bench, const Options *options, int width, int height,
                            Result *result, OasisError *err)
{
    const OasisModelInfo *model = oasis_model_info(bench->model);
    BenchFrames frames;
    OasisJobParams job = {.restorers = &bench->restorer, .n_restorers = 1, .strength = 1,
                          .cancel = bench->cancel};
    OasisSize size = {.scale = 2};
    OasisStatus status;

    OASIS_TRY(bench_frames_make(&frames, width, height,
                                (options->chunks + 2) * model->chunk_frames, err));
    job.source = &frames.source;
    job.sink = &frames.sink;
    oasis_device_profile_measure(bench->device, false);
    status = oasis_output_format(&frames.info.format, &size, &job.output, err);
    if (status == OASIS_OK) {
        status = run_chunks(bench, &job, 0, 1, result, err);
        result->first = result->seconds;
    }
    if (status == OASIS_OK) {
        status = run_chunks(bench, &job, 1, 1 + options->chunks, result, err);
    }
    if (status == OASIS_OK) {
        Result measured = {0};
        oasis_device_profile_measure(bench->device, true);
        status = run_chunks(bench, &job, 1, 1 + options->chunks, &measured, err);
        result->measured = measured.seconds;
    }
    bench_frames_clear(&frames);
    return status;
}

/* The time that the device could do it in at best, by products or by bytes. */
static double floor_of(const Bench *bench, const OasisProfileRow *row)
{
    double products = row->flops / bench->best_flops, moves = row->bytes / bench->best_bytes;

    return products > moves ? products : moves;
}

static void print_rows(Bench *bench, const Result *result)
{
    size_t n;
    const OasisProfileRow *rows = oasis_device_profile_rows(bench->device, &n);
    OasisProfileRow sum = {0};
    double floors = 0;

    printf("  %-28s %7s %10s %6s %9s %9s %9s %6s\n", "operation", "calls", "ms", "share", "GFLOP",
           "GB", "GFLOP/s", "floor");
    for (size_t i = 0; i < n; i++) {
        printf("  %-28s %7lld %10.1f %5.1f%% %9.1f %9.2f %9.1f %5.0f%%\n", rows[i].name,
               (long long)rows[i].calls, rows[i].seconds * 1e3,
               rows[i].seconds / result->measured * 100, rows[i].flops / 1e9, rows[i].bytes / 1e9,
               rows[i].flops / 1e9 / rows[i].seconds,
               floor_of(bench, &rows[i]) / rows[i].seconds * 100);
        sum.calls += rows[i].calls;
        sum.seconds += rows[i].seconds;
        sum.flops += rows[i].flops;
        sum.bytes += rows[i].bytes;
        floors += floor_of(bench, &rows[i]);
    }
    printf("  %-28s %7lld %10.1f %5.1f%% %9.1f %9.2f %9.1f %5.0f%%\n", "all", (long long)sum.calls,
           sum.seconds * 1e3, sum.seconds / result->measured * 100, sum.flops / 1e9,
           sum.bytes / 1e9, sum.flops / 1e9 / sum.seconds, floors / sum.seconds * 100);
    printf("  %.0f %% of the product rate over the whole\n",
           sum.flops / result->seconds / bench->best_flops * 100);
}

static void print_size(Bench *bench, int width, int height, const Result *result)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    printf("\n%dx%d -> %dx%d: %.3f frames/s, first chunk after %.2f s, %s resident at most\n",
           width, height, 2 * width, 2 * height, (double)result->frames / result->seconds,
           bench->ready + result->first, text_bytes((uint64_t)usage.ru_maxrss * 1024).text);
    print_rows(bench, result);
    fflush(stdout);
}

/* --- the command ------------------------------------------------------------------------------ */

static OasisStatus open_all(Bench *bench, const Options *options, OasisError *err)
{
    char path[4096];
    double start = clock_now();

    OASIS_TRY(file_find_model(options->model, path, sizeof path, err));
    OASIS_TRY(oasis_model_open(path, &bench->model, err));
    OASIS_TRY(file_open_device(options->device, &bench->device, err));
    OASIS_TRY(oasis_device_profile(bench->device, err));
    OASIS_TRY(oasis_restorer_new(bench->model, bench->device, &bench->restorer, err));
    bench->ready = clock_now() - start;
    return oasis_device_best_rates(bench->device, &bench->best_flops, &bench->best_bytes, err);
}

static OasisStatus run_all(Bench *bench, const Options *options, OasisError *err)
{
    const OasisDeviceInfo *info;

    OASIS_TRY(open_all(bench, options, err));
    info = oasis_device_info(bench->device);
    printf("%s on %s (%s), %s: products at %.0f GFLOP/s, copies at %.1f GB/s; ready after %.2f s\n",
           oasis_model_info(bench->model)->name, info->name, info->description,
           oasis_dtype_name(info->dtype), bench->best_flops / 1e9, bench->best_bytes / 1e9,
           bench->ready);
    for (int i = 0; i < options->n_sizes; i++) {
        Result result = {0};
        OASIS_TRY(run_size(bench, options, options->sizes[i].width, options->sizes[i].height,
                           &result, err));
        print_size(bench, options->sizes[i].width, options->sizes[i].height, &result);
    }
    return OASIS_OK;
}

static int run(int argc, char **argv)
{
    Options options;
    Bench bench = {0};
    OasisStatus status;
    OasisError err;

    if (parse(argc, argv, &options, &err) != OASIS_OK) {
        return report_error(&err);
    }
    if (options.help) {
        return EXIT_DONE;
    }
    bench.cancel = interrupt_cancel();
    status = run_all(&bench, &options, &err);
    oasis_restorer_free(&bench.restorer);
    oasis_device_close(&bench.device);
    oasis_model_close(&bench.model);
    return status == OASIS_OK ? EXIT_DONE : report_error(&err);
}

const Command command_bench = {
    .usage = &usage_bench,
    .computes = true,
    .run = run,
};
