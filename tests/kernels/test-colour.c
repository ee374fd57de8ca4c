/* Import and export of frames: known colours, ramps, chroma siting, and the way there and back.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "frames.h"
#include "host-tensor.h"

static OasisFrameFormat format_of(int width, int height)
{
    return (OasisFrameFormat){
        .width = width, .height = height, .depth = 8, .planes = 3,
        .matrix = OASIS_MATRIX_BT709, .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
    };
}

/* The image at width x height, not padded; free() it. */
static float *import_at(const OasisFrame *frame, int width, int height)
{
    float *image = malloc((size_t)width * height * 3 * sizeof *image);

    REQUIRE(image);
    REFERENCE(import_frame, OasisImportArgs, .frame = frame, .width = width, .height = height,
              .padded_width = width, .padded_height = height, .image = F32(image));
    return image;
}

static void export_to(OasisFrame *frame, float *image)
{
    REFERENCE(export_frame, OasisExportArgs, .image = F32(image),
              .padded_width = frame->format.width, .padded_height = frame->format.height,
              .frame = frame);
}

/* --- colours --------------------------------------------------------------------------------- */

typedef struct Colour {
    OasisMatrix matrix;
    OasisRange range;
    int depth;
    double rgb[3]; /* 0..1 */
    int samples[3];
} Colour;

static const Colour colours[] = {
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 8, {0, 0, 0}, {16, 128, 128}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 8, {1, 1, 1}, {235, 128, 128}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 8, {1, 0, 0}, {63, 102, 240}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 8, {0, 1, 0}, {173, 42, 26}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 8, {0, 0, 1}, {32, 240, 118}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_LIMITED, 8, {1, 0, 0}, {81, 90, 240}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_LIMITED, 8, {0, 1, 0}, {145, 54, 34}},
    {OASIS_MATRIX_BT470BG, OASIS_RANGE_LIMITED, 8, {0, 0, 1}, {41, 240, 110}},
    {OASIS_MATRIX_BT470BG, OASIS_RANGE_LIMITED, 8, {1, 1, 0}, {210, 16, 146}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_FULL, 8, {1, 0, 0}, {76, 85, 255}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_FULL, 8, {0, 1, 0}, {150, 44, 21}},
    {OASIS_MATRIX_SMPTE170M, OASIS_RANGE_FULL, 8, {0, 0, 1}, {29, 255, 107}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 10, {1, 0, 0}, {250, 409, 960}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_LIMITED, 10, {1, 1, 1}, {940, 512, 512}},
    {OASIS_MATRIX_BT2020_NCL, OASIS_RANGE_LIMITED, 10, {1, 0, 0}, {294, 387, 960}},
    {OASIS_MATRIX_BT709, OASIS_RANGE_FULL, 16, {1, 1, 1}, {65535, 32768, 32768}},
    {OASIS_MATRIX_RGB, OASIS_RANGE_FULL, 8, {1, 0.2, 0}, {51, 0, 255}},
    {OASIS_MATRIX_RGB, OASIS_RANGE_LIMITED, 8, {1, 0.2, 0}, {60, 16, 235}},
};

static void test_known_colours(void)
{
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        const Colour *colour = &colours[i];
        OasisFrameFormat format = format_of(1, 1);
        FrameBlock block;
        float rgb[3], *image;

        format.matrix = colour->matrix;
        format.range = colour->range;
        format.depth = colour->depth;
        frame_block_new(&format, &block);
        for (int c = 0; c < 3; c++) {
            rgb[c] = (float)(2 * colour->rgb[c] - 1);
        }
        export_to(&block.frame, rgb);
        for (int p = 0; p < 3; p++) {
            CHECK_INT(frame_get(&block.frame, p, 0, 0), colour->samples[p]);
        }
        image = import_at(&block.frame, 1, 1);
        for (int c = 0; c < 3; c++) { /* samples are rounded: one code is 1/219 of the range */
            CHECK_NEAR(image[c], rgb[c], 2 * 2.0 / (219 << (colour->depth - 8)));
        }
        free(image);
        frame_block_free(&block);
    }
}

/* Without chroma the components are equal: -1 for black, 1 for white, and further outside; all
 * levels come back. */
