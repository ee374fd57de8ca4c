/* The model in C against what independent implementations computed with the same random weights
 * (weight-file.md, "Golden files"): diffusers' Wan transformer, and attention with explicit masks.
 *
 * Usage: test-golden FILE...
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "compute.h"
#include "test.h"

typedef struct Golden {
    const char *path;
    double tolerance;
    OasisDType dtype; /* of the device's computation */
} Golden;

static const OasisTensorView *find(const Bench *bench, const char *name)
{
    char full[64];

    snprintf(full, sizeof full, "golden.%s", name);
    return oasis_tensor_file_find(bench->model->file, full);
}

static float *read_floats(const OasisTensorView *view)
{
    float *values = malloc(view->count * sizeof *values);

    REQUIRE(values);
    oasis_tensor_view_floats(view, 0, view->count, values);
    return values;
}

static OasisTensor put(Bench *bench, OasisDType dtype, const OasisTensorView *view)
{
    float *values = read_floats(view);
    OasisTensor tensor = bench_put(bench, dtype, values, view->count);

    free(values);
    return tensor;
}

/* Compares a result with the golden tensor of that name, if the file has it. */
static void compare(Bench *bench, const Golden *golden, OasisTensor tensor, const char *name,
                    double factor)
{
    const OasisTensorView *view = find(bench, name);
    float *got, *wanted;
    double error;

    if (!view || bench->exec.dry) {
        return;
    }
    got = malloc(view->count * sizeof *got);
    wanted = read_floats(view);
    REQUIRE(got);
    bench_get(bench, tensor, got, view->count);
    error = relative_error(got, wanted, view->count);
    fprintf(stderr, "%-28s %-10s %-4s %-10s %.2e\n", bench->model->info.name,
            bench->exec.backend->info.name, golden->dtype == OASIS_F32 ? "f32" : "bf16", name,
            error);
    if (!CHECK_NEAR(error, 0, factor * golden->tolerance)) {
        fprintf(stderr, "... in %s: %s\n", golden->path, name);
    }
    free(got);
    free(wanted);
}

/* The grid and sizes of a file's golden clip. */
static OasisShape clip_shape(const Bench *bench)
{
    const OasisTensorView *input = find(bench, "input");

    return oasis_shape(bench->net->geometry, (int)input->shape[2], (int)input->shape[1],
                       bench->net->geometry->chunk_frames);
}

/* From folded rows through every block, each compared. */
static OasisStatus run_tokens(Bench *bench, void *data)
{
    const OasisGeometry *g = bench->net->geometry;
    const OasisTransformer *t = &bench->net->transformer;
    OasisShape shape = clip_shape(bench);
    OasisGrid grid = {shape.latent_frames, shape.tokens_y, shape.tokens_x};
    int n = grid.f * grid.h * grid.w;
    OasisExec *exec = &bench->exec;
    OasisTensor rows = put(bench, exec->backend->dtype, find(bench, "folded"));
    OasisTensor x = oasis_exec_take(exec, OASIS_F32, (size_t)n * g->dim), rope;

    OASIS_TRY(oasis_transformer_rope(t, exec, grid, &rope));
    OASIS_TRY(oasis_fold_embed(&t->fold, g, exec, rows, n, x));
    compare(bench, data, x, "embedding", 1);
    for (int i = 0; i < g->layers; i++) {
        char name[32];
        snprintf(name, sizeof name, "blocks.%d", i);
        OASIS_TRY(oasis_transformer_block(t, exec, i, grid, 1, rope, x));
        compare(bench, data, x, name, 1);
    }
    return OASIS_OK;
}

/* Fold, transformer and one-step form, from pixels. */
static OasisStatus run_transformer(Bench *bench, void *data)
{
    OasisShape shape = clip_shape(bench);
    OasisTensor image = put(bench, OASIS_F32, find(bench, "input"));
    OasisTensor latent = oasis_exec_take(&bench->exec, OASIS_F32, find(bench, "latent")->count);

    OASIS_TRY(oasis_transformer_run(&bench->net->transformer, &bench->exec, image, &shape, latent));
    compare(bench, data, latent, "latent", 1);
    return OASIS_OK;
}

/* The decoder alone, from golden latents. */
static OasisStatus run_decoder(Bench *bench, void *data)
{
    OasisShape shape = clip_shape(bench);
    OasisTensor image = put(bench, OASIS_F32, find(bench, "input"));
    OasisTensor latent = put(bench, OASIS_F32, find(bench, "latent"));
    OasisTensor result = oasis_exec_take(&bench->exec, OASIS_F32, find(bench, "output")->count);

    OASIS_TRY(oasis_decoder_run(&bench->net->decoder, &bench->exec, latent, image, &shape, result));
    compare(bench, data, result, "output", 1);
    return OASIS_OK;
}

static bool test_file(const char *path, const char *device, const char *dtype)
{
    bool f32 = !strcmp(dtype, "f32");
    Golden golden = {path, f32 ? 1e-5 : 1e-2, f32 ? OASIS_F32 : OASIS_BF16};
    const OasisTensorView *input;
    OasisModel *model;
    OasisError err = {0};
    Bench bench;
    bool opened;

    if (!CHECK_OK(oasis_model_open(path, &model, &err), &err)) {
        return false;
    }
    input = oasis_tensor_file_find(model->file, "golden.input");
    opened = bench_open(&bench, model, device, dtype, (int)input->shape[0]);
    if (opened) {
        bench_run(&bench, run_tokens, &golden);
        bench_run(&bench, run_transformer, &golden);
        bench_run(&bench, run_decoder, &golden);
    }
    bench_close(&bench);
    oasis_model_close(&model);
    return opened;
}

/* Usage: test-golden [--device NAME] FILE...: with a device, that alone, which has to be there. */
int main(int argc, char **argv)
{
    const char *device = argc > 2 && !strcmp(argv[1], "--device") ? argv[2] : NULL;
    int first = device ? 3 : 1;

    test_begin();
    CHECK(argc > first);
    for (int i = first; i < argc; i++) {
        const char *needed = device ? device : "reference";
        CHECK(test_file(argv[i], needed, "f32"));
        CHECK(test_file(argv[i], needed, "bf16"));
        if (!device) {
            test_file(argv[i], "cpu", "f32");
            test_file(argv[i], "cpu", "bf16");
        }
    }
    return test_end();
}
