/* What the transformer must do for reasons that can be written down (oasis.md 8, checks a, b, c, e
 * and g), on fresh random weights.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "compute.h"
#include "make-model.h"
#include "test.h"

enum { FRAMES = 9, LATENT_FRAMES = 3, WIDTH = 64, HEIGHT = 48 };

/* A random model in F32 whose weights a test may change before it runs. */
typedef struct Fixture {
    void *bytes;
    OasisModel *model;
    size_t latent_count;
} Fixture;

static void set_up(Fixture *f, const ModelSpec *spec, uint64_t seed)
{
    OasisError err;
    char json[4096];
    size_t size;

    model_json(spec, json, sizeof json);
    f->bytes = model_bytes(json, seed, OASIS_ELEMENT_F32, &size);
    REQUIRE(f->bytes);
    REQUIRE(CHECK_OK(oasis_model_read("random", f->bytes, size, &f->model, &err), &err));
    f->model->geometry.chunk_frames = spec->frames ? spec->frames : FRAMES;
}

static void tear_down(Fixture *f)
{
    oasis_model_close(&f->model);
    free(f->bytes);
}

/* A tensor's values, which the fixture's bytes allow to write. */
static float *values(const Fixture *f, const char *name)
{
    return (float *)(uintptr_t)oasis_model_tensor(f->model, name)->data;
}

static float *layer_values(const Fixture *f, int layer, const char *name)
{
    char full[80];

    snprintf(full, sizeof full, "blocks.%d.%s", layer, name);
    return values(f, full);
}

/* The same random pictures for every model of one test. */
static float *make_images(int frames)
{
    size_t n = (size_t)frames * HEIGHT * WIDTH * 3;
    float *image = malloc(n * sizeof *image);

    REQUIRE(image);
    for (size_t i = 0; i < n; i++) {
        image[i] = (float)(2 * test_random_unit() - 1);
    }
    return image;
}

typedef struct Run {
    const float *image;
    float *latent;
} Run;

static size_t latent_count(const OasisGeometry *g, const OasisShape *shape)
{
    return (size_t)shape->latent_frames * shape->latent_height * shape->latent_width *
           g->out_channels;
}

static OasisStatus run_transformer(Bench *bench, void *data)
{
    const Run *run = data;
    const OasisGeometry *g = bench->net->geometry;
    OasisShape shape = oasis_shape(g, WIDTH, HEIGHT, g->chunk_frames);
    OasisTensor image = bench_put(bench, OASIS_F32, run->image,
                                  (size_t)shape.frames * HEIGHT * WIDTH * 3);
    OasisTensor latent = oasis_exec_take(&bench->exec, OASIS_F32, latent_count(g, &shape));

    OASIS_TRY(oasis_transformer_run(&bench->net->transformer, &bench->exec, image, &shape, latent));
    bench_get(bench, latent, run->latent, latent_count(g, &shape));
    return OASIS_OK;
}

/* The latents of the fixture's model for these images, for the caller to free. */
static float *run(Fixture *f, const float *image)
{
    OasisShape shape = oasis_shape(&f->model->geometry, WIDTH, HEIGHT,
                                   f->model->geometry.chunk_frames);
    float *latent;
    Bench bench;

    f->latent_count = latent_count(&f->model->geometry, &shape);
    latent = malloc(f->latent_count * sizeof *latent);
    REQUIRE(latent);
    REQUIRE(bench_open(&bench, f->model, "reference", "f32", 0));
    bench_run(&bench, run_transformer, &(Run){image, latent});
    bench_close(&bench);
    return latent;
}

static void close_gates(const Fixture *f)
{
    int dim = f->model->geometry.dim;

    for (int layer = 0; layer < f->model->geometry.layers; layer++) {
        float *modulation = layer_values(f, layer, "modulation");
        memset(modulation + 2 * dim, 0, dim * sizeof *modulation);
        memset(modulation + 5 * dim, 0, dim * sizeof *modulation);
    }
}

