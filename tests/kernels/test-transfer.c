/* PQ in HLG's form: points of BT.2100 and BT.2408, no step in the curve, and the way back.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/transfer.h"

#include <math.h>

#include "frames.h"
#include "host-tensor.h"
#include "random.h"

/* The image's form of a component of PQ, both in [0, 1]. */
static double form_of(double signal)
{
    return (oasis_transfer_to_image(OASIS_TRANSFER_PQ, (float)(2 * signal - 1)) + 1.0) / 2;
}

static double signal_of(double form)
{
    return (oasis_transfer_from_image(OASIS_TRANSFER_PQ, (float)(2 * form - 1)) + 1.0) / 2;
}

/* PQ's signal for a light in cd/m2, to four digits, and HLG's for the scene's light that a display
 * of 1000 cd/m2 makes that light of. BT.2408 gives both of reference white. */
static void test_known_points(void)
{
    static const struct {
        double light, pq, form;
    } points[] = {
        {0, 0, 0},
        {0.1, 0.0623, 0.03729},   /* E = 1e-4^(5/6) = 4.6416e-4 */
        {1, 0.1499, 0.09740},     /* E = 3.1623e-3 */
        {10, 0.2997, 0.25424},    /* E = 2.1544e-2 */
        {100, 0.5081, 0.62958},   /* E = 0.14678 */
        {203, 0.5807, 0.7499},    /* reference white: 58 % of PQ, 75 % of HLG */
        {1000, 0.7518, 1},
        {10000, 1, 1.3468},
    };

    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        CHECK_NEAR(form_of(points[i].pq), points[i].form, 3e-4);
        CHECK_NEAR(signal_of(points[i].form), points[i].pq, 3e-4);
    }
}

/* Rising without a step, beyond the ends of the signal as well, and back to where it came from. */
static void test_curve(void)
{
    const double step = 1.0 / 4096;
    double last = form_of(-0.5 - step);

    for (double signal = -0.5; signal <= 1.5; signal += step) {
        double form = form_of(signal);
        CHECK(form > last - 1e-7 && form < last + 3 * step);
        CHECK_NEAR(signal_of(form), signal, 2e-6);
        last = form;
    }
    CHECK_NEAR(form_of(-0.25), -0.25, 1e-6);
    CHECK_NEAR(form_of(1.25) - form_of(1), 0.25, 1e-6);
    CHECK(isnan(form_of(NAN)) && isnan(signal_of(NAN)));
}

/* The tables are their functions, everywhere. */
static void test_tables(void)
{
    OasisCurve to, from;

    oasis_curve_to_image(&to);
    oasis_curve_from_image(&from);
    for (int i = 0; i < 200000; i++) {
        float value = (float)(test_random_unit() * 6 - 3);
        if (i % 4 == 0) {
            value = (float)(pow(10, -7 * test_random_unit()) - 1); /* near black */
        }
        CHECK_NEAR(oasis_curve_at(&to, value), oasis_transfer_to_image(OASIS_TRANSFER_PQ, value),
                   2e-6);
        CHECK_NEAR(oasis_curve_at(&from, value),
                   oasis_transfer_from_image(OASIS_TRANSFER_PQ, value), 2e-6);
    }
    CHECK(isnan(oasis_curve_at(&to, NAN)) && isnan(oasis_curve_at(&from, NAN)));
    CHECK(oasis_curve_at(&to, INFINITY) > 1e30f && oasis_curve_at(&from, -INFINITY) < -1e30f);
}

static void test_none(void)
{
    for (int i = 0; i < 100; i++) {
        float value = random_normal();
        CHECK_NEAR(oasis_transfer_to_image(OASIS_TRANSFER_NONE, value), value, 0);
        CHECK_NEAR(oasis_transfer_from_image(OASIS_TRANSFER_NONE, value), value, 0);
    }
}

/* At equal size every sample of a PQ frame comes back within one code. */
static void test_frames(void)
{
    enum { WIDTH = 33, HEIGHT = 9 };
    float image[WIDTH * HEIGHT * 3];

    for (int depth = 8; depth <= 16; depth += 2) {
        OasisFrameFormat format = {
            .width = WIDTH, .height = HEIGHT, .depth = depth, .planes = 3,
            .matrix = OASIS_MATRIX_BT2020_NCL, .primaries = 9, .transfer = 16,
            .sample_aspect = {1, 1},
        };
        FrameBlock from, to;

        frame_block_new(&format, &from);
        frame_block_new(&format, &to);
        frame_randomise(&from.frame);
        REFERENCE(import_frame, OasisImportArgs, .frame = &from.frame,
                  .transfer = OASIS_TRANSFER_PQ, .width = WIDTH, .height = HEIGHT,
                  .padded_width = WIDTH, .padded_height = HEIGHT, .image = F32(image));
        REFERENCE(export_frame, OasisExportArgs, .image = F32(image), .padded_width = WIDTH,
                  .padded_height = HEIGHT, .transfer = OASIS_TRANSFER_PQ, .frame = &to.frame);
        for (int p = 0; p < 3; p++) {
            for (int i = 0; i < WIDTH * HEIGHT; i++) {
                int x = i % WIDTH, y = i / WIDTH;
                CHECK_NEAR(frame_get(&to.frame, p, x, y), frame_get(&from.frame, p, x, y), 1);
            }
        }
        CHECK(frame_guards_intact(&to));
        frame_block_free(&from);
        frame_block_free(&to);
    }
}

int main(void)
{
    test_begin();
    test_known_points();
    test_curve();
    test_tables();
    test_none();
    test_frames();
    return test_end();
}
