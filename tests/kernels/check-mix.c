/* Cases of mix: the same bytes on both sides.
 * SPDX-License-Identifier: Apache-2.0 */
#include "same-frames.h"

static void run(Check *check, const OasisFrameFormat *format, int steps)
{
    FrameBlock source[CHECK_SIDES], restored;

    frame_block_new(format, &restored);
    frame_randomise(&restored.frame);
    frame_block_new(format, &source[CHECK_REFERENCE]);
    frame_randomise(&source[CHECK_REFERENCE].frame);
    frame_block_new(format, &source[CHECK_CANDIDATE]);
    frame_copy(&source[CHECK_CANDIDATE].frame, &source[CHECK_REFERENCE].frame);
    check_case(check, "mix", "%s, %d of 256", frame_format_name(format), steps);
    check_work(check, 0, 3 * 1.5 * format->width * format->height *
                             oasis_frame_sample_bytes(format));
    CHECK_CALL(check, mix, OasisMixArgs, .source = &source[side].frame,
               .restored = &restored.frame, .steps = steps);
    if (!check->bench) {
        check_same_frames(check, source);
    }
    check_end(check);
    frame_block_free(&restored);
    for (int side = 0; side < CHECK_SIDES; side++) {
        frame_block_free(&source[side]);
    }
}

void check_mix(Check *check)
{
    if (check->bench) {
        for (int depth = 8; depth <= 10; depth += 2) {
            OasisFrameFormat format = frame_full_hd(depth);
            run(check, &format, 180);
        }
        return;
    }
    for (int i = 0; i < 60; i++) {
        OasisFrameFormat format =
            frame_random_format(PICK(1, 2, 5, 16, 33, 130), PICK(1, 3, 4, 17, 20));
        run(check, &format, PICK(0, 1, 2, 127, 128, 200, 255, 256));
    }
}
