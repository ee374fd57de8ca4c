/* For integer operations on frames: both sides give the same samples and write nothing beside them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "check.h"
#include "frames.h"

static inline void check_same_frames(Check *check, const FrameBlock block[CHECK_SIDES])
{
    const OasisFrame *expected = &block[CHECK_REFERENCE].frame;
    const OasisFrame *actual = &block[CHECK_CANDIDATE].frame;

    for (int p = 0; p < expected->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&expected->format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&expected->format, p); x++) {
                int a = frame_get(actual, p, x, y), e = frame_get(expected, p, x, y);
                if (a != e) {
                    check_fail(check, "plane %d at %d,%d is %d, expected %d", p, x, y, a, e);
                    return;
                }
            }
        }
    }
    for (int side = 0; side < CHECK_SIDES; side++) {
        if (!frame_guards_intact(&block[side])) {
            check_fail(check, "something was written beside the planes");
        }
    }
}