/* head(LN(patch embedding)) of the token at (f, y, x), written out. */
static void expected_token(const Fixture *fixture, const float *image, int f, int y, int x,
                           double *out)
{
    const OasisGeometry *g = &fixture->model->geometry;
    const float *weight = values(fixture, "patch_embedding.weight");
    const float *bias = values(fixture, "patch_embedding.bias");
    const float *modulation = values(fixture, "head.modulation");
    const float *head = values(fixture, "head.head.weight");
    const float *head_bias = values(fixture, "head.head.bias");
    double token[64], mean = 0, variance = 0;
    int p = g->patch, s = g->space, columns = 12 * s * s * p * p;

    for (int d = 0; d < g->dim; d++) {
        token[d] = bias[d];
        for (int i = 0; i < columns; i++) {
            int pw = i % p, ph = i / p % p, c8 = i / (p * p);
            int dx = c8 % s, dy = c8 / s % s, dt = c8 / (s * s) % 4, c = c8 / (4 * s * s);
            int frame = f * 4 - 3 + dt < 0 ? 0 : f * 4 - 3 + dt;
            int row = (y * p + ph) * s + dy, column = (x * p + pw) * s + dx;
            token[d] += (double)weight[(size_t)d * columns + i] *
                        image[(((size_t)frame * HEIGHT + row) * WIDTH + column) * 3 + c];
        }
        mean += token[d] / g->dim;
    }
    for (int d = 0; d < g->dim; d++) {
        variance += (token[d] - mean) * (token[d] - mean) / g->dim;
    }
    for (int d = 0; d < g->dim; d++) {
        token[d] = (token[d] - mean) / sqrt(variance + g->eps) * (1 + modulation[g->dim + d]) +
                   modulation[d];
    }
    for (int o = 0; o < p * p * g->out_channels; o++) {
        out[o] = head_bias[o];
        for (int d = 0; d < g->dim; d++) {
            out[o] += head[(size_t)o * g->dim + d] * token[d];
        }
    }
}

/* (a) Without gates the blocks do nothing. Tiles do not show, either: every token stands alone. */
static void test_zero_gates(int patch, int tile_tokens)
{
    ModelSpec spec = {.patch = patch, .tile_tokens = tile_tokens, .tile_overlap = tile_tokens / 3};
    float *image = make_images(FRAMES), *latent;
    double worst = 0;
    Fixture f;

    set_up(&f, &spec, test_random());
    close_gates(&f);
    latent = run(&f, image);
    for (int t = 0; t < LATENT_FRAMES; t++) {
    for (int y = 0; y < HEIGHT / (8 * patch); y++) {
    for (int x = 0; x < WIDTH / (8 * patch); x++) {
        double token[32];
        expected_token(&f, image, t, y, x, token);
        for (int i = 0; i < patch * patch * 8; i++) {
            int c = i % 8, pw = i / 8 % patch, ph = i / 8 / patch;
            size_t at = ((size_t)t * (HEIGHT / 8) + y * patch + ph) * (WIDTH / 8) + x * patch + pw;
            worst = fmax(worst, fabs(latent[at * 8 + c] - token[i]));
        }
    }
    }
    }
    CHECK_NEAR(worst, 0, 1e-5);
    free(latent);
    free(image);
    tear_down(&f);
}

/* Copies all tensors that both models have. */
static void copy_tensors(const Fixture *to, const Fixture *from)
{
    size_t n;
    const OasisTensorView *views = oasis_tensor_file_all(to->model->file, &n);

    for (size_t i = 0; i < n; i++) {
        const OasisTensorView *view = oasis_tensor_file_find(from->model->file, views[i].name);
        if (view) {
            memcpy((void *)(uintptr_t)views[i].data, view->data, view->bytes);
        }
    }
}

/* (b) If all keys and values are equal, attention on them is a constant, whatever the query. */
static void test_identical_context(void)
{
    const ModelSpec cached_spec = {.cross = "cached_kv", .cross_tokens = 4};
    const ModelSpec constant_spec = {.cross = "const_bias"};
    float *image = make_images(FRAMES), *with_cache, *with_constant;
    Fixture cached, constant;
    int dim;

    set_up(&cached, &cached_spec, test_random());
    set_up(&constant, &constant_spec, test_random());
    copy_tensors(&constant, &cached);
    dim = cached.model->geometry.dim;
    for (int layer = 0; layer < 2; layer++) {
        float *k = layer_values(&cached, layer, "cross_attn.k");
        float *v = layer_values(&cached, layer, "cross_attn.v");
        const float *o = layer_values(&cached, layer, "cross_attn.o.weight");
        const float *bias = layer_values(&cached, layer, "cross_attn.o.bias");
        float *sum = layer_values(&constant, layer, "cross_attn.bias");
        for (int i = dim; i < 4 * dim; i++) {
            k[i] = k[i % dim];
            v[i] = v[i % dim];
        }
        for (int i = 0; i < dim; i++) {
            double value = bias[i];
            for (int j = 0; j < dim; j++) {
                value += (double)o[i * dim + j] * v[j];
            }
            sum[i] = (float)value;
        }
    }
    with_cache = run(&cached, image);
    with_constant = run(&constant, image);
    CHECK_NEAR(relative_error(with_cache, with_constant, cached.latent_count), 0, 1e-5);
    free(with_cache);
    free(with_constant);
    free(image);
    tear_down(&cached);
    tear_down(&constant);
}

