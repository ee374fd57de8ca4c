/* The operations that only move values: where each one goes, and that the way back undoes it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "host-tensor.h"

static void test_shuffle_round_trip(void)
{
    enum { T = 2, H = 6, W = 4, C = 3, R = 2, N = T * H * W * C };
    float image[N], deep[N], back[N];

    random_floats(image, N);
    REFERENCE(pixel_unshuffle, OasisPixelUnshuffleArgs, .x = F32(image), .out = F32(deep),
              .frames = T, .image_height = H, .width = W, .row = 0, .rows = H, .channels = C,
              .factor = R);
    /* Channel 1, row 1 and column 0 of the cell at row 2, column 1 of frame 1. */
    CHECK_NEAR(deep[((1 * H / R + 2) * W / R + 1) * C * R * R + 1 * 4 + 1 * 2 + 0],
               image[((1 * H + 5) * W + 2) * C + 1], 0);
    REFERENCE(pixel_shuffle, OasisPixelShuffleArgs, .x = F32(deep), .out = F32(back), .frames = T,
              .height = H / R, .width = W / R, .channels = C, .factor = R);
    CHECK_BYTES(back, image, sizeof image);
    REFERENCE(pixel_shuffle, OasisPixelShuffleArgs, .x = F32(deep), .residual = F32(back),
              .out = F32(back), .frames = T, .height = H / R, .width = W / R, .channels = C,
              .factor = R);
    for (int i = 0; i < N; i++) {
        CHECK_NEAR(back[i], 2 * image[i], 0);
    }
}

/* A band of rows is that part of the whole. */
static void test_unshuffle_band(void)
{
    enum { T = 2, H = 8, W = 4, R = 2, ROW_VALUES = W / R * R * R };
    float image[T * H * W], whole[T * H * W], band[T * 4 * W];

    random_floats(image, T * H * W);
    REFERENCE(pixel_unshuffle, OasisPixelUnshuffleArgs, .x = F32(image), .out = F32(whole),
              .frames = T, .image_height = H, .width = W, .rows = H, .channels = 1, .factor = R);
    REFERENCE(pixel_unshuffle, OasisPixelUnshuffleArgs, .x = F32(image), .out = F32(band),
              .frames = T, .image_height = H, .width = W, .row = 2, .rows = 4, .channels = 1,
              .factor = R);
    for (int t = 0; t < T; t++) {
        CHECK_BYTES(band + t * 2 * ROW_VALUES, whole + (t * 4 + 1) * ROW_VALUES,
                    2 * ROW_VALUES * sizeof *band);
    }
}

static void test_time_up(void)
{
    /* Two frames of two positions; a channel pair (a, b) becomes frames a, b; the first goes. */
    float x[2 * 2 * 2] = {0, 1, 10, 11, 2, 3, 12, 13}, out[3 * 2];
    static const float expected[3 * 2] = {1, 11, 2, 12, 3, 13};

    REFERENCE(time_up, OasisTimeUpArgs, .x = F32(x), .out = F32(out), .frames = 2, .channels = 1,
              .positions = 2);
    CHECK_BYTES(out, expected, sizeof expected);
}

enum { FRAMES = 5, SPACE = 2, PATCH = 2, SIDE = SPACE * PATCH, GH = 3, GW = 2 };
enum { FH = GH * SIDE, FW = GW * SIDE, COLUMNS = 3 * 4 * SIDE * SIDE };

/* Pixel (c, frame, row, column) as a number that names it. */
static float pixel_name(int c, int frame, int row, int column)
{
    return (float)(((frame * 100 + row) * 100 + column) * 10 + c);
}

