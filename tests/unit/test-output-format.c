/* The format of what a job writes: sizes, subsampling, depth, colour, and what is refused.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "doubles.h"
#include "test.h"

static void check_sizes(void)
{
    static const struct {
        int width, height;
        OasisSize size;
        int shift_x, shift_y;
        int out_width, out_height;
    } cases[] = {
        /* 4:2:0 needs even sides */
        {640, 480, {0}, 1, 1, 1280, 960},
        {640, 480, {.scale = 1}, 1, 1, 640, 480},
        {640, 480, {.scale = 1.5}, 1, 1, 960, 720},
        {640, 480, {.scale = 2}, 1, 1, 1280, 960},
        {640, 480, {.scale = 3}, 1, 1, 1920, 1440},
        {640, 480, {.scale = 4}, 1, 1, 2560, 1920},
        {853, 481, {.scale = 1}, 1, 1, 854, 482},
        {853, 481, {.scale = 1.5}, 1, 1, 1280, 722}, /* 1279.5, 721.5 */
        {853, 481, {.scale = 3}, 1, 1, 2560, 1444},  /* 2559, 1443 */
        {1, 1, {.scale = 1}, 1, 1, 2, 2},
        {1, 1, {.scale = 1.5}, 1, 1, 2, 2},
        {1, 1, {0}, 1, 1, 2, 2},
        {1, 1, {.scale = 3}, 1, 1, 4, 4},
        {720, 576, {.height = 1080}, 1, 1, 1350, 1080},
        {720, 480, {.height = 1080}, 1, 1, 1620, 1080},
        {720, 576, {.height = 577}, 1, 1, 722, 578}, /* 721.25 */
        {1920, 1080, {.height = 720}, 1, 1, 1280, 720},
        {3, 400, {.height = 100}, 1, 1, 2, 100}, /* 0.75 */
        {1, 16384, {.height = 1}, 1, 1, 2, 2},
        {4096, 2160, {.scale = 4}, 1, 1, 16384, 8640},
        /* 4:4:4 does not */
        {853, 481, {.scale = 1}, 0, 0, 853, 481},
        {853, 481, {.scale = 1.5}, 0, 0, 1280, 722},
        {853, 481, {.scale = 3}, 0, 0, 2559, 1443},
        {1, 1, {.scale = 1}, 0, 0, 1, 1},
        /* 4:2:2 across only */
        {853, 481, {.scale = 1}, 1, 0, 854, 481},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OasisFrameFormat source = test_format(cases[i].width, cases[i].height), output;
        OasisError err = {0};

        source.chroma_shift_x = cases[i].shift_x;
        source.chroma_shift_y = cases[i].shift_y;
        CHECK_OK(oasis_output_format(&source, &cases[i].size, &output, &err), &err);
        CHECK_INT(output.width, cases[i].out_width);
        CHECK_INT(output.height, cases[i].out_height);
        CHECK_INT(output.chroma_shift_x, cases[i].shift_x);
        CHECK_INT(output.chroma_shift_y, cases[i].shift_y);
    }
}

