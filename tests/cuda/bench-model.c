/* Usage: bench-model MODEL [--device NAME] [--tiles N] [--chunks N] WIDTHxHEIGHT...
 *
 * The model alone, from an image on the device to an image on the device: the time of a chunk to
 * that size of output, the median after two that warm up, at the back end's number of tiles that
 * run together or at N. Not a test: there is nothing to expect.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "compute.h"
#include "core/clock.h"
#include "test.h"

enum { MOST_CHUNKS = 100, WARM_UP = 2 };

typedef struct Options {
    const char *device;
    int tiles, chunks;
} Options;

typedef struct Run {
    const OasisShape *shape;
    int chunks;
    double seconds[MOST_CHUNKS];
} Run;

/* Random pixels from -1 to 1: a frame, again and again. */
static void put_noise(OasisExec *exec, OasisTensor image, int frames, size_t n)
{
    float *values = malloc(n * sizeof *values);

    REQUIRE(values);
    for (size_t i = 0; i < n; i++) {
        values[i] = 2 * (float)test_random_unit() - 1;
    }
    for (int t = 0; t < frames; t++) {
        CHECK_OK(oasis_exec_upload(exec, oasis_tensor_at(image, (size_t)t * n), values,
                                   n * sizeof *values), exec->err);
    }
    free(values);
}

static OasisStatus run_chunks(Bench *bench, void *data)
{
    Run *run = data;
    const OasisShape *s = run->shape;
    OasisExec *exec = &bench->exec;
    size_t n = (size_t)s->full.padded_height * s->full.padded_width * 3, used;
    OasisTensor image = oasis_exec_take(exec, OASIS_F32, s->frames * n);
    OasisTensor result = oasis_exec_take(exec, OASIS_F32, s->frames * n);

    if (!exec->dry) {
        put_noise(exec, image, s->frames, n);
    }
    used = exec->used;
    for (int i = -WARM_UP; i < run->chunks; i++) {
        double start = oasis_seconds_now();
        exec->used = used;
        OASIS_TRY(oasis_net_run(bench->net, exec, image, image, s, result));
        if (!exec->dry) {
            OASIS_TRY(oasis_backend_sync(exec->backend, exec->err));
        }
        if (i >= 0) {
            run->seconds[i] = oasis_seconds_now() - start;
        }
    }
    return OASIS_OK;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(Bench *bench, const Options *options, int width, int height)
{
    const OasisModelInfo *info = oasis_model_info(bench->model);
    OasisShape shape = oasis_shape(bench->net->geometry, width, height, info->chunk_frames);
    Run run = {.shape = &shape, .chunks = options->chunks};
    int frames = info->chunk_frames - info->chunk_overlap;
    double median;

    bench_run(bench, run_chunks, &run);
    qsort(run.seconds, (size_t)run.chunks, sizeof *run.seconds, compare);
    median = run.seconds[run.chunks / 2];
    printf("%dx%d, %d tiles together: %.2f ms a chunk (%.2f to %.2f), %.1f new frames/s, "
           "%.1f TFLOP at %.1f TFLOP/s, work memory %.0f MB\n", width, height,
           bench->device->backend->tile_group, median * 1e3, run.seconds[0] * 1e3,
           run.seconds[run.chunks - 1] * 1e3, frames / median,
           bench->exec.flops / (run.chunks + WARM_UP) * 1e-12,
           bench->exec.flops / (run.chunks + WARM_UP) / median * 1e-12,
           (double)bench->exec.peak / 1e6);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    Options options = {.device = "cuda:0", .chunks = 10};
    OasisModel *model;
    OasisError err;
    Bench bench;

    test_begin();
    REQUIRE(argc > 2);
    REQUIRE(CHECK_OK(oasis_model_open(argv[1], &model, &err), &err));
    for (int i = 2; i < argc; i++) {
        int width, height;
        if (!strcmp(argv[i], "--device") && i + 1 < argc) {
            options.device = argv[++i];
        } else if (!strcmp(argv[i], "--tiles") && i + 1 < argc) {
            options.tiles = atoi(argv[++i]);
        } else if (!strcmp(argv[i], "--chunks") && i + 1 < argc) {
            options.chunks = atoi(argv[++i]);
            REQUIRE(options.chunks > 0 && options.chunks <= MOST_CHUNKS);
        } else {
            REQUIRE(sscanf(argv[i], "%dx%d", &width, &height) == 2);
            REQUIRE(bench_open(&bench, model, options.device, "bf16", 0));
            if (options.tiles) {
                bench.device->backend->tile_group = options.tiles;
            }
            measure(&bench, &options, width, height);
            bench_close(&bench);
        }
    }
    oasis_model_close(&model);
    return test_end();
}
