/* Whole chunks on the emulated card: held against the reference, cut in any way, and with the
 * driver's calls failing one after another.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <math.h>

#include "backends/cuda/driver.h"
#include "make-model.h"
#include "model/model-private.h"
#include "model/restorer.h"
#include "ops/backend.h"
#include "test.h"

enum { MAX_FRAMES = 9, CHUNKS = 2 };

typedef struct Fixture {
    void *bytes;
    OasisModel *model;
    OasisFrameFormat output;
    int n; /* frames of a chunk */
    OasisFrame *frames[CHUNKS][MAX_FRAMES];
} Fixture;

/* Restored frames of all chunks. */
typedef struct Result {
    OasisFrame *frames[CHUNKS][MAX_FRAMES];
} Result;

static OasisFrameFormat format(int width, int height)
{
    return (OasisFrameFormat){
        .width = width, .height = height, .depth = 8, .planes = 3, .chroma_shift_x = 1,
        .chroma_shift_y = 1, .matrix = OASIS_MATRIX_BT709, .range = OASIS_RANGE_LIMITED,
        .siting = OASIS_SITING_LEFT, .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
    };
}

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
    return frame;
}

static void set_up(Fixture *f, const ModelSpec *spec, int width, int height)
{
    OasisFrameFormat source = format(width / 2, height / 2);
    char json[4096];
    OasisError err;
    size_t size;

    *f = (Fixture){.output = format(width, height), .n = spec->frames};
    model_json(spec, json, sizeof json);
    f->bytes = model_bytes(json, test_random(), OASIS_ELEMENT_BF16, &size);
    REQUIRE(f->bytes);
    REQUIRE(CHECK_OK(oasis_model_read("tiny", f->bytes, size, &f->model, &err), &err));
    for (int c = 0; c < CHUNKS; c++) {
        for (int t = 0; t < f->n; t++) {
            f->frames[c][t] = make_frame(&source, c * f->n + t);
        }
    }
}

static void tear_down(Fixture *f)
{
    for (int c = 0; c < CHUNKS; c++) {
        for (int t = 0; t < f->n; t++) {
            oasis_frame_unref(&f->frames[c][t]);
        }
    }
    oasis_model_close(&f->model);
    free(f->bytes);
}

static void drop(Result *result)
{
    for (int c = 0; c < CHUNKS; c++) {
        for (int t = 0; t < MAX_FRAMES; t++) {
            oasis_frame_unref(&result->frames[c][t]);
        }
    }
}

/* Restores all chunks, as many begun at a time as the device has slots. What was begun is finished
 * whatever happens. */
static OasisStatus restore(const Fixture *f, OasisRestorer *restorer, Result *result,
                           OasisError *err)
{
    OasisTicket tickets[CHUNKS];
    OasisStatus status = OASIS_OK, finished;
    int begun = 0, done = 0;

    while (done < begun || (begun < CHUNKS && status == OASIS_OK)) {
        if (status == OASIS_OK && begun < CHUNKS &&
            begun - done < oasis_restorer_slots(restorer)) {
            const OasisChunkWork work = {.frames = f->frames[begun], .n_frames = f->n,
                                         .output = f->output, .want_frames = f->n};
            status = oasis_restorer_begin(restorer, &work, result->frames[begun], NULL,
                                          &tickets[begun], err);
            begun += status == OASIS_OK;
        } else {
            finished = oasis_restorer_finish(restorer, tickets[done++],
                                             status == OASIS_OK ? err : NULL);
            status = status == OASIS_OK ? finished : status;
        }
    }
    return status;
}

/* How a device is to cut the work; 0 = as it likes. */
typedef struct Cut {
    int tiles, slots;
    double memory; /* a share of what it would take */
    double piece;  /* operations */
} Cut;

static void apply(const Fixture *f, OasisDevice *device, const OasisRestorer *restorer, Cut cut)
{
    OasisBackend *backend = device->backend;

    backend->tile_group = cut.tiles ? cut.tiles : backend->tile_group;
    backend->slots = cut.slots ? cut.slots : backend->slots;
    backend->poll_flops = cut.piece > 0 ? cut.piece : backend->poll_flops;
    if (cut.memory > 0) {
        backend->info.memory_bytes = (uint64_t)(
            cut.memory * (double)oasis_restorer_cost(restorer, &f->frames[0][0]->format,
                                                     &f->output, false).bytes);
    }
}

