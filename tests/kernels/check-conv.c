/* Cases of conv.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef enum Residual { NO_RESIDUAL, RESIDUAL, RESIDUAL_IS_OUT } Residual;

typedef struct Shape {
    int frames, height, width, in, out, kernel;
} Shape;

static void run(Check *check, Shape s, bool silu_input, bool silu_output, Residual residual,
                bool wide_out)
{
    size_t pixels = (size_t)s.frames * s.height * s.width;

    check_case(check, "conv", "%dx%dx%d, %d -> %d, k %d%s%s%s%s", s.frames, s.height, s.width, s.in,
               s.out, s.kernel, silu_input ? ", silu in" : "", silu_output ? ", silu out" : "",
               residual == NO_RESIDUAL ? "" : residual == RESIDUAL ? ", residual" : ", in place",
               wide_out ? ", f32 out" : "");
    check_work(check, 2.0 * pixels * s.in * s.out * s.kernel * s.kernel, 0);
    const CheckWeight *weight =
        check_weight(check, &(OasisWeightDesc){.kind = OASIS_WEIGHT_CONV2D, .out = s.out,
                                               .in = s.in, .kernel = s.kernel});
    const CheckTensor *x = check_input(check, check->dtype, pixels * s.in);
    check->special = 0;
    const CheckTensor *bias = check_input(check, OASIS_F32, s.out);
    const CheckTensor *added =
        check_input(check, check->dtype, residual == RESIDUAL ? pixels * s.out : 1);
    OasisDType out_dtype = wide_out ? OASIS_F32 : check->dtype;
    const CheckTensor *out = residual == RESIDUAL_IS_OUT
                                 ? check_in_place(check, check->dtype, pixels * s.out)
                                 : check_output(check, out_dtype, pixels * s.out);
    bool with_bias = check->bench || test_random_int(0, 3);
    CHECK_CALL(check, conv, OasisConvArgs, .x = ON(x), .bias = with_bias ? ON(bias) : NO_TENSOR,
               .residual = residual == NO_RESIDUAL ? NO_TENSOR
                           : residual == RESIDUAL ? ON(added) : ON(out),
               .out = ON(out), .weight = ON(weight), .frames = s.frames, .height = s.height,
               .width = s.width, .in = s.in, .out_channels = s.out, .kernel = s.kernel,
               .silu_input = silu_input, .silu_output = silu_output);
    check_end(check);
}

void check_conv(Check *check)
{
    if (check->bench) {
        /* oasis-home at 1080p: an eighth and a quarter of its height and width. */
        run(check, (Shape){5, 136, 240, 128, 128, 3}, false, true, NO_RESIDUAL, false);
        run(check, (Shape){9, 136, 240, 128, 128, 3}, false, true, NO_RESIDUAL, false);
        run(check, (Shape){9, 136, 240, 128, 128, 3}, false, false, RESIDUAL_IS_OUT, false);
        run(check, (Shape){9, 136, 240, 128, 384, 1}, false, false, NO_RESIDUAL, false);
        run(check, (Shape){17, 272, 480, 48, 96, 3}, false, false, RESIDUAL_IS_OUT, false);
        run(check, (Shape){17, 272, 480, 96, 96, 3}, false, true, NO_RESIDUAL, false);
        run(check, (Shape){17, 272, 480, 96, 96, 3}, false, false, RESIDUAL_IS_OUT, false);
        run(check, (Shape){17, 272, 480, 96, 48, 3}, true, false, NO_RESIDUAL, true);
        return;
    }
    for (int i = 0; i < 24; i++) {
        Shape shape = {
            PICK(1, 2, 3), PICK(1, 2, 5, 9), PICK(1, 3, 8, 17),
            PICK(1, 3, 16, 20, 48), PICK(1, 3, 16, 24, 33), PICK(1, 3),
        };
        run(check, shape, test_random_int(0, 1), test_random_int(0, 1),
            (Residual)test_random_int(0, 2), test_random_int(0, 1));
    }
    run(check, (Shape){1, 6, 7, 128, 96, 3}, false, true, NO_RESIDUAL, false);
    run(check, (Shape){2, 19, 37, 48, 96, 3}, true, false, RESIDUAL_IS_OUT, false);
    run(check, (Shape){1, 17, 18, 128, 128, 3}, false, false, RESIDUAL_IS_OUT, false);
    run(check, (Shape){1, 5, 9, 96, 200, 3}, true, true, RESIDUAL, true);
    check->special = 0.0005;
    run(check, (Shape){1, 9, 9, 16, 16, 3}, false, false, NO_RESIDUAL, false);
}