/* Runs two models that differ in geometry alone on the same weights and images. */
static double difference(const ModelSpec *a, const ModelSpec *b, int frames)
{
    uint64_t seed = test_random();
    float *image = make_images(frames), *x, *y;
    Fixture first, second;
    double error;

    set_up(&first, a, seed);
    set_up(&second, b, seed);
    x = run(&first, image);
    y = run(&second, image);
    error = relative_error(x, y, first.latent_count);
    free(x);
    free(y);
    free(image);
    tear_down(&first);
    tear_down(&second);
    return error;
}

/* (c) A window as large as the grid sees everything, and so does a frame that is alone. */
static void test_wide_windows(void)
{
    const char *all_global = "[[0, 0, 0], [0, 0, 0]]", *all_window = "[[2, 2, 2], [2, 2, 2]]";
    const char *all_intra = "[[1, 1, 1], [1, 1, 1]]";
    ModelSpec global = {.routing = all_global}, window = {.routing = all_window};

    window.window = "[3, 3, 4]";
    window.border = "shift";
    CHECK_NEAR(difference(&window, &global, FRAMES), 0, 1e-6);
    window.window = "[5, 5, 7]"; /* from every query to both ends of 3, 3 and 4 tokens */
    window.border = "clip";
    CHECK_NEAR(difference(&window, &global, FRAMES), 0, 1e-6);
    window.window = "[3, 3, 3]"; /* not quite */
    CHECK(difference(&window, &global, FRAMES) > 1e-4);

    global.frames = 1;
    CHECK_NEAR(difference(&(ModelSpec){.frames = 1, .routing = all_intra}, &global, 1), 0, 1e-6);
    CHECK(difference(&(ModelSpec){.routing = all_intra}, &(ModelSpec){.routing = all_global},
                     FRAMES) > 1e-4);
}

static void swap_floats(float *a, float *b, int n)
{
    for (int i = 0; i < n; i++) {
        float keep = a[i];
        a[i] = b[i];
        b[i] = keep;
    }
}

/* (e) Heads have no order: swapping two of them, their columns of `o` and their routing changes
 * nothing. */
static void test_swapped_heads(void)
{
    static const char *const parts[] = {"q", "k", "v"};
    const ModelSpec plain = {.routing = "[[0, 1, 2], [2, 0, 1]]"};
    const ModelSpec swapped = {.routing = "[[2, 1, 0], [1, 0, 2]]"};
    uint64_t seed = test_random();
    float *image = make_images(FRAMES), *x, *y;
    Fixture a, b;
    enum { DIM = 48, HEAD = 16, OTHER = 32 };

    set_up(&a, &plain, seed);
    set_up(&b, &swapped, seed);
    for (int layer = 0; layer < 2; layer++) {
        float *o = layer_values(&b, layer, "self_attn.o.weight");
        for (int i = 0; i < 3; i++) {
            char name[40];
            float *weight, *bias;
            snprintf(name, sizeof name, "self_attn.%s.weight", parts[i]);
            weight = layer_values(&b, layer, name);
            swap_floats(weight, weight + OTHER * DIM, HEAD * DIM);
            snprintf(name, sizeof name, "self_attn.%s.bias", parts[i]);
            bias = layer_values(&b, layer, name);
            swap_floats(bias, bias + OTHER, HEAD);
        }
        for (int i = 0; i < 2; i++) {
            float *gain = layer_values(&b, layer, i ? "self_attn.norm_k.weight"
                                                    : "self_attn.norm_q.weight");
            swap_floats(gain, gain + OTHER, HEAD);
        }
        for (int row = 0; row < DIM; row++) {
            swap_floats(o + row * DIM, o + row * DIM + OTHER, HEAD);
        }
    }
    x = run(&a, image);
    y = run(&b, image);
    CHECK_NEAR(relative_error(x, y, a.latent_count), 0, 1e-5);
    free(x);
    free(y);
    free(image);
    tear_down(&a);
    tear_down(&b);
}

typedef struct RoundTrip {
    const float *image;
    const OasisWeight *order; /* (c, ph, pw) -> (ph, pw, c) */
    float *through, *direct;
} RoundTrip;