/* All of it on one device; the result's frames are NULL where it fails. `made` is whether there
 * was a restorer. */
static OasisStatus run(const Fixture *f, const char *name, const char *dtype, Cut cut,
                       Result *result, bool *made, OasisError *err)
{
    OasisDevice *device = NULL;
    OasisRestorer *restorer = NULL;
    OasisStatus status = oasis_device_open(&(OasisDeviceParams){.name = name, .dtype = dtype},
                                           &device, err);

    *result = (Result){0};
    if (status == OASIS_OK) {
        status = oasis_restorer_new(f->model, device, &restorer, err);
    }
    *made = status == OASIS_OK;
    if (*made) {
        apply(f, device, restorer, cut);
        status = restore(f, restorer, result, err);
    }
    oasis_restorer_free(&restorer);
    oasis_device_close(&device);
    if (status != OASIS_OK) {
        drop(result);
    }
    return status;
}

static Result must_run(const Fixture *f, const char *name, const char *dtype, Cut cut)
{
    OasisError err;
    Result result;
    bool made;

    REQUIRE(CHECK_OK(run(f, name, dtype, cut, &result, &made, &err), &err));
    return result;
}

/* --- comparing -------------------------------------------------------------------------------- */

static double squares(const OasisFrame *a, const OasisFrame *b, double *n)
{
    double sum = 0;

    for (int p = 0; p < a->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&a->format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&a->format, p); x++) {
                double d = (double)a->data[p][y * a->stride[p] + x] -
                           b->data[p][y * b->stride[p] + x];
                sum += d * d;
                *n += 1;
            }
        }
    }
    return sum;
}

/* Decibels; infinite where all bytes are equal. */
static double psnr(const Fixture *f, const Result *a, const Result *b)
{
    double sum = 0, n = 0;

    for (int c = 0; c < CHUNKS; c++) {
        for (int t = 0; t < f->n; t++) {
            sum += squares(a->frames[c][t], b->frames[c][t], &n);
        }
    }
    return 10 * log10(255 * 255 * n / sum);
}

static void test_reference(const Fixture *f)
{
    static const char *const dtypes[] = {"f32", "bf16"};
    Result expected = must_run(f, "reference", "f32", (Cut){0});

    for (int i = 0; i < 2; i++) {
        Result actual = must_run(f, "cuda:0", dtypes[i], (Cut){0});
        double dB = psnr(f, &expected, &actual);
        printf("%s: %.1f dB\n", dtypes[i], dB);
        CHECK(dB > (i ? 45 : 60));
        drop(&actual);
    }
    drop(&expected);
}

static void test_cuts(const Fixture *f, const Cut *cuts, int n)
{
    Result expected = must_run(f, "cuda:0", "bf16", (Cut){0});

    for (int i = 0; i < n; i++) {
        Result actual = must_run(f, "cuda:0", "bf16", cuts[i]);
        if (!CHECK(isinf(psnr(f, &expected, &actual)))) {
            printf("... cut %d\n", i);
        }
        drop(&actual);
    }
    drop(&expected);
}

/* --- failing calls ---------------------------------------------------------------------------- */

static unsigned long (*count_calls)(void);
static void (*fail_call)(unsigned long call, CUresult result);

static void find_emulator(void)
{
    void *driver = dlopen(getenv("OASIS_CUDA_DRIVER"), RTLD_NOW);

    REQUIRE(driver);
    *(void **)&count_calls = dlsym(driver, "emulator_calls");
    *(void **)&fail_call = dlsym(driver, "emulator_fail_call");
    REQUIRE(count_calls && fail_call);
}

static unsigned long calls_of(const Fixture *f)
{
    unsigned long before = count_calls();
    Result result = must_run(f, "cuda:0", "bf16", (Cut){0});

    drop(&result);
    return count_calls() - before;
}

/* One call fails. Once there is a restorer, a card that is lost is got over, and so is memory that
 * is short as long as less will do, with the same bytes; else it is told. */
