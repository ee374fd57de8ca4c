/* Grain by its own words: numbers from another hand, its strength at every brightness and depth,
 * and nothing that repeats from place to place, plane to plane or frame to frame.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/grain-formula.h"

#include <math.h>

#include "frames.h"
#include "host-tensor.h"
#include "random.h"

enum { SIDE = 400, SAMPLES = SIDE * SIDE };

/* Grain of one strength, in 1/256 codes, on a flat frame that is freed by the caller. */
static void flat_frame(int depth, int planes, int brightness, uint32_t seed, uint32_t number,
                       OasisGrainShape shape, int level, FrameBlock *block)
{
    OasisFrameFormat format = {
        .width = SIDE, .height = SIDE, .depth = depth, .planes = planes,
        .matrix = OASIS_MATRIX_BT709, .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
    };
    OasisGrain grain = {.shape = shape};

    for (int i = 0; i < 3 * OASIS_GRAIN_KNOTS; i++) {
        grain.levels[i / OASIS_GRAIN_KNOTS][i % OASIS_GRAIN_KNOTS] = level;
    }
    frame_block_new(&format, block);
    for (int p = 0; p < planes; p++) {
        for (int i = 0; i < SAMPLES; i++) {
            frame_put(&block->frame, p, i % SIDE, i / SIDE, brightness << (depth - 8));
        }
    }
    REFERENCE(grain, OasisGrainArgs, .frame = &block->frame, .grain = &grain, .share = 256,
              .seed = seed, .number = number);
    CHECK(frame_guards_intact(block));
}

/* The mean of (a - mid)(b - mid), b's plane shifted by (dx, dy). */
static double covariance(const OasisFrame *a, int plane_a, const OasisFrame *b, int plane_b, int dx,
                         int dy, int mid)
{
    double sum = 0;

    for (int y = 0; y < SIDE - dy; y++) {
        for (int x = 0; x < SIDE - dx; x++) {
            sum += (double)(frame_get(a, plane_a, x, y) - mid) *
                   (frame_get(b, plane_b, x + dx, y + dy) - mid);
        }
    }
    return sum / ((double)(SIDE - dx) * (SIDE - dy));
}

/* Computed by a script from the words of core/grain-formula.h. */
static void test_known_numbers(void)
{
    static const int white[8] = {-123, -223, -321, -81, -109, -10, 126, -133};
    uint32_t key = oasis_grain_key(7, 3);

    CHECK(key == 0x4d1c449au);
    for (int i = 0; i < 8; i++) {
        CHECK_INT(oasis_grain_white(key, i % 3, 100 * i - 1, 50 * i), white[i]);
    }
    CHECK_INT(oasis_grain_add(100, 256, 512, 8), 102);
    CHECK_INT(oasis_grain_add(100, -256, 512, 8), 98);
    CHECK_INT(oasis_grain_add(400, 256, 512, 10), 408);
    CHECK_INT(oasis_grain_add(254, 256, 512, 8), 255);
    CHECK_INT(oasis_grain_add(1, -256, 512, 8), 0);
}

/* The variance is the level's, and 1/12 for the rounding; the mean stays. */
static void test_strength(void)
{
    for (int depth = 8; depth <= 16; depth += 4) {
        for (int shape = OASIS_GRAIN_FINE; shape <= OASIS_GRAIN_SOFT; shape++) {
            int mid = 128 << (depth - 8), level = 800;
            double sigma = level / 256.0 * (1 << (depth - 8)), sum = 0;
            FrameBlock block;

            flat_frame(depth, 1, 128, 5, 9, (OasisGrainShape)shape, level, &block);
            for (int i = 0; i < SAMPLES; i++) {
                sum += frame_get(&block.frame, 0, i % SIDE, i / SIDE) - mid;
            }
            CHECK_NEAR(sum / SAMPLES, 0, sigma * (shape == OASIS_GRAIN_SOFT ? 0.05 : 0.02));
            CHECK_NEAR(covariance(&block.frame, 0, &block.frame, 0, 0, 0, mid) /
                           (sigma * sigma + 1 / 12.0), 1, 0.03);
            frame_block_free(&block);
        }
    }
}

/* FINE: no sample knows another. SOFT: neighbours as 1 2 1 makes them, 2/3 and 1/6. */
static void test_neighbours(void)
{
    static const double along[4] = {1, 2 / 3.0, 1 / 6.0, 0};
    const double variance = 9;

    for (int shape = OASIS_GRAIN_FINE; shape <= OASIS_GRAIN_SOFT; shape++) {
        FrameBlock block;
        flat_frame(12, 1, 128, 77, 0, (OasisGrainShape)shape, 768, &block);
        for (int dy = 0; dy < 4; dy++) {
            for (int dx = 0; dx < 4; dx++) {
                double expected = shape == OASIS_GRAIN_SOFT ? along[dx] * along[dy] : !dx && !dy;
                double found = covariance(&block.frame, 0, &block.frame, 0, dx, dy, 128 << 4);
                CHECK_NEAR(found / (variance * 256), expected, 0.04);
            }
        }
        frame_block_free(&block);
    }
}