static void test_grey(void)
{
    for (int planes = 1; planes <= 3; planes += 2) {
        for (int depth = 8; depth <= 16; depth++) {
            OasisFrameFormat format = format_of(5, 1);
            const int step = 1 << (depth - 8);
            const int luma[5] = {0, 16, 100, 235, 255};
            FrameBlock block;
            float *image;

            format.planes = planes;
            format.depth = depth;
            frame_block_new(&format, &block);
            for (int x = 0; x < 5; x++) {
                frame_put(&block.frame, 0, x, 0, luma[x] * step);
                for (int p = 1; p < planes; p++) {
                    frame_put(&block.frame, p, x, 0, 128 * step);
                }
            }
            image = import_at(&block.frame, 5, 1);
            for (int i = 0; i < 15; i++) {
                CHECK_NEAR(image[i], (luma[i / 3] - 16) / 219.0 * 2 - 1, 2e-5);
            }
            export_to(&block.frame, image);
            for (int x = 0; x < 5; x++) {
                CHECK_INT(frame_get(&block.frame, 0, x, 0), luma[x] * step);
            }
            free(image);
            frame_block_free(&block);
        }
    }
}

/* Colours that no code stands for get the nearest one, NaN any; whiter than white is kept. */
static void test_clamp(void)
{
    float image[5 * 3] = {9, 9, 9, -9, -9, -9, 9, -9, -9, 1.1f, 1.1f, 1.1f, NAN, NAN, NAN};
    OasisFrameFormat format = format_of(5, 1);
    FrameBlock block;

    frame_block_new(&format, &block);
    export_to(&block.frame, image);
    CHECK_INT(frame_get(&block.frame, 0, 0, 0), 255);
    CHECK_INT(frame_get(&block.frame, 0, 1, 0), 0);
    CHECK_INT(frame_get(&block.frame, 2, 2, 0), 255);
    CHECK_INT(frame_get(&block.frame, 0, 3, 0), 246);
    CHECK(frame_guards_intact(&block));
    frame_block_free(&block);
}

/* --- there and back -------------------------------------------------------------------------- */

/* A value within the plane's range, for chroma in the middle of it. RGB may leave [-1, 1]. */
static int random_sample(const OasisFrameFormat *format, int plane)
{
    int step = 1 << (format->depth - 8);

    if (format->matrix == OASIS_MATRIX_RGB || plane == 0) {
        return (int)test_random_int(1 * step, 254 * step);
    }
    return (int)test_random_int(64 * step, 192 * step);
}

/* At equal size every sample comes back within one. Interpolated and averaged chroma can only do so
 * where it is even; luma, and chroma that is not subsampled, may be anything. */
static void test_round_trip(void)
{
    for (int round = 0; round < 300; round++) {
        OasisFrameFormat format = frame_random_format((int)test_random_int(1, 12),
                                                      (int)test_random_int(1, 9));
        bool subsampled = format.chroma_shift_x || format.chroma_shift_y;
        FrameBlock from, to;
        float *image;
        int worst = 0;

        frame_block_new(&format, &from);
        frame_block_new(&format, &to);
        for (int p = 0; p < format.planes; p++) {
            int even = random_sample(&format, p);
            for (int y = 0; y < oasis_frame_plane_height(&format, p); y++) {
                for (int x = 0; x < oasis_frame_plane_width(&format, p); x++) {
                    frame_put(&from.frame, p, x, y,
                              p && subsampled ? even : random_sample(&format, p));
                }
            }
        }
        image = import_at(&from.frame, format.width, format.height);
        export_to(&to.frame, image);
        for (int p = 0; p < format.planes; p++) {
            for (int y = 0; y < oasis_frame_plane_height(&format, p); y++) {
                for (int x = 0; x < oasis_frame_plane_width(&format, p); x++) {
                    int d = abs(frame_get(&to.frame, p, x, y) - frame_get(&from.frame, p, x, y));
                    worst = d > worst ? d : worst;
                }
            }
        }
        if (!CHECK(worst <= 1)) {
            fprintf(stderr, "  %s: off by %d\n", frame_format_name(&format), worst);
        }
        CHECK(frame_guards_intact(&to));
        free(image);
        frame_block_free(&from);
        frame_block_free(&to);
    }
}

/* Where the first chroma sample lies, in luma samples, by the words of frame.h. */
static double chroma_place(const OasisFrameFormat *format, bool vertical)
{
    int shift = vertical ? format->chroma_shift_y : format->chroma_shift_x;
    bool between = vertical ? format->siting != OASIS_SITING_TOP_LEFT
                            : format->siting == OASIS_SITING_CENTER;

    return between ? ((1 << shift) - 1) / 2.0 : 0;
}

/* Chroma that rises linearly over the picture lies on the same line at every luma position of the
 * interior, for every subsampling and siting, and is the same chroma after export. */
