/* Cases of time-up.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

static void run(Check *check, int frames, size_t positions, int channels)
{
    size_t in = frames * positions * 2 * channels;
    size_t out_size = (2 * frames - 1) * positions * channels;

    check_case(check, "time_up", "%d frames of %zu, %d channels", frames, positions, channels);
    check_work(check, 0, (double)(in + out_size) * oasis_dtype_bytes(check->dtype));
    const CheckTensor *x = check_input(check, check->dtype, in);
    const CheckTensor *out = check_output(check, check->dtype, out_size);
    CHECK_CALL(check, time_up, OasisTimeUpArgs, .x = ON(x), .out = ON(out), .frames = frames,
               .channels = channels, .positions = positions);
    check_end(check);
}

void check_time_up(Check *check)
{
    if (check->bench) {
        run(check, 5, 120 * 160, 128);
        run(check, 9, 120 * 160, 96);
        return;
    }
    for (int i = 0; i < 8; i++) {
        check->special = i % 2 * 0.01;
        run(check, PICK(1, 2, 3, 5), PICK(1, 2, 35), PICK(1, 3, 16, 33));
    }
}
