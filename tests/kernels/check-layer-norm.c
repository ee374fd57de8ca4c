/* Cases of layer-norm.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

static void run(Check *check, int n, int d)
{
    size_t elements = (size_t)n * d;

    check_case(check, "layer_norm", "n %d, d %d", n, d);
    check_work(check, 0, (double)elements * (4 + oasis_dtype_bytes(check->dtype)));
    const CheckTensor *x = check_input(check, OASIS_F32, elements);
    const CheckTensor *gain = check_input(check, OASIS_F32, d);
    const CheckTensor *shift = check_input(check, OASIS_F32, d);
    const CheckTensor *out = check_output(check, check->dtype, elements);
    CHECK_CALL(check, layer_norm, OasisLayerNormArgs, .x = ON(x), .gain = ON(gain),
               .shift = ON(shift), .out = ON(out), .n = n, .d = d, .eps = 1e-6f);
    check_end(check);
}

void check_layer_norm(Check *check)
{
    if (check->bench) {
        run(check, 10580, 256);
        return;
    }
    for (int i = 0; i < 12; i++) {
        run(check, PICK(1, 2, 3, 17, 64), PICK(1, 5, 12, 33, 96, 384, 1536));
    }
    check->special = 0.002;
    run(check, 64, 96);
}
