/* Cases of grain: the same bytes on both sides.
 * SPDX-License-Identifier: Apache-2.0 */
#include "same-frames.h"

static void run(Check *check, const OasisFrameFormat *format, OasisGrainShape shape, int share,
                int most)
{
    FrameBlock block[CHECK_SIDES];
    OasisGrain grain = {.shape = shape};
    uint32_t seed = (uint32_t)test_random_int(0, UINT32_MAX), number = PICK(0, 1, 1000000);

    for (int i = 0; i < 3 * OASIS_GRAIN_KNOTS; i++) {
        grain.levels[i / OASIS_GRAIN_KNOTS][i % OASIS_GRAIN_KNOTS] =
            (int32_t)test_random_int(0, most);
    }
    for (int side = 0; side < CHECK_SIDES; side++) {
        frame_block_new(format, &block[side]);
    }
    frame_randomise(&block[CHECK_REFERENCE].frame);
    frame_copy(&block[CHECK_CANDIDATE].frame, &block[CHECK_REFERENCE].frame);
    check_case(check, "grain", "%s, %s, %d of 256, to %d", frame_format_name(format),
               shape == OASIS_GRAIN_SOFT ? "soft" : "fine", share, most);
    check_work(check, 0, 2 * 1.5 * format->width * format->height *
                             oasis_frame_sample_bytes(format));
    CHECK_CALL(check, grain, OasisGrainArgs, .frame = &block[side].frame, .grain = &grain,
               .share = share, .seed = seed, .number = number);
    if (!check->bench) {
        check_same_frames(check, block);
    }
    check_end(check);
    for (int side = 0; side < CHECK_SIDES; side++) {
        frame_block_free(&block[side]);
    }
}

void check_grain(Check *check)
{
    if (check->bench) {
        for (int shape = OASIS_GRAIN_FINE; shape <= OASIS_GRAIN_SOFT; shape++) {
            OasisFrameFormat format = frame_full_hd(8);
            run(check, &format, (OasisGrainShape)shape, 256, 1000);
        }
        return;
    }
    for (int i = 0; i < 60; i++) {
        OasisFrameFormat format =
            frame_random_format(PICK(1, 2, 5, 33, 128, 150), PICK(1, 3, 17, 32, 70));
        run(check, &format, (OasisGrainShape)(i % 2), PICK(0, 1, 100, 255, 256),
            PICK(0, 300, 2000, UINT16_MAX));
    }
}