/* Frames, planes and seeds have nothing in common; the same ones have everything. */
static void test_others(void)
{
    const int mid = 128 << 4;
    const double variance = 9 * 256;
    FrameBlock one, next, seed, same;

    flat_frame(12, 3, 128, 1, 0, OASIS_GRAIN_FINE, 768, &one);
    flat_frame(12, 3, 128, 1, 1, OASIS_GRAIN_FINE, 768, &next);
    flat_frame(12, 3, 128, 2, 0, OASIS_GRAIN_FINE, 768, &seed);
    flat_frame(12, 3, 128, 1, 0, OASIS_GRAIN_FINE, 768, &same);
    CHECK_NEAR(covariance(&one.frame, 0, &next.frame, 0, 0, 0, mid) / variance, 0, 0.015);
    CHECK_NEAR(covariance(&one.frame, 0, &seed.frame, 0, 0, 0, mid) / variance, 0, 0.015);
    CHECK_NEAR(covariance(&one.frame, 0, &one.frame, 1, 0, 0, mid) / variance, 0, 0.015);
    CHECK_NEAR(covariance(&one.frame, 1, &one.frame, 2, 0, 0, mid) / variance, 0, 0.015);
    for (int p = 0; p < 3; p++) {
        for (int i = 0; i < SAMPLES; i++) {
            int x = i % SIDE, y = i / SIDE;
            CHECK_INT(frame_get(&one.frame, p, x, y), frame_get(&same.frame, p, x, y));
        }
    }
    frame_block_free(&one);
    frame_block_free(&next);
    frame_block_free(&seed);
    frame_block_free(&same);
}

/* Knots are met, what lies between them is on their line, and the share takes its part. */
static void test_brightness(void)
{
    int32_t levels[OASIS_GRAIN_KNOTS];

    for (int i = 0; i < OASIS_GRAIN_KNOTS; i++) {
        levels[i] = (int32_t)test_random_int(0, UINT16_MAX);
    }
    for (int depth = 8; depth <= 16; depth++) {
        for (int code = 0; code < 1 << depth; code += depth < 12 ? 1 : 37) {
            double at = (double)code / (1 << (depth - 4)), part = at - floor(at);
            double level = levels[(int)at] * (1 - part) + levels[(int)at + 1] * part;
            CHECK_NEAR(oasis_grain_amount(levels, 256, code, depth), level, 0.51);
            CHECK_NEAR(oasis_grain_amount(levels, 64, code, depth), level / 4, 0.63);
            CHECK_INT(oasis_grain_amount(levels, 0, code, depth), 0);
        }
    }
}

static bool frame_equal(const OasisFrame *a, const OasisFrame *b)
{
    for (int p = 0; p < a->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&a->format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&a->format, p); x++) {
                if (frame_get(a, p, x, y) != frame_get(b, p, x, y)) {
                    return false;
                }
            }
        }
    }
    return true;
}

/* A frame given its grain is what the operation makes of it, and stays as it was itself. */
static void test_frames(void)
{
    for (int i = 0; i < 40; i++) {
        OasisFrameFormat format =
            frame_random_format((int)test_random_int(1, 300), (int)test_random_int(1, 70));
        OasisGrain grain = {.shape = (OasisGrainShape)(i % 2)};
        uint32_t number = (uint32_t)test_random_int(0, 100000);
        double share = (double)test_random_int(0, 256) / 256;
        FrameBlock source, wanted;
        OasisFrame *grained;

        for (int j = 0; j < (i % 3 + 1) * OASIS_GRAIN_KNOTS; j++) {
            grain.levels[j / OASIS_GRAIN_KNOTS][j % OASIS_GRAIN_KNOTS] =
                (int32_t)test_random_int(0, 3000);
        }
        frame_block_new(&format, &source);
        frame_block_new(&format, &wanted);
        frame_randomise(&source.frame);
        frame_copy(&wanted.frame, &source.frame);
        grained = oasis_frame_with_grain(&source.frame, &grain, share, number);
        REQUIRE(grained);
        CHECK(frame_equal(&source.frame, &wanted.frame));
        REFERENCE(grain, OasisGrainArgs, .frame = &wanted.frame, .grain = &grain,
                  .share = (int)(share * 256), .number = number);
        CHECK(frame_equal(grained, &wanted.frame));
        oasis_frame_unref(&grained);
        frame_block_free(&source);
        frame_block_free(&wanted);
    }
}

/* The deviation of details of 2, 4 and 8 samples along the lines. */
static void measure(const double *samples, int width, int height, double scales[3])
{
    for (int s = 0; s < 3; s++) {
        int side = 1 << s;
        double sum = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x + 2 * side <= width; x += 2 * side) {
                double detail = 0;
                for (int i = 0; i < side; i++) {
                    detail += samples[y * width + x + i] - samples[y * width + x + side + i];
                }
                sum += detail * detail / (2 * side);
            }
        }
        scales[s] = sqrt(sum / ((double)height * (width / (2 * side))));
    }
}

