/* Cases of export.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "frames.h"

/* Planes are rounded, so that a sample close to a half may fall to either side: by 1, rarely. */
static void compare_planes(Check *check, const OasisFrame *expected, const OasisFrame *actual)
{
    int samples = 0, different = 0;

    for (int p = 0; p < expected->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&expected->format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&expected->format, p); x++) {
                int a = frame_get(actual, p, x, y), e = frame_get(expected, p, x, y);
                samples++;
                different += a != e;
                if (a < e - 1 || a > e + 1) {
                    check_fail(check, "plane %d at %d,%d is %d, expected %d", p, x, y, a, e);
                    return;
                }
            }
        }
    }
    if (different > 2 + samples / 20) {
        check_fail(check, "%d of %d samples differ", different, samples);
    }
}

static void run(Check *check, const OasisFrameFormat *format, OasisTransfer transfer,
                int padded_width, int padded_height)
{
    FrameBlock block[CHECK_SIDES];

    for (int side = 0; side < CHECK_SIDES; side++) {
        frame_block_new(format, &block[side]);
    }
    check_case(check, "export_frame", "%s%s from %dx%d", frame_format_name(format),
               transfer ? ", PQ" : "", padded_width, padded_height);
    check_work(check, 0, (double)format->width * format->height *
                             (1.5 * oasis_frame_sample_bytes(format) + 12));
    const CheckTensor *image =
        check_input(check, OASIS_F32, (size_t)padded_width * padded_height * 3);
    CHECK_CALL(check, export_frame, OasisExportArgs, .image = ON(image),
               .padded_width = padded_width, .padded_height = padded_height, .transfer = transfer,
               .frame = &block[side].frame);
    if (!check->bench) {
        compare_planes(check, &block[CHECK_REFERENCE].frame, &block[CHECK_CANDIDATE].frame);
    }
    for (int side = 0; side < CHECK_SIDES; side++) {
        if (!frame_guards_intact(&block[side])) {
            check_fail(check, "something was written beside the planes");
        }
    }
    check_end(check);
    for (int side = 0; side < CHECK_SIDES; side++) {
        frame_block_free(&block[side]);
    }
}

void check_export(Check *check)
{
    const OasisFrameFormat large = {
        .width = 1280, .height = 960, .depth = 8, .planes = 3, .chroma_shift_x = 1,
        .chroma_shift_y = 1, .matrix = OASIS_MATRIX_SMPTE170M, .primaries = 2, .transfer = 2,
        .sample_aspect = {1, 1},
    };

    if (check->bench) {
        for (int transfer = OASIS_TRANSFER_NONE; transfer <= OASIS_TRANSFER_PQ; transfer++) {
            run(check, &large, transfer, 1280, 960);
        }
        return;
    }
    for (int i = 0; i < 40; i++) {
        OasisFrameFormat format =
            frame_random_format(PICK(1, 2, 5, 16, 33), PICK(1, 3, 4, 17, 20));
        int padded_width = test_random_int(0, 1) ? (format.width + 15) / 16 * 16 : format.width;
        int padded_height = test_random_int(0, 1) ? (format.height + 15) / 16 * 16 : format.height;
        run(check, &format, PICK(OASIS_TRANSFER_NONE, OASIS_TRANSFER_NONE, OASIS_TRANSFER_PQ),
            padded_width, padded_height);
    }
}