/* What a crop leaves, and square samples. */
static void check_shape(void)
{
    static const struct {
        OasisRational aspect;
        OasisSize size;
        int width, height;
        int num, den; /* of the output's samples */
    } cases[] = {
        {{1, 1}, {.crop = {8, 0, 12, 0}}, 1400, 1152, 1, 1},
        {{16, 11}, {.crop = {8, 4, 12, 12}}, 1400, 1120, 16, 11},
        {{1, 1}, {.crop = {0, 0, 0, 576 - 1}}, 1440, 2, 1, 1},
        {{1, 1}, {.height = 1080, .crop = {0, 36, 0, 0}}, 1440, 1080, 1, 1},
        {{16, 11}, {.square = true}, 2096, 1152, 1, 1}, /* 2094.5 */
        {{8, 9}, {.square = true}, 1440, 1296, 1, 1},
        {{8, 9}, {.square = true, .height = 576}, 640, 576, 1, 1},
        {{2, 1}, {.scale = 1, .square = true, .crop = {20, 0, 0, 0}}, 1400, 576, 1, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OasisFrameFormat source = test_format(720, 576), output;
        OasisError err = {0};

        source.sample_aspect = cases[i].aspect;
        CHECK_OK(oasis_output_format(&source, &cases[i].size, &output, &err), &err);
        CHECK_INT(output.width, cases[i].width);
        CHECK_INT(output.height, cases[i].height);
        CHECK_INT(output.sample_aspect.num, cases[i].num);
        CHECK_INT(output.sample_aspect.den, cases[i].den);
    }
}

static void check_refused(void)
{
    static const struct {
        int width, height;
        OasisSize size;
        OasisStatus status;
    } cases[] = {
        {640, 480, {.scale = 0.5}, OASIS_ERR_USAGE},
        {640, 480, {.scale = -1}, OASIS_ERR_USAGE},
        {640, 480, {.scale = 4.01}, OASIS_ERR_USAGE},
        {640, 480, {.scale = NAN}, OASIS_ERR_USAGE},
        {640, 480, {.scale = INFINITY}, OASIS_ERR_USAGE},
        {640, 480, {.height = -1}, OASIS_ERR_USAGE},
        {640, 480, {.height = 1921}, OASIS_ERR_USAGE},
        {640, 480, {.scale = 2, .height = 960}, OASIS_ERR_USAGE},
        {640, 480, {.crop = {-1, 0, 0, 0}}, OASIS_ERR_USAGE},
        {640, 480, {.crop = {320, 0, 320, 0}}, OASIS_ERR_USAGE},
        {640, 480, {.crop = {0, 0, 0, 480}}, OASIS_ERR_USAGE},
        {640, 480, {.crop = {INT32_MAX, 0, INT32_MAX, 0}}, OASIS_ERR_USAGE},
        {16384, 480, {.scale = 2}, OASIS_ERR_UNSUPPORTED},
        {640, 16384, {.scale = 1.5}, OASIS_ERR_UNSUPPORTED},
        {16384, 2, {.height = 8}, OASIS_ERR_UNSUPPORTED},
        {0, 480, {0}, OASIS_ERR_UNSUPPORTED},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OasisFrameFormat source = test_format(cases[i].width, cases[i].height);
        OasisFrameFormat output = test_format(7, 7);
        OasisError err = {0};

        CHECK_STATUS(oasis_output_format(&source, &cases[i].size, &output, &err), cases[i].status,
                     &err);
        CHECK(*err.subject && *err.detail);
        CHECK_INT(output.width, 7); /* untouched */
    }
}

static OasisFrameFormat output_of(const OasisFrameFormat *source)
{
    OasisFrameFormat output = {0};
    OasisError err = {0};

    CHECK_OK(oasis_output_format(source, &(OasisSize){0}, &output, &err), &err);
    return output;
}

static void check_samples(void)
{
    OasisFrameFormat source = test_format(64, 48), output;

    for (int depth = 8; depth <= 16; depth++) {
        source.depth = depth;
        CHECK_INT(output_of(&source).depth, depth == 8 ? 8 : 10);
    }
    source.depth = 8;
    for (int x = 0; x <= 2; x++) {
        for (int y = 0; y <= 2; y++) {
            source.chroma_shift_x = x;
            source.chroma_shift_y = y;
            output = output_of(&source);
            CHECK_INT(output.chroma_shift_x, x ? 1 : 0);
            CHECK_INT(output.chroma_shift_y, y ? 1 : 0);
        }
    }
    source = test_format(64, 48);
    source.planes = 1;
    source.chroma_shift_x = source.chroma_shift_y = 0;
    output = output_of(&source);
    CHECK_INT(output.planes, 3);
    CHECK_INT(output.chroma_shift_x, 1);
    CHECK_INT(output.chroma_shift_y, 1);
}

static void check_colour(void)
{
    OasisFrameFormat source = test_format(64, 48), output;

    source.matrix = OASIS_MATRIX_BT2020_NCL;
    source.range = OASIS_RANGE_FULL;
    source.siting = OASIS_SITING_TOP_LEFT;
    source.primaries = 9;
    source.transfer = 14;
    source.sample_aspect = (OasisRational){16, 15};
    output = output_of(&source);
    CHECK_INT(output.matrix, OASIS_MATRIX_BT2020_NCL);
    CHECK_INT(output.range, OASIS_RANGE_LIMITED);
    CHECK_INT(output.siting, OASIS_SITING_TOP_LEFT);
    CHECK_INT(output.primaries, 9);
    CHECK_INT(output.transfer, 14);
    CHECK(output.sample_aspect.num == 16 && output.sample_aspect.den == 15);

    source = test_format(63, 47);
    source.matrix = OASIS_MATRIX_RGB;
    source.chroma_shift_x = source.chroma_shift_y = 0;
    output = output_of(&source);
    CHECK_INT(output.matrix, OASIS_MATRIX_BT709);
    CHECK_INT(output.chroma_shift_x + output.chroma_shift_y, 0);

    /* HDR stays what it is, in no fewer bits than it needs. */
    for (int transfer = 16; transfer <= 18; transfer += 2) {
        source = test_format(64, 48);
        source.transfer = transfer;
        source.primaries = 9;
        CHECK(oasis_frame_format_is_hdr(&source));
        output = output_of(&source);
        CHECK_INT(output.transfer, transfer);
        CHECK_INT(output.primaries, 9);
        CHECK_INT(output.depth, 10);
        source.matrix = OASIS_MATRIX_RGB;
        source.chroma_shift_x = source.chroma_shift_y = 0;
        CHECK_INT(output_of(&source).matrix, OASIS_MATRIX_BT2020_NCL);
    }
}

int main(void)
{
    test_begin();
    check_sizes();
    check_shape();
    check_refused();
    check_samples();
    check_colour();
    return test_end();
}