enum { TRIP_CHANNELS = 12, TRIP_ROWS = 8, TRIP_COLUMNS = 6 }; /* space 1, patch 2 */

static OasisStatus run_round_trip(Bench *bench, void *data)
{
    const OasisTile whole = {0};
    const RoundTrip *trip = data;
    OasisExec *exec = &bench->exec;
    const float ones[TRIP_ROWS + TRIP_COLUMNS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    OasisGrid patched = {2, TRIP_ROWS / 2, TRIP_COLUMNS / 2}, single = {2, TRIP_ROWS, TRIP_COLUMNS};
    size_t n = 2 * TRIP_ROWS * TRIP_COLUMNS * TRIP_CHANNELS;
    OasisTensor image = bench_put(bench, OASIS_F32, trip->image, 5 * TRIP_ROWS * TRIP_COLUMNS * 3);
    OasisTensor weights = bench_put(bench, OASIS_F32, ones, TRIP_ROWS + TRIP_COLUMNS);
    OasisTensor latent = bench_put(bench, OASIS_F32, trip->through, n);
    OasisTensor rows = oasis_exec_take(exec, OASIS_F32, n);
    OasisTensor tokens = oasis_exec_take(exec, OASIS_F32, n);

    OASIS_RUN(exec, fold, .image = image, .out = rows, .frames = 5, .height = TRIP_ROWS,
              .width = TRIP_COLUMNS, .time = 4, .space = 1, .patch = 2,
              .tiles = &whole, .n_tiles = 1, .grid = patched);
    OASIS_RUN(exec, linear, .x = rows, .weight = trip->order, .out = tokens,
              .n = patched.f * patched.h * patched.w, .k = 4 * TRIP_CHANNELS,
              .m = 4 * TRIP_CHANNELS);
    OASIS_RUN(exec, unpatchify, .x = tokens, .wy = weights, .wx = weights, .latent = latent,
              .tiles = &whole, .n_tiles = 1, .grid = patched, .patch = 2,
              .channels = TRIP_CHANNELS, .height = TRIP_ROWS, .width = TRIP_COLUMNS);
    OASIS_RUN(exec, fold, .image = image, .out = rows, .frames = 5, .height = TRIP_ROWS,
              .width = TRIP_COLUMNS, .time = 4, .space = 1, .patch = 1,
              .tiles = &whole, .n_tiles = 1, .grid = single);
    bench_get(bench, latent, trip->through, n);
    bench_get(bench, rows, trip->direct, n);
    return OASIS_OK;
}

/* (g) Patches out of folded frames and back are the folded frames. */
static void test_round_trip(void)
{
    enum { SIDE = 4 * TRIP_CHANNELS, COUNT = 2 * TRIP_ROWS * TRIP_COLUMNS * TRIP_CHANNELS };
    float image[5 * TRIP_ROWS * TRIP_COLUMNS * 3], order[SIDE * SIDE] = {0};
    float through[COUNT] = {0}, direct[COUNT];
    OasisWeightDesc desc = {OASIS_WEIGHT_LINEAR, SIDE, SIDE, .dtype = OASIS_F32, .data = order};
    OasisWeight *weight;
    OasisBackend *backend;
    OasisError err;
    Fixture f;
    Bench bench;

    for (size_t i = 0; i < sizeof image / sizeof *image; i++) {
        image[i] = (float)test_random_unit();
    }
    for (int c = 0; c < TRIP_CHANNELS; c++) {
        for (int place = 0; place < 4; place++) {
            order[(place * TRIP_CHANNELS + c) * SIDE + c * 4 + place] = 1;
        }
    }
    set_up(&f, &(ModelSpec){0}, 1);
    REQUIRE(bench_open(&bench, f.model, "reference", "f32", 0));
    backend = bench.device->backend;
    REQUIRE(CHECK_OK(oasis_backend_weight_new(backend, &desc, &weight, &err), &err));
    bench_run(&bench, run_round_trip, &(RoundTrip){image, weight, through, direct});
    CHECK(equal_floats(through, direct, COUNT));
    oasis_backend_weight_free(backend, &weight);
    bench_close(&bench);
    tear_down(&f);
}

int main(void)
{
    test_begin();
    for (int patch = 1; patch <= 2; patch++) {
        test_zero_gates(patch, 0);
        test_zero_gates(patch, 3);
    }
    test_identical_context();
    test_wide_windows();
    test_swapped_heads();
    test_round_trip();
    return test_end();
}
