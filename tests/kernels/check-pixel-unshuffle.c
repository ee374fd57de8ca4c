/* Cases of pixel-unshuffle.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef struct Shape {
    int frames, out_height, out_width, channels, factor;
    int first, count; /* rows of the output's image that are computed */
} Shape;

static void run(Check *check, Shape s)
{
    int width = s.out_width * s.factor, height = s.out_height * s.factor;
    size_t n = (size_t)s.frames * s.count * s.factor * width * s.channels;

    check_case(check, "pixel_unshuffle", "%dx%dx%d, %d channels, factor %d, rows %d+%d", s.frames,
               height, width, s.channels, s.factor, s.first * s.factor, s.count * s.factor);
    check_work(check, 0, (double)n * (4 + oasis_dtype_bytes(check->dtype)));
    const CheckTensor *x =
        check_input(check, OASIS_F32, (size_t)s.frames * height * width * s.channels);
    const CheckTensor *out = check_output(check, check->dtype, n);
    CHECK_CALL(check, pixel_unshuffle, OasisPixelUnshuffleArgs, .x = ON(x), .out = ON(out),
               .frames = s.frames, .image_height = height, .width = width,
               .row = s.first * s.factor, .rows = s.count * s.factor, .channels = s.channels,
               .factor = s.factor);
    check_end(check);
}

void check_pixel_unshuffle(Check *check)
{
    if (check->bench) {
        run(check, (Shape){17, 240, 320, 3, 4, 0, 240});
        return;
    }
    for (int i = 0; i < 12; i++) {
        Shape shape = {
            PICK(1, 2, 3), PICK(1, 3, 8), PICK(1, 5, 7), PICK(1, 3, 4),
            PICK(1, 2, 4),
        };
        shape.first = (int)test_random_int(0, shape.out_height - 1);
        shape.count = (int)test_random_int(1, shape.out_height - shape.first);
        check->special = i % 4 ? 0 : 0.01;
        run(check, shape);
    }
}
