/* Cases of linear.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef struct Shape {
    int n, k, m;
} Shape;

static void run(Check *check, Shape s, OasisEpilogue epilogue, bool bias, bool gate, bool wide_out)
{
    static const char *const names[] = {"none", "gelu", "silu", "add"};
    bool add = epilogue == OASIS_EPILOGUE_ADD;
    OasisDType out_dtype = add || wide_out ? OASIS_F32 : check->dtype;

    check_case(check, "linear", "n %d, k %d, m %d, %s%s%s%s", s.n, s.k, s.m, names[epilogue],
               bias ? ", bias" : "", gate ? ", gate" : "", wide_out ? ", f32 out" : "");
    double in = (double)s.n * s.k * (double)oasis_dtype_bytes(check->dtype);
    double written = (double)s.n * s.m * (double)oasis_dtype_bytes(out_dtype);
    check_work(check, 2.0 * s.n * s.k * s.m, in + (add ? 2 : 1) * written);
    const CheckWeight *weight = check_weight(
        check, &(OasisWeightDesc){.kind = OASIS_WEIGHT_LINEAR, .out = s.m, .in = s.k});
    const CheckTensor *x = check_input(check, check->dtype, (size_t)s.n * s.k);
    check->special = 0;
    const CheckTensor *b = check_input(check, OASIS_F32, s.m);
    const CheckTensor *g = check_input(check, OASIS_F32, s.m);
    const CheckTensor *out = add ? check_in_place(check, OASIS_F32, (size_t)s.n * s.m)
                                 : check_output(check, out_dtype, (size_t)s.n * s.m);
    CHECK_CALL(check, linear, OasisLinearArgs, .x = ON(x), .bias = bias ? ON(b) : NO_TENSOR,
               .gate = gate ? ON(g) : NO_TENSOR, .out = ON(out), .weight = ON(weight), .n = s.n,
               .k = s.k, .m = s.m, .epilogue = epilogue);
    check_end(check);
}

void check_linear(Check *check)
{
    if (check->bench) {
        /* oasis-home: a tile, and eight of 1080p together. */
        static const int rows[] = {10580, 8 * 9400};
        for (int i = 0; i < 2; i++) {
            int n = rows[i];
            run(check, (Shape){n, 768, 256}, OASIS_EPILOGUE_NONE, true, false, true);
            run(check, (Shape){n, 256, 768}, OASIS_EPILOGUE_NONE, true, false, false);
            run(check, (Shape){n, 256, 256}, OASIS_EPILOGUE_ADD, true, true, false);
            run(check, (Shape){n, 256, 1024}, OASIS_EPILOGUE_GELU, true, false, false);
            run(check, (Shape){n, 1024, 256}, OASIS_EPILOGUE_ADD, true, true, false);
            run(check, (Shape){n, 256, 128}, OASIS_EPILOGUE_NONE, true, false, true);
        }
        return;
    }
    for (int epilogue = OASIS_EPILOGUE_NONE; epilogue <= OASIS_EPILOGUE_ADD; epilogue++) {
        for (int i = 0; i < 6; i++) {
            Shape shape = {
                PICK(1, 2, 5, 17, 60, 65),
                PICK(1, 3, 16, 33, 96, 192, 384),
                PICK(1, 2, 7, 16, 31, 64, 130, 384),
            };
            bool add = epilogue == OASIS_EPILOGUE_ADD;
            run(check, shape, epilogue, test_random_int(0, 2), add && test_random_int(0, 1),
                test_random_int(0, 1));
        }
    }
    run(check, (Shape){20, 3072, 48}, OASIS_EPILOGUE_NONE, true, false, true);
    run(check, (Shape){331, 96, 200}, OASIS_EPILOGUE_GELU, true, false, false);
    run(check, (Shape){260, 256, 256}, OASIS_EPILOGUE_ADD, true, true, false);
    run(check, (Shape){200, 512, 100}, OASIS_EPILOGUE_ADD, true, true, false);
    check->special = 0.001;
    run(check, (Shape){40, 96, 48}, OASIS_EPILOGUE_NONE, true, false, false);
}