static void test_chroma_ramp(OasisFrameFormat format)
{
    enum { SLOPE = 3 };
    const double red_per_code = 2 * 2 * (1 - 0.2126) / 224; /* of Cr, in [-1, 1] units */
    int step_x = 1 << format.chroma_shift_x, step_y = 1 << format.chroma_shift_y;
    int width = oasis_frame_plane_width(&format, 1), height = oasis_frame_plane_height(&format, 1);
    double place_x = chroma_place(&format, false), place_y = chroma_place(&format, true);
    FrameBlock block;
    float *image;

    frame_block_new(&format, &block);
    for (int y = 0; y < format.height; y++) {
        for (int x = 0; x < format.width; x++) {
            frame_put(&block.frame, 0, x, y, 126);
        }
    }
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            frame_put(&block.frame, 1, x, y, 128);
            frame_put(&block.frame, 2, x, y, 90 + SLOPE * x + SLOPE * y);
        }
    }
    image = import_at(&block.frame, format.width, format.height);
    for (int y = step_y; y < format.height - step_y; y++) {
        for (int x = step_x; x < format.width - step_x; x++) {
            double cr = 90 + SLOPE * ((x - place_x) / step_x + (y - place_y) / step_y);
            double luma = (126 - 16) / 219.0 * 2 - 1;
            CHECK_NEAR(image[((size_t)y * format.width + x) * 3],
                       luma + red_per_code * (cr - 128), 1e-5);
        }
    }
    export_to(&block.frame, image);
    for (int y = 2; y < height - 2; y++) {
        for (int x = 2; x < width - 2; x++) {
            CHECK_INT(frame_get(&block.frame, 2, x, y), 90 + SLOPE * x + SLOPE * y);
        }
    }
    free(image);
    frame_block_free(&block);
}

static void test_chroma_ramps(void)
{
    for (int shift_x = 0; shift_x <= 2; shift_x++) {
        for (int shift_y = 0; shift_y <= 2; shift_y++) {
            for (int siting = OASIS_SITING_LEFT; siting <= OASIS_SITING_TOP_LEFT; siting++) {
                OasisFrameFormat format = format_of(6 << shift_x, 5 << shift_y);
                format.chroma_shift_x = shift_x;
                format.chroma_shift_y = shift_y;
                format.siting = (OasisSiting)siting;
                test_chroma_ramp(format);
            }
        }
    }
}

/* --- size ------------------------------------------------------------------------------------ */

/* An even picture stays even at any size, and padding repeats the edge. */
static void test_even_picture(void)
{
    for (int round = 0; round < 20; round++) {
        OasisFrameFormat format = frame_random_format((int)test_random_int(1, 20),
                                                      (int)test_random_int(1, 20));
        int width = (int)test_random_int(1, 33), height = (int)test_random_int(1, 33);
        FrameBlock block;
        float *point, *image;

        frame_block_new(&format, &block);
        for (int p = 0; p < format.planes; p++) {
            int sample = random_sample(&format, p);
            for (int y = 0; y < oasis_frame_plane_height(&format, p); y++) {
                for (int x = 0; x < oasis_frame_plane_width(&format, p); x++) {
                    frame_put(&block.frame, p, x, y, sample);
                }
            }
        }
        point = import_at(&block.frame, 1, 1);
        image = import_at(&block.frame, width, height);
        for (int i = 0; i < width * height * 3; i++) {
            CHECK_NEAR(image[i], point[i % 3], 1e-5);
        }
        free(point);
        free(image);
        frame_block_free(&block);
    }
}

static void test_padding(void)
{
    enum { W = 5, H = 3, PW = 8, PH = 4 };
    OasisFrameFormat format = format_of(7, 6);
    float padded[PW * PH * 3], *image;
    FrameBlock block;

    frame_block_new(&format, &block);
    frame_randomise(&block.frame);
    image = import_at(&block.frame, W, H);
    REFERENCE(import_frame, OasisImportArgs, .frame = &block.frame, .width = W, .height = H,
              .padded_width = PW, .padded_height = PH, .image = F32(padded));
    for (int y = 0; y < PH; y++) {
        for (int x = 0; x < PW; x++) {
            for (int c = 0; c < 3; c++) {
                int from_x = x < W ? x : W - 1, from_y = y < H ? y : H - 1;
                CHECK_NEAR(padded[(y * PW + x) * 3 + c], image[(from_y * W + from_x) * 3 + c], 0);
            }
        }
    }
    free(image);
    frame_block_free(&block);
}

int main(void)
{
    test_begin();
    test_known_colours();
    test_grey();
    test_clamp();
    test_round_trip();
    test_chroma_ramps();
    test_even_picture();
    test_padding();
    return test_end();
}
