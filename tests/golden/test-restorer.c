/* A small random model through a restorer, as the pipeline calls it: odd sizes, what is
 * wanted, times, progress, cancelling, memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "compute.h"
#include "make-model.h"
#include "model/model-private.h"
#include "model/restorer.h"
#include "ops/backend.h"
#include "test.h"

enum { MAX_FRAMES = 17 };

typedef struct Fixture {
    void *bytes;
    OasisModel *model;
    OasisDevice *device;
    OasisRestorer *restorer;
} Fixture;

static void set_up(Fixture *f, const ModelSpec *spec)
{
    OasisDeviceParams params = {.name = "reference", .dtype = "f32"};
    OasisError err;
    char json[4096];
    size_t size;

    model_json(spec, json, sizeof json);
    f->bytes = model_bytes(json, test_random(), OASIS_ELEMENT_BF16, &size);
    REQUIRE(f->bytes);
    REQUIRE(CHECK_OK(oasis_model_read("tiny", f->bytes, size, &f->model, &err), &err));
    REQUIRE(CHECK_OK(oasis_device_open(&params, &f->device, &err), &err));
    REQUIRE(CHECK_OK(oasis_restorer_new(f->model, f->device, &f->restorer, &err), &err));
}

static void tear_down(Fixture *f)
{
    oasis_restorer_free(&f->restorer);
    oasis_device_close(&f->device);
    oasis_model_close(&f->model);
    free(f->bytes);
}

static OasisFrameFormat format(int width, int height, int shift)
{
    return (OasisFrameFormat){
        .width = width, .height = height, .depth = 8, .planes = 3, .chroma_shift_x = shift,
        .chroma_shift_y = shift, .matrix = OASIS_MATRIX_BT709, .range = OASIS_RANGE_LIMITED,
        .siting = OASIS_SITING_LEFT, .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
    };
}

/* A smooth moving picture, so that what the model does to it can be told from noise. */
static OasisFrame *make_frame(const OasisFrameFormat *format, int t)
{
    OasisFrame *frame = oasis_frame_new(format);

    REQUIRE(frame);
    for (int p = 0; p < format->planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(format, p); x++) {
                frame->data[p][y * frame->stride[p] + x] =
                    (uint8_t)(128 + 80 * sin(0.3 * x + 0.2 * y + 0.5 * t + p));
            }
        }
    }
    frame->pts = 1001 * t + 7;
    frame->duration = 1001;
    frame->time_base = (OasisRational){1, 30000};
    return frame;
}

static void make_clip(const OasisFrameFormat *format, int n, OasisFrame **frames)
{
    for (int t = 0; t < n; t++) {
        frames[t] = make_frame(format, t);
    }
}

static void drop(OasisFrame **frames, int n)
{
    for (int t = 0; t < n; t++) {
        oasis_frame_unref(&frames[t]);
    }
}

static bool equal_frames(const OasisFrame *a, const OasisFrame *b)
{
    for (int p = 0; p < a->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&a->format, p); y++) {
            if (memcmp(a->data[p] + y * a->stride[p], b->data[p] + y * b->stride[p],
                       (size_t)oasis_frame_plane_width(&a->format, p))) {
                return false;
            }
        }
    }
    return true;
}

/* Root of the mean squared difference of the first plane. */
static double distance(const OasisFrame *a, const OasisFrame *b)
{
    double sum = 0;

    for (int y = 0; y < a->format.height; y++) {
        for (int x = 0; x < a->format.width; x++) {
            double d = a->data[0][y * a->stride[0] + x] - b->data[0][y * b->stride[0] + x];
            sum += d * d;
        }
    }
    return sqrt(sum / a->format.height / a->format.width);
}

static void note_progress(double done, void *data)
{
    double *last = data;

    CHECK(done >= *last && done <= 1);
    *last = done;
}

