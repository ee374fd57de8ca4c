/* Cases of fill.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

static void run(Check *check, OasisDType dtype, size_t n, float value)
{
    size_t bytes = oasis_dtype_bytes(dtype);

    check_case(check, "fill", "n %zu of %zu bytes, %g", n, bytes, (double)value);
    check_work(check, 0, (double)(n * bytes));
    const CheckTensor *out = check_output(check, dtype, n);
    CHECK_CALL(check, fill, OasisFillArgs, .out = ON(out), .value = value, .n = n);
    check_end(check);
}

void check_fill(Check *check)
{
    if (check->bench) {
        run(check, OASIS_F32, 4 << 20, 0);
        return;
    }
    for (int i = 0; i < 12; i++) {
        run(check, i % 2 ? check->dtype : OASIS_F32, PICK(1, 3, 8, 31, 1000, 40000),
            i % 3 ? random_normal() : 0);
    }
}
