/* Cases of add_row.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

static void run(Check *check, int n, int d)
{
    size_t elements = (size_t)n * d;

    check_case(check, "add_row", "n %d, d %d", n, d);
    check_work(check, 0, 8.0 * (double)elements);
    const CheckTensor *row = check_input(check, OASIS_F32, d);
    const CheckTensor *x = check_in_place(check, OASIS_F32, elements);
    CHECK_CALL(check, add_row, OasisAddRowArgs, .x = ON(x), .row = ON(row), .n = n, .d = d);
    check_end(check);
}

void check_add_row(Check *check)
{
    if (check->bench) {
        run(check, 11520, 1536);
        return;
    }
    for (int i = 0; i < 12; i++) {
        check->special = i % 3 ? 0 : 0.01;
        run(check, PICK(1, 2, 3, 17, 64), PICK(1, 5, 12, 33, 96, 384));
    }
}