/* Runs a size twice: the frames must be there, sane, not the source, and the same both times. */
static void test_size(Fixture *f, OasisFrameFormat source_format, OasisFrameFormat output, int n)
{
    /* Single pixels may happen to round to what they were; a decoder that does not add to the
     * source yields some other picture. */
    double nearest = output.width < 10 ? -1 : 0.5;
    double furthest = f->model->geometry.residual ? 60 : 128;
    OasisFrame *frames[MAX_FRAMES], *restored[2][MAX_FRAMES], *source[MAX_FRAMES];
    OasisFrame *alone[MAX_FRAMES];
    double last = 0, worst = 0;
    OasisChunkWork work = {.frames = frames, .n_frames = n, .output = output, .want_frames = n,
                           .progress = note_progress, .data = &last};
    OasisError err;

    make_clip(&source_format, n, frames);
    REQUIRE(CHECK_OK(restore_chunk(f->restorer, &work, restored[0], source, &err), &err));
    CHECK_NEAR(last, 1, 0);
    last = 0;
    REQUIRE(CHECK_OK(restore_chunk(f->restorer, &work, restored[1], NULL, &err), &err));
    last = 0;
    REQUIRE(CHECK_OK(restore_chunk(f->restorer, &work, NULL, alone, &err), &err));
    for (int t = 0; t < n; t++) {
        CHECK(oasis_frame_format_equal(&restored[0][t]->format, &output));
        CHECK_INT(restored[0][t]->pts, frames[t]->pts);
        CHECK_INT(source[t]->duration, frames[t]->duration);
        CHECK_INT(restored[0][t]->time_base.den, 30000);
        CHECK(equal_frames(restored[0][t], restored[1][t]));
        CHECK(equal_frames(source[t], alone[t]));
        worst = fmax(worst, distance(restored[0][t], source[t]));
    }
    if (!CHECK(worst > nearest && worst < furthest)) {
        fprintf(stderr, "... %dx%d: %g levels from the source\n", output.width, output.height,
                worst);
    }
    drop(frames, n);
    drop(restored[0], n);
    drop(restored[1], n);
    drop(source, n);
    drop(alone, n);
}

static void test_sizes(void)
{
    const ModelSpec specs[] = {
        {.frames = 5},
        {.frames = 9, .tile_tokens = 3, .tile_overlap = 1, .band = 16, .cross = "const_bias"},
        {.frames = 5, .patch = 1, .border = "clip", .cross = "cached_kv", .cross_tokens = 3,
         .routing = "[[0, 0, 0], [2, 2, 2]]", .residual = "false"},
        {.frames = 5, .one_step = "{\"form\": \"residual\", \"sigma\": 0.4}"},
        {.frames = 5, .one_step = "{\"form\": \"noise\", \"sigma\": 0.6, \"seed\": 77}",
         .noise_channels = 8, .tile_tokens = 3, .tile_overlap = 1},
        {.frames = 5, .space = 2, .resize = "none"},
    };

    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        Fixture f = {0};
        int frames = specs[i].frames;
        set_up(&f, &specs[i]);
        test_size(&f, format(1, 1, 1), format(1, 1, 1), 1);
        test_size(&f, format(1, 1, 0), format(2, 2, 0), frames);
        test_size(&f, format(7, 5, 1), format(14, 10, 1), 2);
        test_size(&f, format(33, 18, 1), format(66, 36, 1), frames);
        test_size(&f, format(40, 31, 0), format(27, 21, 0), 3);
        tear_down(&f);
    }
}

/* What is asked for does not change what is computed. */
static void test_own(void)
{
    OasisFrame *frames[9], *all[9], *some[3];
    OasisFrameFormat in = format(20, 12, 1), out = format(40, 24, 1);
    OasisChunkWork work = {.frames = frames, .n_frames = 9, .output = out, .want_frames = 9};
    OasisError err;
    Fixture f = {0};

    set_up(&f, &(ModelSpec){.frames = 9});
    make_clip(&in, 9, frames);
    REQUIRE(CHECK_OK(restore_chunk(f.restorer, &work, all, NULL, &err), &err));
    work.want_first = 4;
    work.want_frames = 3;
    REQUIRE(CHECK_OK(restore_chunk(f.restorer, &work, some, NULL, &err), &err));
    for (int t = 0; t < 3; t++) {
        CHECK(equal_frames(some[t], all[4 + t]));
        CHECK_INT(some[t]->pts, frames[4 + t]->pts);
    }
    drop(frames, 9);
    drop(all, 9);
    drop(some, 3);
    tear_down(&f);
}

/* A short chunk is one whose last frame stands still. */
static void test_short(void)
{
    OasisFrame *frames[5], *few[2], *filled[5];
    OasisFrameFormat in = format(16, 16, 1), out = format(32, 32, 1);
    OasisChunkWork work = {.frames = frames, .n_frames = 2, .output = out, .want_frames = 2};
    OasisError err;
    Fixture f = {0};

    set_up(&f, &(ModelSpec){.frames = 5});
    for (int t = 0; t < 5; t++) {
        frames[t] = make_frame(&in, t < 1 ? t : 1);
    }
    REQUIRE(CHECK_OK(restore_chunk(f.restorer, &work, few, NULL, &err), &err));
    work.n_frames = work.want_frames = 5;
    REQUIRE(CHECK_OK(restore_chunk(f.restorer, &work, filled, NULL, &err), &err));
    CHECK(equal_frames(few[0], filled[0]));
    CHECK(equal_frames(few[1], filled[1]));
    drop(frames, 5);
    drop(few, 2);
    drop(filled, 5);
    tear_down(&f);
}