static void fail_one(const Fixture *f, const Result *expected, unsigned long call, CUresult result,
                     int *recovered)
{
    OasisError err = {0};
    OasisStatus status;
    Result actual;
    bool made;

    fail_call(call, result);
    status = run(f, "cuda:0", "bf16", (Cut){0}, &actual, &made, &err);
    fail_call(0, CUDA_SUCCESS);
    if (status == OASIS_OK) {
        *recovered += 1;
        if (!CHECK(isinf(psnr(f, expected, &actual)))) {
            printf("... call %lu gave %d\n", call, result);
        }
        drop(&actual);
    } else if (!CHECK((status == OASIS_ERR_NO_MEMORY || status == OASIS_ERR_DEVICE) &&
                      *err.subject && *err.detail) ||
               !CHECK(!made || result == CUDA_ERROR_OUT_OF_MEMORY)) {
        printf("... call %lu gave %d: %s: %s\n", call, result, err.subject, err.detail);
    }
}

/* At each call in turn, or at some. */
static void test_failing_calls(const Fixture *f, bool every)
{
    static const CUresult results[] = {CUDA_ERROR_OUT_OF_MEMORY, CUDA_ERROR_LAUNCH_FAILED};
    Result expected = must_run(f, "cuda:0", "bf16", (Cut){0});
    unsigned long calls = calls_of(f), step = every ? 1 : calls / 12 + 1;

    for (int i = 0; i < 2; i++) {
        int recovered = 0, n = 0;
        for (unsigned long call = (unsigned long)test_random_int(1, (int64_t)step); call <= calls;
             call += step, n++) {
            fail_one(f, &expected, call, results[i], &recovered);
        }
        printf("error %d at %d of %lu calls: %d times got over\n", results[i], n, calls, recovered);
        CHECK(recovered > n / 3);
    }
    drop(&expected);
}

/* Where any device will do, the processor takes the place of a card that is gone. */
static void test_lost_card(const Fixture *f)
{
    OasisDevice *device;
    OasisRestorer *restorer;
    Result expected = must_run(f, "cuda:0", "bf16", (Cut){0}), actual = {0};
    OasisStatus status;
    OasisError err;

    REQUIRE(CHECK_OK(oasis_device_open(NULL, &device, &err), &err));
    CHECK_STR(oasis_device_info(device)->name, "cuda:0");
    REQUIRE(CHECK_OK(oasis_restorer_new(f->model, device, &restorer, &err), &err));
    setenv("OASIS_EMULATOR_CARDS", "0", 1);
    fail_call(100, CUDA_ERROR_LAUNCH_FAILED);
    status = restore(f, restorer, &actual, &err);
    fail_call(0, CUDA_SUCCESS);
    unsetenv("OASIS_EMULATOR_CARDS");
    if (status == OASIS_OK) {
        CHECK_STR(oasis_device_info(device)->name, "cpu");
        CHECK(psnr(f, &expected, &actual) > 40);
    } else { /* the build has no oneDNN */
        CHECK_STATUS(status, OASIS_ERR_DEVICE, &err);
        CHECK_STATUS(oasis_restorer_prepare(restorer, &f->frames[0][0]->format, &f->output, false,
                                            &err), OASIS_ERR_DEVICE, &err);
    }
    drop(&expected);
    drop(&actual);
    oasis_restorer_free(&restorer);
    oasis_device_close(&device);
}

int main(int argc, char **argv)
{
    const bool every = argc > 1 && !strcmp(argv[1], "--every-call");
    const ModelSpec model = {.frames = 5, .tile_tokens = 3, .tile_overlap = 1, .band = 32};
    const ModelSpec tall = {.frames = 1, .tile_tokens = 3, .tile_overlap = 1, .band = 384};
    const Cut cuts[] = {{.slots = 1}, {.tiles = 1}, {.tiles = 1, .slots = 1, .piece = 1e6}};
    const Cut bands[] = {{.memory = 0.999}, {.memory = 0.97}};
    Fixture f;

    test_begin();
    find_emulator();
    if (!every) {
        set_up(&f, &model, 64, 48);
        test_reference(&f);
        test_cuts(&f, cuts, 3);
        tear_down(&f);
    }
    set_up(&f, &tall, 16, 384);
    if (!every) {
        test_cuts(&f, bands, 2);
        test_lost_card(&f);
    }
    test_failing_calls(&f, every);
    tear_down(&f);
    return test_end();
}
