/* Cases of combine.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

static void run(Check *check, size_t n, const OasisDType dtypes[3], bool with_b, bool in_place)
{
    float alpha = random_normal(), beta = random_normal();

    check_case(check, "combine", "n %zu, %d bytes + %d bytes -> %d bytes%s%s", n,
               (int)oasis_dtype_bytes(dtypes[0]), (int)oasis_dtype_bytes(dtypes[1]),
               (int)oasis_dtype_bytes(dtypes[2]), with_b ? "" : ", no b",
               in_place ? ", in place" : "");
    check_work(check, 0, (double)n * (oasis_dtype_bytes(dtypes[0]) + oasis_dtype_bytes(dtypes[2]) +
                                      (with_b ? oasis_dtype_bytes(dtypes[1]) : 0)));
    const CheckTensor *b = check_input(check, dtypes[1], n);
    const CheckTensor *a = in_place ? check_in_place(check, dtypes[0], n)
                                    : check_input(check, dtypes[0], n);
    const CheckTensor *out = in_place ? a : check_output(check, dtypes[2], n);
    CHECK_CALL(check, combine, OasisCombineArgs, .a = ON(a), .b = with_b ? ON(b) : NO_TENSOR,
               .out = ON(out), .alpha = alpha, .beta = beta, .n = n);
    check_end(check);
}

void check_combine(Check *check)
{
    const OasisDType wide[3] = {OASIS_F32, OASIS_F32, OASIS_F32};

    if (check->bench) {
        run(check, 4 << 20, wide, true, false);
        run(check, 4 << 20, (const OasisDType[]){OASIS_F32, OASIS_F32, check->dtype}, false, false);
        return;
    }
    for (int i = 0; i < 12; i++) {
        OasisDType dtypes[3];
        for (int j = 0; j < 3; j++) {
            dtypes[j] = test_random_int(0, 1) ? check->dtype : OASIS_F32;
        }
        bool in_place = test_random_int(0, 1);
        if (in_place) {
            dtypes[2] = dtypes[0];
        }
        check->special = i % 3 ? 0 : 0.01;
        run(check, PICK(1, 3, 8, 31, 1000, 4099), dtypes, test_random_int(0, 1), in_place);
    }
}
