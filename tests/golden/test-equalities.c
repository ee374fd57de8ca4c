/* Ways of cutting the work that must not change the result: bands of the decoder, tiles of the
 * transformer, pieces of single calls.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "compute.h"
#include "make-model.h"
#include "test.h"

enum { FRAMES = 17, WIDTH = 48, HEIGHT = 176 };

/* How a back end cuts the work: operations of a piece, tiles of a group, rows at a time. */
typedef struct Cut {
    double flops;
    int tiles, rows;
} Cut;

/* Runs a model of this geometry, and weights of that seed, on the images. */
static float *run(const ModelSpec *spec, uint64_t seed, const float *image, Cut cut)
{
    size_t n = (size_t)FRAMES * HEIGHT * WIDTH * 3, size;
    float *result = malloc(n * sizeof *result);
    OasisModel *model;
    OasisShape shape;
    OasisError err;
    char json[4096];
    Bench bench;
    void *bytes;

    model_json(spec, json, sizeof json);
    bytes = model_bytes(json, seed, OASIS_ELEMENT_BF16, &size);
    REQUIRE(bytes && result);
    REQUIRE(CHECK_OK(oasis_model_read("random", bytes, size, &model, &err), &err));
    REQUIRE(bench_open(&bench, model, "reference", "f32", 0));
    bench.device->backend->poll_flops = cut.flops;
    bench.device->backend->tile_group = cut.tiles;
    bench.device->backend->block_rows = cut.rows;
    shape = oasis_shape(&model->geometry, WIDTH, HEIGHT, model->geometry.chunk_frames);
    bench_net(&bench, &shape, image, NULL, result);
    bench_close(&bench);
    oasis_model_close(&model);
    free(bytes);
    return result;
}

static void compare(const char *what, const ModelSpec *a, Cut a_cut, const ModelSpec *b,
                    Cut b_cut, bool equal)
{
    size_t n = (size_t)FRAMES * HEIGHT * WIDTH * 3;
    float *image = malloc(n * sizeof *image), *x, *y;
    uint64_t seed = test_random();

    REQUIRE(image);
    for (size_t i = 0; i < n; i++) {
        image[i] = (float)(2 * test_random_unit() - 1);
    }
    x = run(a, seed, image, a_cut);
    y = run(b, seed, image, b_cut);
    if (!CHECK(equal ? equal_floats(x, y, n) : memcmp(x, y, n * sizeof *x) != 0)) {
        fprintf(stderr, "... %s\n", what);
    }
    free(image);
    free(x);
    free(y);
}

int main(void)
{
    const Cut much = {1e18, 1, 0};
    const ModelSpec whole = {.frames = FRAMES, .band = 16384};
    const ModelSpec bands = {.frames = FRAMES, .band = 16};
    const ModelSpec uneven = {.frames = FRAMES, .band = 80};
    const ModelSpec tile = {.frames = FRAMES, .band = 16384, .tile_tokens = 11, .tile_overlap = 3};
    const ModelSpec tiles = {.frames = FRAMES, .band = 16384, .tile_tokens = 6, .tile_overlap = 2};

    test_begin();
    compare("bands of 16 rows", &bands, much, &whole, much, true);
    compare("bands of 80 rows", &uneven, much, &whole, much, true);
    compare("one tile of the picture's size", &tile, much, &whole, much, true);
    compare("several tiles, which do change it", &tiles, much, &whole, much, false);
    compare("calls in small pieces", &whole, (Cut){1e5, 1, 0}, &whole, much, true);
    compare("rows in blocks", &tiles, (Cut){1e18, 2, 20}, &tiles, much, true);
    compare("tiles in threes", &tiles, (Cut){1e18, 3, 0}, &tiles, much, true);
    compare("all tiles at once", &tiles, (Cut){1e18, 1000, 0}, &tiles, much, true);
    compare("tiles in twos, in pieces", &tiles, (Cut){1e5, 2, 0}, &tiles, much, true);
    return test_end();
}
