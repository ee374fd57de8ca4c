/* Pictures for the screen: known colours of each kind of frame come out as they should look.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media-test.h"

enum { WIDTH = 40, HEIGHT = 30 };

typedef struct Case {
    OasisMatrix matrix;
    OasisRange range;
    int depth, planes, shift;
    int samples[3];
    int colour[3]; /* R, G, B */
    int transfer;  /* 0 = not said */
} Case;

static const Case cases[] = {
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_LIMITED, 8, 3, 1, {16, 128, 128}, {0, 0, 0}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_LIMITED, 8, 3, 1, {235, 128, 128}, {255, 255, 255}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_LIMITED, 8, 3, 1, {81, 90, 240}, {255, 0, 0}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 8, 3, 1, {63, 102, 240}, {255, 0, 0}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 10, 3, 0, {252, 408, 960}, {255, 0, 0}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_FULL, 8, 3, 1, {54, 99, 255}, {255, 0, 0}},
    {OASIS_MATRIX_BT470BG, OASIS_RANGE_FULL, 8, 3, 1, {29, 255, 107}, {0, 0, 255}},
    {OASIS_MATRIX_RGB, OASIS_RANGE_FULL, 8, 3, 0, {10, 20, 200}, {200, 10, 20}},
    {OASIS_MATRIX_RGB, OASIS_RANGE_FULL, 12, 3, 0, {160, 320, 3200}, {199, 10, 20}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_FULL, 8, 1, 0, {77}, {77, 77, 77}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_LIMITED, 8, 1, 0, {126}, {128, 128, 128}},
    {OASIS_MATRIX_BT2020_NCL, OASIS_RANGE_LIMITED, 10, 3, 1, {573, 512, 512}, {231, 230, 230},
     OASIS_H273_PQ},
    {OASIS_MATRIX_BT2020_NCL, OASIS_RANGE_LIMITED, 10, 3, 1, {200, 520, 505}, {24, 30, 34},
     OASIS_H273_PQ},
};

static OasisFrame *plain_frame(const Case *c)
{
    OasisFrameFormat format = {
        .width = WIDTH, .height = HEIGHT, .depth = c->depth, .planes = c->planes,
        .chroma_shift_x = c->shift, .chroma_shift_y = c->shift, .matrix = c->matrix,
        .range = c->range, .primaries = c->transfer ? 9 : 2,
        .transfer = c->transfer ? c->transfer : 2, .sample_aspect = {1, 1},
    };
    OasisFrame *frame = oasis_frame_new(&format);

    REQUIRE(frame);
    for (int p = 0; p < c->planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&format, p); y++) {
            uint8_t *row = frame->data[p] + y * frame->stride[p];

            for (int x = 0; x < oasis_frame_plane_width(&format, p); x++) {
                if (c->depth > 8) {
                    ((uint16_t *)row)[x] = (uint16_t)c->samples[p];
                } else {
                    row[x] = (uint8_t)c->samples[p];
                }
            }
        }
    }
    return frame;
}

static void check_case(OasisScreenConverter *converter, const Case *c, int width, int height)
{
    const ptrdiff_t stride = width * 4 + 12;
    uint8_t *picture = malloc((size_t)(stride * height));
    OasisFrame *frame = plain_frame(c);
    OasisError err;
    int worst = 0;

    REQUIRE(picture);
    memset(picture, 0xa5, (size_t)(stride * height));
    CHECK_OK(oasis_screen_convert(converter, frame, NULL, width, height, picture, stride, &err),
             &err);
    for (int y = 0; y < height; y++) {
        const uint8_t *row = picture + y * stride;

        for (int x = 0; x < width; x++) {
            for (int i = 0; i < 3; i++) {
                int off = abs(row[x * 4 + i] - c->colour[i]);

                worst = off > worst ? off : worst;
            }
            CHECK_INT(row[x * 4 + 3], 255);
        }
        for (int i = 0; i < 12; i++) { /* the next row's beginning is not ours */
            CHECK_INT(row[width * 4 + i], 0xa5);
        }
    }
    if (!CHECK(worst <= 3)) {
        fprintf(stderr, "  case %d at %dx%d is off by %d: %d %d %d\n", (int)(c - cases), width,
                height, worst, picture[0], picture[1], picture[2]);
    }
    oasis_frame_unref(&frame);
    free(picture);
}

int main(void)
{
    OasisScreenConverter *converter = oasis_screen_converter_new();

    test_begin();
    REQUIRE(converter);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_case(converter, &cases[i], WIDTH, HEIGHT);
        check_case(converter, &cases[i], (int)test_random_int(8, 100), (int)test_random_int(8, 90));
    }
    oasis_screen_converter_free(&converter);
    CHECK(!converter);
    oasis_screen_converter_free(&converter);
    return test_end();
}
