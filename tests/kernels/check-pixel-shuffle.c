/* Cases of pixel-shuffle.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef enum Residual { NO_RESIDUAL, RESIDUAL, RESIDUAL_IS_OUT } Residual;

typedef struct Shape {
    int frames, height, width, channels, factor;
} Shape;

static void run(Check *check, Shape s, Residual residual, bool wide_in, bool wide_out)
{
    size_t n = (size_t)s.frames * s.height * s.width * s.channels * s.factor * s.factor;
    OasisDType in_dtype = wide_in ? OASIS_F32 : check->dtype;
    OasisDType out_dtype = wide_out ? OASIS_F32 : check->dtype;

    check_case(check, "pixel_shuffle", "%dx%dx%d, %d channels, factor %d%s%s%s", s.frames, s.height,
               s.width, s.channels, s.factor, wide_in ? ", f32 in" : "",
               wide_out ? ", f32 out" : "",
               residual == NO_RESIDUAL ? "" : residual == RESIDUAL ? ", residual" : ", in place");
    check_work(check, 0, (double)n * (oasis_dtype_bytes(in_dtype) +
                                      (residual ? 2 : 1) * oasis_dtype_bytes(out_dtype)));
    const CheckTensor *x = check_input(check, in_dtype, n);
    const CheckTensor *added = check_input(check, out_dtype, n);
    const CheckTensor *out = residual == RESIDUAL_IS_OUT ? check_in_place(check, out_dtype, n)
                                                         : check_output(check, out_dtype, n);
    CHECK_CALL(check, pixel_shuffle, OasisPixelShuffleArgs, .x = ON(x),
               .residual = residual == NO_RESIDUAL ? NO_TENSOR
                           : residual == RESIDUAL ? ON(added) : ON(out),
               .out = ON(out), .frames = s.frames, .height = s.height, .width = s.width,
               .channels = s.channels, .factor = s.factor);
    check_end(check);
}

void check_pixel_shuffle(Check *check)
{
    if (check->bench) {
        run(check, (Shape){9, 120, 160, 96, 2}, NO_RESIDUAL, false, false);
        run(check, (Shape){17, 240, 320, 3, 4}, RESIDUAL_IS_OUT, true, true);
        return;
    }
    for (int i = 0; i < 16; i++) {
        Shape shape = {
            PICK(1, 2), PICK(1, 3, 8), PICK(1, 5, 7), PICK(1, 3, 24),
            PICK(1, 2, 4),
        };
        check->special = i % 4 ? 0 : 0.01;
        run(check, shape, (Residual)test_random_int(0, 2), test_random_int(0, 1),
            test_random_int(0, 1));
    }
}