/* Columns are (c, time, dy, dx, ph, pw) with c slowest; group 0 is four times frame 0. */
static void test_fold(void)
{
    static float image[FRAMES * FH * FW * 3], out[2 * 2 * GW * COLUMNS];
    int at = 0;

    for (int t = 0; t < FRAMES; t++) {
        for (int y = 0; y < FH; y++) {
            for (int x = 0; x < FW; x++) {
                for (int c = 0; c < 3; c++) {
                    image[at++] = pixel_name(c, t, y, x);
                }
            }
        }
    }
    /* The lower two of three rows of tokens. */
    REFERENCE(fold, OasisFoldArgs, .image = F32(image), .out = F32(out), .frames = FRAMES,
              .height = FH, .width = FW, .time = 4, .space = SPACE, .patch = PATCH,
              .tiles = &(OasisTile){.h0 = 1}, .n_tiles = 1, .grid = {2, 2, GW});
    for (int token = 0; token < 2 * 2 * GW; token++) {
        for (int column = 0; column < COLUMNS; column++) {
            int f = token / (2 * GW), h = token / GW % 2 + 1, w = token % GW;
            int pw = column % 2, ph = column / 2 % 2, dx = column / 4 % 2, dy = column / 8 % 2;
            int dt = column / 16 % 4, c = column / 64;
            int frame = f == 0 ? 0 : 4 * f - 3 + dt;
            CHECK_NEAR(out[token * COLUMNS + column],
                       pixel_name(c, frame, (h * 2 + ph) * 2 + dy, (w * 2 + pw) * 2 + dx), 0);
        }
    }
}

/* Unpatchify after fold with a permutation between their orders gives the image back, times the
 * weights of its row and column: tokens go in with channels slowest and come out with channels
 * fastest. */
static void test_unpatchify_undoes_fold(void)
{
    enum { H = 4, W = 6, C = 3, P = 2, TOKENS = H / P * W / P, VALUES = C * P * P };
    float image[H * W * C], tokens[TOKENS * VALUES], swapped[TOKENS * VALUES];
    float latent[H * W * C] = {0}, wy[H], wx[W];

    random_floats(image, H * W * C);
    random_floats(wy, H);
    random_floats(wx, W);
    REFERENCE(fold, OasisFoldArgs, .image = F32(image), .out = F32(tokens), .frames = 1,
              .height = H, .width = W, .time = 1, .space = 1, .patch = P,
              .tiles = &(OasisTile){0}, .n_tiles = 1, .grid = {1, H / P, W / P});
    for (int token = 0; token < TOKENS; token++) {
        for (int c = 0; c < C; c++) {
            for (int p = 0; p < P * P; p++) {
                swapped[token * VALUES + p * C + c] = tokens[token * VALUES + c * P * P + p];
            }
        }
    }
    REFERENCE(unpatchify, OasisUnpatchifyArgs, .x = F32(swapped), .wy = F32(wy), .wx = F32(wx),
              .latent = F32(latent), .tiles = &(OasisTile){0}, .n_tiles = 1,
              .grid = {1, H / P, W / P}, .patch = P, .channels = C, .height = H, .width = W);
    for (int i = 0; i < H * W * C; i++) {
        CHECK_NEAR(latent[i], wy[i / C / W] * wx[i / C % W] * image[i], 1e-6);
    }
}

/* Two tiles that overlap by one token, cut from one image and faded by weights that sum to one,
 * give the image. */
static void test_tiles_fade(void)
{
    enum { F = 2, H = 2, W = 5, C = 2, TILE = 3 };
    float image[F * H * W * C], latent[F * H * W * C] = {0}, wy[H] = {1, 1};
    float wx[2 * TILE] = {1, 1, 0.25f, 0.75f, 1, 1}, x[2][F * H * TILE * C];
    const OasisTile tiles[2] = {{.w0 = 0, .column = 0}, {.w0 = 2, .column = 1}};

    random_floats(image, F * H * W * C);
    for (int tile = 0; tile < 2; tile++) {
        for (int row = 0; row < F * H; row++) {
            memcpy(x[tile] + row * TILE * C, image + (row * W + tiles[tile].w0) * C,
                   TILE * C * sizeof **x);
        }
    }
    REFERENCE(unpatchify, OasisUnpatchifyArgs, .x = F32(x[0]), .wy = F32(wy), .wx = F32(wx),
              .latent = F32(latent), .tiles = tiles, .n_tiles = 2, .grid = {F, H, TILE},
              .patch = 1, .channels = C, .height = H, .width = W);
    CHECK_NEAR(largest_difference(latent, image, F * H * W * C), 0, 1e-6);
}

int main(void)
{
    test_begin();
    test_shuffle_round_trip();
    test_unshuffle_band();
    test_time_up();
    test_fold();
    test_unpatchify_undoes_fold();
    test_tiles_fade();
    return test_end();
}
