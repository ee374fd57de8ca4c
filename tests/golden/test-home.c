/* The shipped model against what PyTorch computed with the same weights in float32 on a short clip
 * (weight-file.md, "Golden files").
 *
 * Usage: test-home MODEL CLIP. Skipped where the source tree holds no shipped model.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "compute.h"
#include "test.h"

typedef struct Clip {
    const OasisTensorView *source; /* U8 [T, height, width, 3] */
    const OasisTensorView *output; /* F32 [T, 2*height, 2*width, 3] */
} Clip;

/* Frame t of the source as the planes of an RGB frame, which are G, B, R. */
static OasisFrame *make_frame(const OasisTensorView *source, int t)
{
    static const int channel_of_plane[3] = {1, 2, 0};
    int height = (int)source->shape[1], width = (int)source->shape[2];
    OasisFrameFormat format = {
        .width = width, .height = height, .depth = 8, .planes = 3, .matrix = OASIS_MATRIX_RGB,
        .range = OASIS_RANGE_FULL, .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
    };
    const uint8_t *pixels = (const uint8_t *)source->data + (size_t)t * height * width * 3;
    OasisFrame *frame = oasis_frame_new(&format);

    REQUIRE(frame);
    for (int p = 0; p < 3; p++) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                frame->data[p][y * frame->stride[p] + x] =
                    pixels[((size_t)y * width + x) * 3 + channel_of_plane[p]];
            }
        }
    }
    return frame;
}

typedef struct Run {
    const Clip *clip;
    float *resized, *result;
} Run;

static OasisStatus run_clip(Bench *bench, void *data)
{
    const Run *run = data;
    const Clip *clip = run->clip;
    OasisExec *exec = &bench->exec;
    int frames = (int)clip->output->shape[0];
    int height = (int)clip->output->shape[1], width = (int)clip->output->shape[2];
    OasisShape shape = oasis_shape(bench->net->geometry, width, height,
                                   bench->net->geometry->chunk_frames);
    OasisTensor image = oasis_exec_take(exec, OASIS_F32, clip->output->count);
    OasisTensor result = oasis_exec_take(exec, OASIS_F32, clip->output->count);

    for (int t = 0; t < frames; t++) {
        OasisFrame *frame = make_frame(clip->source, t);
        OasisStatus status = oasis_exec_import_frame(exec, &(OasisImportArgs){
            .frame = frame, .width = width, .height = height, .padded_width = width,
            .padded_height = height,
            .image = oasis_tensor_at(image, (size_t)t * height * width * 3)});
        oasis_frame_unref(&frame);
        OASIS_TRY(status);
    }
    OASIS_TRY(oasis_net_run(bench->net, exec, image, image, &shape, result));
    bench_get(bench, image, run->resized, clip->output->count);
    bench_get(bench, result, run->result, clip->output->count);
    return OASIS_OK;
}

/* In dB of values from -1 to 1. */
static double psnr(const float *a, const float *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
    }
    return 10 * log10(4 * (double)n / sum);
}

static bool test_device(OasisModel *model, const Clip *clip, const char *device, const char *dtype)
{
    size_t n = clip->output->count;
    float *resized = malloc(n * sizeof *resized), *result = malloc(n * sizeof *result);
    float *expected = malloc(n * sizeof *expected);
    Bench bench;
    bool opened;

    REQUIRE(resized && result && expected);
    oasis_tensor_view_floats(clip->output, 0, n, expected);
    opened = bench_open(&bench, model, device, dtype, 0);
    if (opened) {
        double error, change;
        bench_run(&bench, run_clip, &(Run){clip, resized, result});
        error = relative_error(result, expected, n);
        change = psnr(expected, resized, n);
        fprintf(stderr, "%s %s: relative error %.2e, %.1f dB; the model changes the source by "
                "%.1f dB\n", device, dtype, error, psnr(result, expected, n), change);
        if (!strcmp(dtype, "f32")) {
            CHECK_NEAR(error, 0, 1e-4);
        }
        CHECK(psnr(result, expected, n) >= 45);
        CHECK(change < 42 && psnr(result, resized, n) < change + 3);
    }
    bench_close(&bench);
    free(resized);
    free(result);
    free(expected);
    return opened;
}

/* Usage: test-home MODEL CLIP [DEVICE DTYPE]: with a device, that alone, which has to be there. */
int main(int argc, char **argv)
{
    OasisTensorFile *file;
    OasisModel *model;
    OasisError err;
    const char *hash;
    char identity[65];
    Clip clip;

    test_begin();
    REQUIRE(argc == 3 || argc == 5);
    if (access(argv[1], F_OK)) {
        fprintf(stderr, "no %s\n", argv[1]);
        return TEST_SKIP;
    }
    REQUIRE(CHECK_OK(oasis_model_open(argv[1], &model, &err), &err));
    REQUIRE(CHECK_OK(oasis_tensor_file_open(argv[2], &file, &err), &err));
    clip.source = oasis_tensor_file_find(file, "golden.source");
    clip.output = oasis_tensor_file_find(file, "golden.output");
    hash = oasis_tensor_file_metadata(file, "model_sha256");
    REQUIRE(clip.source && clip.output && hash);
    oasis_model_identity(model, NULL, identity);
    CHECK_STR(hash, identity);
    CHECK_INT(clip.source->rank, 4);
    CHECK_INT(clip.output->shape[0], oasis_model_info(model)->chunk_frames);
    CHECK_INT(clip.output->shape[2], 2 * clip.source->shape[2]);

    /* The reference takes its time; it works where nothing else can. */
    if (argc == 5) {
        CHECK(test_device(model, &clip, argv[3], argv[4]));
    } else if (test_device(model, &clip, "cpu", "f32")) {
        test_device(model, &clip, "cpu", "bf16");
    } else {
        test_device(model, &clip, "reference", "f32");
    }
    oasis_tensor_file_close(&file);
    oasis_model_close(&model);
    return test_end();
}
