/* Resampling taps: bicubic as PyTorch has it, chroma by its siting.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "host-tensor.h"
#include "ops/resample.h"

typedef enum Kind { BICUBIC, CHROMA_UP, CHROMA_DOWN } Kind;

static OasisTaps make(Kind kind, int in, int out, int shift, bool centred)
{
    OasisTaps taps = {0};
    OasisError err;
    OasisStatus status = kind == BICUBIC ? oasis_taps_bicubic(in, out, &taps, &err)
                         : kind == CHROMA_UP
                             ? oasis_taps_chroma_up(in, out, 0, shift, centred, &taps, &err)
                             : oasis_taps_chroma_down(in, out, shift, centred, &taps, &err);

    REQUIRE(CHECK_OK(status, &err));
    return taps;
}

/* Output i for an input that is `base + slope * x`. */
static double apply_ramp(const OasisTaps *taps, int i, double base, double slope)
{
    double sum = 0;

    for (int j = 0; j < taps->count; j++) {
        sum += taps->weights[i * taps->count + j] * (base + slope * (taps->first[i] + j));
    }
    return sum;
}

/* Taps lie inside the input and sum to one, for any sizes. */
static void check_taps(const OasisTaps *taps, int in)
{
    for (int i = 0; i < taps->length; i++) {
        CHECK(taps->first[i] >= 0 && taps->first[i] + taps->count <= in);
        CHECK_NEAR(apply_ramp(taps, i, 1, 0), 1, 1e-6);
    }
}

static void test_any_size(void)
{
    for (int round = 0; round < 200; round++) {
        int in = (int)test_random_int(1, 70), out = (int)test_random_int(1, 70);
        int shift = (int)test_random_int(0, 2), subsampled = (in + (1 << shift) - 1) >> shift;
        bool centred = test_random_int(0, 1);
        OasisTaps taps = make(BICUBIC, in, out, 0, false);
        check_taps(&taps, in);
        oasis_taps_clear(&taps);
        taps = make(CHROMA_UP, subsampled, in, shift, centred);
        check_taps(&taps, subsampled);
        oasis_taps_clear(&taps);
        taps = make(CHROMA_DOWN, in, subsampled, shift, centred);
        check_taps(&taps, in);
        oasis_taps_clear(&taps);
    }
}

/* The weight of input x in output i. */
static double tap(const OasisTaps *taps, int i, int x)
{
    int j = x - taps->first[i];

    return j < 0 || j >= taps->count ? 0 : taps->weights[i * taps->count + j];
}

static void test_equal_size_is_identity(void)
{
    for (int n = 1; n < 20; n++) {
        OasisTaps taps = make(BICUBIC, n, n, 0, false);
        for (int i = 0; i < n; i++) {
            for (int x = 0; x < n; x++) {
                CHECK_NEAR(tap(&taps, i, x), x == i, 0);
            }
        }
        oasis_taps_clear(&taps);
    }
}

/* a = -0.5 at distances 1.75, 0.75, 0.25, 1.25: Catmull-Rom's numbers. At the border the taps
 * outside are dropped, not clamped. */
static void test_twice(void)
{
    static const double weights[4] = {-0.0234375, 0.2265625, 0.8671875, -0.0703125};
    double rest = weights[1] + weights[2] + weights[3];
    OasisTaps taps = make(BICUBIC, 8, 16, 0, false);

    for (int j = 0; j < 4; j++) {
        CHECK_NEAR(tap(&taps, 6, 1 + j), weights[j], 1e-7);
        CHECK_NEAR(tap(&taps, 7, 2 + j), weights[3 - j], 1e-7);
    }
    for (int j = 1; j < 4; j++) {
        CHECK_NEAR(tap(&taps, 2, j - 1), weights[j] / rest, 1e-7);
    }
    oasis_taps_clear(&taps);
}

/* Half the size: the kernel is twice as wide, eight taps. */
static void test_half(void)
{
    OasisTaps taps = make(BICUBIC, 32, 16, 0, false);

    for (int x = 0; x < 32; x++) {
        double d = fabs(x - 16.5) / 2, expected;
        expected = d < 1 ? (1.5 * d - 2.5) * d * d + 1
                   : d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
        CHECK_NEAR(tap(&taps, 8, x), expected / 2, 1e-7);
    }
    CHECK_NEAR(tap(&taps, 8, 16), tap(&taps, 8, 17), 0);
    oasis_taps_clear(&taps);
}

/* What PyTorch 2 gives for unit impulses, to a wider and to a narrower row. */
static void test_published_rows(void)
{
    static const double wider[8][5] = {
        {1.07195568, -0.07195572, 0, 0, 0},
        {0.60520607, 0.44514215, -0.05034821, 0, 0},
        {-0.02746582, 0.99060059, 0.03869629, -0.00183105, 0},
        {-0.03356934, 0.30578613, 0.80163574, -0.07385254, 0},
        {0, -0.07385254, 0.80163574, 0.30578613, -0.03356934},
        {0, -0.00183105, 0.03869629, 0.99060059, -0.02746582},
        {0, 0, -0.05034821, 0.44514215, 0.60520607},
        {0, 0, 0, -0.07195572, 1.07195568},
    };
    static const double narrower[3][7] = {
        {0.38306454, 0.43951613, 0.21370965, 0, -0.03225802, -0.00403226, 0},
        {-0.03052499, 0.04517704, 0.27594626, 0.41880336, 0.27594626, 0.04517704, -0.03052499},
        {0, -0.00403224, -0.03225802, 0, 0.21370976, 0.43951613, 0.38306442},
    };
    OasisTaps taps = make(BICUBIC, 5, 8, 0, false);

    for (int i = 0; i < 8; i++) {
        for (int x = 0; x < 5; x++) {
            CHECK_NEAR(tap(&taps, i, x), wider[i][x], 5e-7);
        }
    }
    oasis_taps_clear(&taps);
    taps = make(BICUBIC, 7, 3, 0, false);
    for (int i = 0; i < 3; i++) {
        for (int x = 0; x < 7; x++) {
            CHECK_NEAR(tap(&taps, i, x), narrower[i][x], 5e-7);
        }
    }
    oasis_taps_clear(&taps);
}

