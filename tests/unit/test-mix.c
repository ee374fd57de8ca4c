/* The strength mix: exact at both ends, monotone between them, within half a step of the formula.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "core/mix.h"
#include "doubles.h"
#include "oasis/frame.h"
#include "test.h"

enum { WIDTH = 37, HEIGHT = 5 };

static int sample(const OasisFrame *frame, int x, int y)
{
    const uint8_t *row = frame->data[0] + y * frame->stride[0];

    return frame->format.depth > 8 ? ((const uint16_t *)row)[x] : row[x];
}

/* Random samples, a good part of them at the ends of the range. */
static OasisFrame *random_frame(int depth, int planes)
{
    OasisFrameFormat format = test_format(WIDTH, HEIGHT);
    int most = (1 << depth) - 1;
    OasisFrame *frame;

    format.depth = depth;
    format.planes = planes;
    format.chroma_shift_x = format.chroma_shift_y = planes == 3 ? 1 : 0;
    frame = oasis_frame_new(&format);
    REQUIRE(frame);
    for (int p = 0; p < planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&format, p); y++) {
            uint8_t *row = frame->data[p] + y * frame->stride[p];

            for (int x = 0; x < oasis_frame_plane_width(&format, p); x++) {
                int64_t value = test_random_int(-most / 2, most + most / 2);

                value = value < 0 ? 0 : value > most ? most : value;
                if (depth > 8) {
                    ((uint16_t *)row)[x] = (uint16_t)value;
                } else {
                    row[x] = (uint8_t)value;
                }
            }
        }
    }
    return frame;
}

static OasisFrame *copy_frame(const OasisFrame *frame)
{
    OasisFrame *copy = oasis_frame_new(&frame->format);

    REQUIRE(copy);
    for (int p = 0; p < frame->format.planes; p++) {
        memcpy(copy->data[p], frame->data[p],
               (size_t)frame->stride[p] *
                   (size_t)oasis_frame_plane_height(&frame->format, p));
    }
    return copy;
}

static void check_depth(int depth, int planes)
{
    OasisFrame *source = random_frame(depth, planes);
    OasisFrame *restored = random_frame(depth, planes);
    OasisFrame *before = copy_frame(source);

    for (int step = 0; step <= OASIS_MIX_FULL; step++) {
        double strength = step / 256.0;
        OasisFrame *mixed = copy_frame(source);

        oasis_frame_mix(mixed, restored, strength);
        if (step == 0) {
            CHECK(test_frames_equal(mixed, source));
        }
        if (step == OASIS_MIX_FULL) {
            CHECK(test_frames_equal(mixed, restored));
        }
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int s = sample(source, x, y), r = sample(restored, x, y);
                int m = sample(mixed, x, y), b = sample(before, x, y);

                CHECK_NEAR(m, s + strength * (r - s), 0.5);
                CHECK(r >= s ? m >= b : m <= b); /* each step goes on towards restored */
            }
        }
        oasis_frame_unref(&before);
        before = mixed;
    }
    oasis_frame_unref(&before);
    oasis_frame_unref(&restored);
    oasis_frame_unref(&source);
}

static void check_steps(void)
{
    CHECK_INT(oasis_mix_steps(0), 0);
    CHECK_INT(oasis_mix_steps(-3), 0);
    CHECK_INT(oasis_mix_steps(NAN), 0);
    CHECK_INT(oasis_mix_steps(1), 256);
    CHECK_INT(oasis_mix_steps(INFINITY), 256);
    CHECK_INT(oasis_mix_steps(0.5), 128);
    CHECK_INT(oasis_mix_steps(0.7), 179);
    CHECK_INT(oasis_mix_steps(1e-300), 0);
    for (int step = 0; step <= 256; step++) {
        CHECK_INT(oasis_mix_steps(step / 256.0), step);
    }
}

int main(void)
{
    test_begin();
    check_steps();
    for (int planes = 1; planes <= 3; planes += 2) {
        check_depth(8, planes);
        check_depth(10, planes);
        check_depth(16, planes);
    }
    return test_end();
}
