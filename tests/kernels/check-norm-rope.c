/* Cases of norm-rope.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "ops/rope.h"

typedef struct Shape {
    OasisGrid grid;
    int heads, pairs[3];
    int extra; /* columns of a row beyond d */
    int batch; /* 0 = 1 */
} Shape;

static void run(Check *check, Shape s, bool rotate)
{
    int n = (s.batch ? s.batch : 1) * s.grid.f * s.grid.h * s.grid.w;
    int head_dim = 2 * (s.pairs[0] + s.pairs[1] + s.pairs[2]);
    int d = s.heads * head_dim, stride = d + s.extra;
    const int lengths[3] = {s.grid.f, s.grid.h, s.grid.w};
    size_t table_size = 0, filled = 0;
    float *tables;

    for (int axis = 0; axis < 3; axis++) {
        table_size += (size_t)2 * lengths[axis] * s.pairs[axis];
    }
    tables = malloc(table_size * sizeof *tables);
    REQUIRE(tables);
    for (int axis = 0; axis < 3; axis++) {
        oasis_rope_table(lengths[axis], s.pairs[axis], tables + filled);
        filled += (size_t)2 * lengths[axis] * s.pairs[axis];
    }

    check_case(check, "norm_rope", "%d rows, grid %dx%dx%d, %d heads of %d, stride %d%s", n,
               s.grid.f, s.grid.h, s.grid.w, s.heads, head_dim, stride,
               rotate ? "" : ", norm only");
    check_work(check, 0, 2.0 * n * d * oasis_dtype_bytes(check->dtype));
    const CheckTensor *x = check_in_place(check, check->dtype, (size_t)n * stride);
    check->special = 0;
    const CheckTensor *gain = check_input(check, OASIS_F32, d);
    const CheckTensor *table = check_values(check, OASIS_F32, table_size, tables);
    CHECK_CALL(check, norm_rope, OasisNormRopeArgs, .x = ON(x), .gain = ON(gain),
               .tables = rotate ? ON(table) : NO_TENSOR, .n = n, .d = d, .stride = stride,
               .heads = s.heads, .eps = 1e-6f, .rotate = rotate, .grid = s.grid,
               .pairs = {s.pairs[0], s.pairs[1], s.pairs[2]});
    check_end(check);
    free(tables);
}

void check_norm_rope(Check *check)
{
    const Shape home = {{5, 46, 46}, 4, {12, 10, 10}, 512};

    if (check->bench) {
        run(check, home, true);
        return;
    }
    for (int i = 0; i < 12; i++) {
        Shape shape = {
            {PICK(1, 2, 5), PICK(1, 3, 6), PICK(1, 2, 7)},
            PICK(1, 2, 3),
            {PICK(1, 2, 6), PICK(1, 3, 5), PICK(1, 4, 5)},
            PICK(0, 0, 1, 64),
            PICK(0, 0, 2, 3),
        };
        run(check, shape, i % 4 != 0);
    }
    run(check, (Shape){{2, 3, 4}, 6, {12, 10, 10}, 768}, true);
    run(check, (Shape){{2, 3, 4}, 12, {22, 21, 21}, 0}, true);
    check->special = 0.001;
    run(check, (Shape){{3, 4, 4}, 2, {12, 10, 10}, 0}, true);
}