/* Work memory that was given back is taken again, and the result stays. */
static void test_trim(void)
{
    OasisFrame *frames[5], *before[5], *after[5];
    OasisFrameFormat in = format(20, 12, 1), out = format(40, 24, 1);
    OasisChunkWork work = {.frames = frames, .n_frames = 5, .output = out, .want_frames = 5};
    OasisError err;
    Fixture f = {0};

    set_up(&f, &(ModelSpec){.frames = 5});
    make_clip(&in, 5, frames);
    oasis_restorer_trim(f.restorer);
    REQUIRE(CHECK_OK(restore_chunk(f.restorer, &work, before, NULL, &err), &err));
    oasis_restorer_trim(f.restorer);
    oasis_restorer_trim(f.restorer);
    REQUIRE(CHECK_OK(restore_chunk(f.restorer, &work, after, NULL, &err), &err));
    for (int t = 0; t < 5; t++) {
        CHECK(equal_frames(before[t], after[t]));
    }
    drop(frames, 5);
    drop(before, 5);
    drop(after, 5);
    tear_down(&f);
}

static void count_progress(double done, void *data)
{
    ++*(int *)data;
}

/* What the model makes of `frames` together, where its chunks have `chunk`; returns how often it
 * told of progress. */
static int run_frames(Fixture *f, int chunk, int frames, OasisFrame **source,
                      OasisFrame **restored)
{
    OasisFrameFormat out = format(40, 24, 1);
    int calls = 0;
    OasisChunkWork work = {.frames = source, .n_frames = frames, .run_frames = frames,
                           .output = out, .want_frames = frames, .progress = count_progress,
                           .data = &calls};
    OasisFrame *whole[9];
    OasisError err;

    f->model->geometry.chunk_frames = chunk;
    f->device->backend->poll_flops = 1e5;
    for (int round = 0; round < 2; round++) { /* beside a whole chunk, whose plan is another */
        calls = 0;
        REQUIRE(CHECK_OK(restore_chunk(f->restorer, &work, restored, NULL, &err), &err));
        if (round == 0) {
            OasisChunkWork all = {.frames = source, .n_frames = frames, .output = out,
                                  .want_frames = frames};
            REQUIRE(CHECK_OK(restore_chunk(f->restorer, &all, whole, NULL, &err), &err));
            drop(whole, frames);
            drop(restored, frames);
        }
    }
    return calls;
}

/* Fewer frames than a chunk's may be computed by themselves, as a model of such chunks does. */
static void test_fewer_frames(void)
{
    OasisFrameFormat in = format(20, 12, 1);
    OasisFrame *frames[9], *part[9], *own[9];
    int whole_calls;
    Fixture f = {0};

    set_up(&f, &(ModelSpec){.frames = 9});
    make_clip(&in, 9, frames);
    whole_calls = run_frames(&f, 9, 9, frames, part);
    drop(part, 9);
    for (int n = 1; n <= 5; n += 4) {
        int calls = run_frames(&f, 9, n, frames, part);
        CHECK_INT(run_frames(&f, n, n, frames, own), calls);
        CHECK(calls * 3 < whole_calls * 2); /* it costs what it has */
        for (int t = 0; t < n; t++) {
            CHECK(equal_frames(part[t], own[t]));
        }
        drop(part, n);
        drop(own, n);
    }
    drop(frames, 9);
    tear_down(&f);
}

static void cancel_midway(double done, void *data)
{
    if (done > 0.3) {
        oasis_cancel_trigger(data);
    }
}

static void test_cancel(void)
{
    OasisFrame *frames[5], *restored[5], *source[5];
    OasisFrameFormat in = format(64, 48, 1), out = format(128, 96, 1);
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisChunkWork work = {.frames = frames, .n_frames = 5, .output = out, .want_frames = 5,
                           .cancel = cancel, .progress = cancel_midway, .data = cancel};
    OasisError err;
    Fixture f = {0};

    REQUIRE(cancel);
    set_up(&f, &(ModelSpec){.frames = 5});
    make_clip(&in, 5, frames);
    CHECK_STATUS(restore_chunk(f.restorer, &work, restored, source, &err),
                 OASIS_ERR_CANCELLED, &err);
    for (int t = 0; t < 5; t++) {
        CHECK(!restored[t] && !source[t]);
    }
    work.cancel = NULL;
    work.progress = NULL;
    CHECK_OK(restore_chunk(f.restorer, &work, restored, source, &err), &err);
    drop(restored, 5);
    drop(source, 5);
    drop(frames, 5);
    oasis_cancel_free(&cancel);
    tear_down(&f);
}

