/* The parts of the model room that need no device: tile plan, noise, hash, shape.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "model/noise.h"
#include "model/sha256.h"
#include "model/shape.h"
#include "model/tile.h"
#include "test.h"

/* Every position is covered, the weights of each sum to the factor, and no tile is too large. */
static void test_tile_plan(int length, int tokens, int overlap, int patch)
{
    OasisTilePlan plan = oasis_tile_plan(length, tokens, overlap);
    double *sums = calloc((size_t)length * patch, sizeof *sums);
    float *weights = malloc((size_t)plan.extent * patch * sizeof *weights);
    float factor = (float)(2 * test_random_unit() - 1);
    double worst = 0;
    bool good = true;

    REQUIRE(sums && weights);
    good = CHECK(plan.extent <= (tokens ? tokens : length)) && good;
    good = CHECK_INT(oasis_tile_start(&plan, 0), 0) && good;
    good = CHECK_INT(oasis_tile_start(&plan, plan.count - 1), length - plan.extent) && good;
    for (int i = 0; i < plan.count && good; i++) {
        int start = oasis_tile_start(&plan, i);
        if (i) {
            good = CHECK(start + overlap <= oasis_tile_start(&plan, i - 1) + plan.extent) && good;
        }
        oasis_tile_weights(&plan, i, patch, factor, weights);
        for (int j = 0; j < plan.extent * patch; j++) {
            good = good && weights[j] * factor > 0;
            sums[start * patch + j] += weights[j];
        }
    }
    for (int j = 0; j < length * patch; j++) {
        worst = fmax(worst, fabs(sums[j] - factor));
    }
    good = CHECK_NEAR(worst, 0, 1e-6) && good;
    if (!CHECK(good)) {
        fprintf(stderr, "... length %d, tiles of %d, overlap %d, patch %d\n", length, tokens,
                overlap, patch);
    }
    free(sums);
    free(weights);
}

static void test_tile_plans(void)
{
    OasisTilePlan plan = oasis_tile_plan(120, 48, 8);

    /* 1920 pixels: (120 - 8)/(48 - 8) = 2.8, so 3 tiles of ceil(112/3) + 8 = 46 at 0, 37, 74. */
    CHECK_INT(plan.count, 3);
    CHECK_INT(plan.extent, 46);
    CHECK_INT(oasis_tile_start(&plan, 1), 37);
    CHECK_INT(oasis_tile_start(&plan, 2), 74);
    plan = oasis_tile_plan(48, 48, 8);
    CHECK_INT(plan.count, 1);
    CHECK_INT(oasis_tile_plan(49, 48, 8).count, 2);

    for (int i = 0; i < 300; i++) {
        int tokens = (int)test_random_int(1, 60);
        test_tile_plan((int)test_random_int(1, 300), tokens,
                       (int)test_random_int(0, (tokens - 1) / 2), (int)test_random_int(1, 2));
    }
    test_tile_plan((int)test_random_int(1, 300), 0, 0, 2);
}

/* Philox4x32-10 of counter and key 0 is 6627e8d5 e169c58d bc57ac4c 9b00dbd8 (Random123's table). */
static void test_noise_known(void)
{
    const uint32_t words[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    float out[4];

    oasis_noise(0, 0, 4, out);
    for (int i = 0; i < 4; i += 2) {
        double radius = sqrt(-2 * log((words[i] + 0.5) / 4294967296.0));
        double angle = 2 * acos(-1) * (words[i + 1] + 0.5) / 4294967296.0;
        CHECK_NEAR(out[i], radius * cos(angle), 1e-6);
        CHECK_NEAR(out[i + 1], radius * sin(angle), 1e-6);
    }
}

/* Any part alone is the part of the whole, and the whole is standard normal. */
static void test_noise_sequence(void)
{
    enum { N = 40000 };
    static float whole[N];
    float part[50];
    uint64_t seed = test_random(), first = test_random() >> 8;
    double mean = 0, square = 0, fourth = 0;

    oasis_noise(seed, first, N, whole);
    for (int i = 0; i < 20; i++) {
        int at = (int)test_random_int(0, N - 50), n = (int)test_random_int(1, 50);
        oasis_noise(seed, first + at, n, part);
        CHECK_BYTES(part, whole + at, n * sizeof *part);
    }
    for (int i = 0; i < N; i++) {
        mean += whole[i] / N;
        square += whole[i] * whole[i] / N;
        fourth += pow(whole[i], 4) / N;
    }
    /* Six standard deviations of each. */
    CHECK_NEAR(mean, 0, 6 / sqrt(N));
    CHECK_NEAR(square, 1, 6 * sqrt(2.0 / N));
    CHECK_NEAR(fourth, 3, 6 * sqrt(96.0 / N));
    oasis_noise(seed + 1, first, 50, part);
    CHECK(memcmp(part, whole, sizeof part));
}

static void test_hash(void)
{
    const char *const table[][2] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char hex[65], *million = malloc(1000000);

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        oasis_sha256_hex(table[i][0], strlen(table[i][0]), hex);
        CHECK_STR(hex, table[i][1]);
    }
    REQUIRE(million);
    memset(million, 'a', 1000000);
    oasis_sha256_hex(million, 1000000, hex);
    CHECK_STR(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void test_shape(void)
{
    OasisGeometry g = {.space = 8, .scale = 1, .latent_pixels = 8, .patch = 2};
    OasisShape shape = oasis_shape(&g, 1, 1, 17);

    CHECK_INT(shape.full.padded_width, 16);
    CHECK_INT(shape.latent_height, 2);
    CHECK_INT(shape.tokens_x, 1);
    CHECK_INT(shape.low.width, 1);
    shape = oasis_shape(&g, 1920, 1080, 17);
    CHECK_INT(shape.full.padded_height, 1088);
    CHECK_INT(shape.tokens_y, 68);
    g.space = 2;
    g.scale = 4; /* frames enter at a quarter of the size */
    shape = oasis_shape(&g, 33, 64, 17);
    CHECK_INT(shape.full.padded_width, 48);
    CHECK_INT(shape.low.width, 9);
    CHECK_INT(shape.low.padded_width, 12);
    CHECK_INT(shape.low.height, 16);
}

int main(void)
{
    test_begin();
    test_tile_plans();
    test_noise_known();
    test_noise_sequence();
    test_hash();
    test_shape();
    return test_end();
}