static OasisNoise noise_of(const double *samples)
{
    OasisNoise noise;

    measure(samples, SIDE, SIDE, noise.scales);
    return noise;
}

/* Noise of a deviation, white or spread over its neighbours in a line by (1 - spread, spread). */
static void make_noise(double deviation, double spread, double *samples)
{
    double before = random_normal();

    for (int i = 0; i < SAMPLES; i++) {
        double next = random_normal();
        samples[i] = deviation * (next * (1 - spread) + before * spread);
        before = next;
    }
}

/* Grain on a flat frame of a brightness, SIDE a side; 12 bits, so that no rounding counts. */
static void grain_on_flat(const OasisGrain *grain, int brightness, double *samples)
{
    OasisFrameFormat format = {
        .width = SIDE, .height = SIDE, .depth = 12, .planes = 1, .matrix = OASIS_MATRIX_BT709,
        .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
    };
    FrameBlock block;
    OasisFrame *grained;

    frame_block_new(&format, &block);
    for (int i = 0; i < SAMPLES; i++) {
        frame_put(&block.frame, 0, i % SIDE, i / SIDE, brightness << 4);
    }
    grained = oasis_frame_with_grain(&block.frame, grain, 1, 1);
    REQUIRE(grained);
    for (int i = 0; i < SAMPLES; i++) {
        samples[i] = (frame_get(grained, 0, i % SIDE, i / SIDE) - (brightness << 4)) / 16.0;
    }
    oasis_frame_unref(&grained);
    frame_block_free(&block);
}

/* At the source's own size, white noise and soft: the same strength in details of every size, at
 * two brightnesses that differ. */
static void test_measured(void)
{
    static double samples[SAMPLES], back[SAMPLES];
    static const double spreads[] = {0, 0.4};

    for (int i = 0; i < 2; i++) {
        OasisNoise noise[OASIS_BRIGHTNESSES] = {0};
        OasisGrain grain;
        for (int b = 2; b < 7; b++) {
            make_noise(b < 4 ? 6 : 2, spreads[i], samples);
            noise[b] = noise_of(samples);
        }
        CHECK(oasis_grain_measured(noise, 1, &grain));
        CHECK_INT(grain.shape, i ? OASIS_GRAIN_SOFT : OASIS_GRAIN_FINE);
        for (int b = 0; b < OASIS_BRIGHTNESSES; b++) {
            const OasisNoise *wanted = &noise[b < 2 ? 2 : b > 6 ? 6 : b];
            double found[3];
            grain_on_flat(&grain, 32 * b + 16, back);
            measure(back, SIDE, SIDE, found);
            for (int s = 0; s < 3; s++) {
                CHECK_NEAR(found[s] / wanted->scales[s], 1, i ? 0.3 : 0.05);
            }
        }
    }
}

/* Twice as large, by a bicubic of a = -1/2: sample i of n, `stride` apart. */
static double between(const double *samples, int i, int n, int stride)
{
    static const double taps[4] = {-0.0703125, 0.8671875, 0.2265625, -0.0234375};
    double sum = 0;

    for (int t = 0; t < 4; t++) {
        int at = i % 2 ? i / 2 - 1 + t : i / 2 + 1 - t;
        at = at < 0 ? 0 : at < n ? at : n - 1;
        sum += taps[t] * samples[at * stride];
    }
    return sum;
}

/* Twice as large: as strong, in details of four and eight samples, as the source's white noise is
 * when it is enlarged. */
static void test_measured_enlarged(void)
{
    static double samples[SAMPLES], wide[SAMPLES], large[SAMPLES], back[SAMPLES];
    OasisNoise noise[OASIS_BRIGHTNESSES] = {0};
    double wanted[3], found[3];
    OasisGrain grain;

    make_noise(5, 0, samples);
    noise[4] = noise_of(samples);
    CHECK(oasis_grain_measured(noise, 2, &grain));
    CHECK_INT(grain.shape, OASIS_GRAIN_SOFT);
    for (int i = 0; i < SAMPLES; i++) {
        wide[i] = between(samples + i / SIDE * SIDE, i % SIDE, SIDE, 1);
    }
    for (int i = 0; i < SAMPLES; i++) {
        large[i] = between(wide + i % SIDE, i / SIDE, SIDE, SIDE);
    }
    measure(large, SIDE, SIDE, wanted);
    grain_on_flat(&grain, 144, back);
    measure(back, SIDE, SIDE, found);
    CHECK_NEAR(found[1] / wanted[1], 1, 0.15);
    CHECK_NEAR(found[2] / wanted[2], 1, 0.15);
    CHECK(found[0] < found[1] && found[1] < found[2]);
}

/* Nothing measured: no grain. */
static void test_nothing_measured(void)
{
    OasisNoise noise[OASIS_BRIGHTNESSES] = {0};
    OasisGrain grain;

    CHECK(!oasis_grain_measured(noise, 2, &grain));
}

int main(void)
{
    test_begin();
    test_frames();
    test_measured();
    test_measured_enlarged();
    test_nothing_measured();
    test_known_numbers();
    test_strength();
    test_neighbours();
    test_others();
    test_brightness();
    return test_end();
}
