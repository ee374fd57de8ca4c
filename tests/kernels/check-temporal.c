/* Cases of temporal.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef struct Shape {
    int frames;
    size_t positions;
    int in, out;
} Shape;

static void run(Check *check, Shape s, OasisHistory history, bool silu_input, bool add_input)
{
    size_t rows = s.frames * s.positions;

    check_case(check, "temporal", "%d frames of %zu, %d -> %d, %s%s%s", s.frames, s.positions, s.in,
               s.out, history == OASIS_HISTORY_REPEAT ? "repeat" : "zero",
               silu_input ? ", silu" : "", add_input ? ", add" : "");
    check_work(check, 2.0 * rows * 3 * s.in * s.out, 0);
    const CheckWeight *weight = check_weight(
        check, &(OasisWeightDesc){.kind = OASIS_WEIGHT_TEMPORAL, .out = s.out, .in = s.in});
    const CheckTensor *x = check_input(check, check->dtype, rows * s.in);
    const CheckTensor *bias = check_input(check, OASIS_F32, s.out);
    const CheckTensor *out = check_output(check, check->dtype, rows * s.out);
    bool with_bias = check->bench || test_random_int(0, 3);
    CHECK_CALL(check, temporal, OasisTemporalArgs, .x = ON(x),
               .bias = with_bias ? ON(bias) : NO_TENSOR, .out = ON(out), .weight = ON(weight),
               .frames = s.frames, .in = s.in, .out_channels = s.out, .positions = s.positions,
               .history = history, .silu_input = silu_input, .add_input = add_input);
    check_end(check);
}

void check_temporal(Check *check)
{
    if (check->bench) {
        run(check, (Shape){5, 136 * 240, 128, 128}, OASIS_HISTORY_REPEAT, true, true);
        run(check, (Shape){9, 136 * 240, 128, 128}, OASIS_HISTORY_REPEAT, true, true);
        run(check, (Shape){17, 272 * 480, 96, 96}, OASIS_HISTORY_REPEAT, true, true);
        return;
    }
    for (int i = 0; i < 16; i++) {
        int in = PICK(1, 3, 16, 24, 48);
        bool add_input = test_random_int(0, 1);
        Shape shape = {
            PICK(1, 2, 3, 5), PICK(1, 2, 15, 64), in,
            add_input ? in : PICK(1, 5, 16, 32),
        };
        run(check, shape, (OasisHistory)test_random_int(0, 1), test_random_int(0, 1), add_input);
    }
    run(check, (Shape){5, 70, 96, 96}, OASIS_HISTORY_REPEAT, true, true);
    run(check, (Shape){4, 65, 128, 128}, OASIS_HISTORY_ZERO, true, true);
}