/* Enlarging keeps a ramp away from the border, at its half-pixel centres. */
static void test_bicubic_keeps_ramps(void)
{
    static const int sizes[][2] = {{40, 80}, {40, 60}, {30, 90}, {37, 101}};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        int in = sizes[s][0], out = sizes[s][1];
        double step = (double)in / out;
        OasisTaps taps = make(BICUBIC, in, out, 0, false);
        for (int i = 0; i < out; i++) {
            double centre = (i + 0.5) * step - 0.5;
            if (centre > 2 && centre < in - 3) {
                CHECK_NEAR(apply_ramp(&taps, i, 3, 2), 3 + 2 * centre, 1e-4);
            }
        }
        oasis_taps_clear(&taps);
    }
}

/* A chroma ramp comes out as the same ramp at luma positions, and goes back to itself. */
static void test_chroma_keeps_ramps(void)
{
    for (int shift = 0; shift <= 2; shift++) {
        for (int centred = 0; centred <= 1; centred++) {
            int luma = 43, chroma = (luma + (1 << shift) - 1) >> shift, step = 1 << shift;
            double place = centred ? (step - 1) / 2.0 : 0;
            OasisTaps up = make(CHROMA_UP, chroma, luma, shift, centred);
            OasisTaps down = make(CHROMA_DOWN, luma, chroma, shift, centred);

            for (int i = step; i < luma - step; i++) {
                CHECK_NEAR(apply_ramp(&up, i, 5, 2), 5 + 2 * (i - place) / step, 1e-5);
            }
            for (int i = 1; i < chroma - 1; i++) {
                CHECK_NEAR(apply_ramp(&down, i, 5, 2), 5 + 2 * (i * step + place), 2e-5);
            }
            oasis_taps_clear(&up);
            oasis_taps_clear(&down);
        }
    }
}

/* The familiar numbers of 4:2:0. */
static void test_chroma_weights(void)
{
    OasisTaps taps = make(CHROMA_UP, 8, 16, 1, true);
    CHECK_NEAR(tap(&taps, 4, 1), 0.25, 0);
    CHECK_NEAR(tap(&taps, 4, 2), 0.75, 0);
    CHECK_NEAR(tap(&taps, 5, 2), 0.75, 0);
    CHECK_NEAR(tap(&taps, 5, 3), 0.25, 0);
    CHECK_NEAR(tap(&taps, 0, 0), 1, 0);
    CHECK_NEAR(tap(&taps, 15, 7), 1, 0);
    oasis_taps_clear(&taps);

    taps = make(CHROMA_UP, 8, 16, 1, false);
    CHECK_NEAR(tap(&taps, 4, 2), 1, 0);
    CHECK_NEAR(tap(&taps, 5, 2), 0.5, 0);
    CHECK_NEAR(tap(&taps, 5, 3), 0.5, 0);
    CHECK_NEAR(tap(&taps, 15, 7), 1, 0);
    oasis_taps_clear(&taps);

    taps = make(CHROMA_DOWN, 16, 8, 1, true);
    CHECK_NEAR(tap(&taps, 3, 6), 0.5, 0);
    CHECK_NEAR(tap(&taps, 3, 7), 0.5, 0);
    oasis_taps_clear(&taps);

    taps = make(CHROMA_DOWN, 16, 8, 1, false);
    CHECK_NEAR(tap(&taps, 3, 5), 0.25, 0);
    CHECK_NEAR(tap(&taps, 3, 6), 0.5, 0);
    CHECK_NEAR(tap(&taps, 3, 7), 0.25, 0);
    CHECK_NEAR(tap(&taps, 0, 0), 2 / 3.0, 1e-7);
    oasis_taps_clear(&taps);
}

/* Positions that begin within a sample's cell are those of the axis without its first ones. */
static void test_chroma_phase(void)
{
    for (int round = 0; round < 100; round++) {
        int shift = (int)test_random_int(0, 2), phase = (int)test_random_int(0, (1 << shift) - 1);
        int out = (int)test_random_int(1, 30), in = (phase + out + (1 << shift) - 1) >> shift;
        bool centred = test_random_int(0, 1);
        OasisTaps whole = make(CHROMA_UP, in, phase + out, shift, centred), later = {0};
        OasisError err;

        REQUIRE(CHECK_OK(oasis_taps_chroma_up(in, out, phase, shift, centred, &later, &err),
                         &err));
        check_taps(&later, in);
        for (int i = 0; i < out; i++) {
            for (int x = 0; x < in; x++) {
                CHECK_NEAR(tap(&later, i, x), tap(&whole, phase + i, x), 0);
            }
        }
        oasis_taps_clear(&whole);
        oasis_taps_clear(&later);
    }
}

int main(void)
{
    test_begin();
    test_any_size();
    test_equal_size_is_identity();
    test_twice();
    test_half();
    test_published_rows();
    test_bicubic_keeps_ramps();
    test_chroma_keeps_ramps();
    test_chroma_weights();
    test_chroma_phase();
    return test_end();
}