/* Memory is known before anything runs, and the height that is named does fit. */
static void test_memory(void)
{
    OasisFrame *frames[5], *restored[5];
    OasisFrameFormat in = format(160, 120, 1), out = format(320, 240, 1);
    OasisChunkWork work = {.frames = frames, .n_frames = 5, .output = out, .want_frames = 5};
    OasisError err;
    Fixture f = {0};
    uint64_t large, small;
    int height = 0;
    const char *number;

    set_up(&f, &(ModelSpec){.frames = 5});
    make_clip(&in, 5, frames);
    large = oasis_restorer_cost(f.restorer, &in, &out, false).bytes;
    out.width /= 2;
    out.height /= 2;
    small = oasis_restorer_cost(f.restorer, &in, &out, false).bytes;
    CHECK(small < large && small > 0);

    f.device->backend->info.memory_bytes = (small + large) / 2;
    CHECK_STATUS(restore_chunk(f.restorer, &work, restored, NULL, &err),
                 OASIS_ERR_NO_MEMORY, &err);
    number = strrchr(err.detail, ' ');
    REQUIRE(number);
    height = atoi(number + 1);
    CHECK(height >= 120 && height < 240);
    work.output.height = height;
    work.output.width = 320 * height / 240;
    CHECK_OK(restore_chunk(f.restorer, &work, restored, NULL, &err), &err);
    drop(restored, 5);

    work.output = format(320, 240, 1);
    f.device->backend->info.memory_bytes = 1000;
    CHECK_STATUS(restore_chunk(f.restorer, &work, restored, NULL, &err),
                 OASIS_ERR_NO_MEMORY, &err);
    CHECK_HAS(err.detail, "no height fits");
    drop(frames, 5);
    tear_down(&f);
}

/* A model of whole frames may have more tokens than can be counted: that is a matter of memory,
 * too. */
static void test_uncountable(void)
{
    OasisFrameFormat largest = format(16384, 16384, 1);
    OasisFrameFormat smallest = format(1, 1, 1);
    OasisFrame *frame = make_frame(&smallest, 0), *restored;
    OasisChunkWork work = {.frames = &frame, .n_frames = 1, .output = largest, .want_frames = 1};
    OasisError err;
    Fixture f = {0};

    set_up(&f, &(ModelSpec){.patch = 1});
    f.model->geometry.chunk_frames = OASIS_MAX_CHUNK_FRAMES;
    f.model->geometry.latent_pixels = 2; /* 65 latents of 8192 x 8192 tokens each */
    CHECK(oasis_restorer_cost(f.restorer, &smallest, &largest, false).bytes >
          1000000000000000);
    f.device->backend->info.memory_bytes = 1000000000;
    CHECK_STATUS(restore_chunk(f.restorer, &work, &restored, NULL, &err),
                 OASIS_ERR_NO_MEMORY, &err);
    oasis_frame_unref(&frame);
    tear_down(&f);
}

/* Wishes that make no sense. */
static void test_wrong_use(void)
{
    OasisFrame *frames[5], *restored[5];
    OasisFrameFormat in = format(8, 8, 1);
    OasisChunkWork work = {.frames = frames, .output = in};
    const int wishes[][3] = {{0, 0, 0}, {6, 0, 1}, {5, 3, 3}, {5, -1, 1}, {5, 0, -1}};
    OasisError err;
    Fixture f = {0};

    set_up(&f, &(ModelSpec){.frames = 5});
    make_clip(&in, 5, frames);
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        work.n_frames = wishes[i][0];
        work.want_first = wishes[i][1];
        work.want_frames = wishes[i][2];
        CHECK_STATUS(restore_chunk(f.restorer, &work, restored, NULL, &err),
                     OASIS_ERR_USAGE, &err);
    }
    work.n_frames = work.want_frames = 2;
    work.want_first = 0;
    for (int n = -1; n <= 9; n++) { /* 0 = the whole chunk; 5 is its length */
        if (n != 0 && n != 5) {
            work.run_frames = n;
            CHECK_STATUS(restore_chunk(f.restorer, &work, restored, NULL, &err),
                         OASIS_ERR_USAGE, &err);
        }
    }
    drop(frames, 5);
    tear_down(&f);
}

int main(void)
{
    test_begin();
    test_sizes();
    test_own();
    test_short();
    test_fewer_frames();
    test_trim();
    test_cancel();
    test_memory();
    test_uncountable();
    test_wrong_use();
    return test_end();
}
