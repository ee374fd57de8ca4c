/* Cases of attention.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef struct Shape {
    OasisAttentionKind kind;
    OasisGrid grid; /* of the queries */
    int n_keys;     /* 0: the queries' tokens */
    int heads;      /* of a row; some of them are computed */
    int head_dim;
    int window[3];
    OasisWindowBorder border;
    bool packed; /* q, k and v are columns of one tensor, as the model has them */
    bool lse;
    int batch; /* 0 = 1 */
    int timed; /* heads that a benchmark computes, the first of a row; 0 = 2 */
} Shape;

/* Each head of a row with probability 1/2, in a benchmark the first ones. */
static int pick_heads(const Check *check, const Shape *s, uint8_t *list)
{
    int n = 0, timed = s->timed ? s->timed : 2;

    for (int head = 0; head < s->heads; head++) {
        if (check->bench ? head < timed : test_random_int(0, 1)) {
            list[n++] = (uint8_t)head;
        }
    }
    return n;
}

static void run(Check *check, Shape s)
{
    static const char *const kinds[] = {"global", "intra", "window"};
    int n = s.grid.f * s.grid.h * s.grid.w;
    int n_keys = s.n_keys ? s.n_keys : n;
    int d = s.heads * s.head_dim, batch = s.batch ? s.batch : 1;
    size_t rows = (size_t)batch * n, key_rows = (size_t)batch * n_keys;
    int q_stride = s.packed ? 3 * d : d, kv_stride = s.packed ? 3 * d : d;
    double keys = s.kind == OASIS_ATTENTION_GLOBAL ? n_keys
                  : s.kind == OASIS_ATTENTION_INTRA ? s.grid.h * s.grid.w
                  : (double)s.window[0] * s.window[1] * s.window[2];
    uint8_t list[32];
    int n_heads = pick_heads(check, &s, list);

    check_case(check, "attention",
               "%s, %d times grid %dx%dx%d, %d keys, %d of %d heads of %d, %d,%d,%d %s%s",
               kinds[s.kind], batch, s.grid.f, s.grid.h, s.grid.w, n_keys, n_heads, s.heads,
               s.head_dim, s.window[0], s.window[1], s.window[2],
               s.border == OASIS_BORDER_CLIP ? "clip" : "shift", s.lse ? ", lse" : "");
    if (check->size > 0) {
        check->tolerance *= check->size; /* scores of that size squared, by sums of as many */
    }
    check_work(check, 4.0 * rows * keys * n_heads * s.head_dim,
               4.0 * rows * n_heads * s.head_dim * oasis_dtype_bytes(check->dtype));
    const CheckTensor *q = check_input(check, check->dtype, rows * q_stride);
    const CheckTensor *k = s.packed ? q : check_input(check, check->dtype, key_rows * d);
    const CheckTensor *v = s.packed ? q : check_input(check, check->dtype, key_rows * d);
    const CheckTensor *out = check_output(check, check->dtype, rows * d);
    const CheckTensor *lse = check_output(check, OASIS_F32, rows * (n_heads ? n_heads : 1));
    CHECK_CALL(check, attention, OasisAttentionArgs, .kind = s.kind, .q = ON(q),
               .k = oasis_tensor_at(ON(k), s.packed ? d : 0),
               .v = oasis_tensor_at(ON(v), s.packed ? 2 * (size_t)d : 0), .out = ON(out),
               .lse = s.lse ? ON(lse) : NO_TENSOR, .batch = s.batch, .n = n, .n_keys = n_keys,
               .q_stride = q_stride, .kv_stride = kv_stride, .out_stride = d,
               .head_dim = s.head_dim, .heads = list,
               .n_heads = n_heads, .grid = s.grid,
               .window = {s.window[0], s.window[1], s.window[2]}, .border = s.border);
    check_end(check);
}

/* All tiles of a chunk together, which only a card computes fast enough. */
static void run_bench_card(Check *check)
{
    /* oasis-home at 1080p, and a window by itself. */
    Shape home = {.grid = {5, 40, 47}, .heads = 4, .head_dim = 64, .window = {3, 5, 5},
                  .border = OASIS_BORDER_SHIFT, .packed = true, .batch = 24, .timed = 1};
    /* Wan 2.1 of 1.3B, 17 frames of 832x480. */
    Shape wan = {.grid = {5, 30, 52}, .heads = 12, .head_dim = 128, .window = {3, 5, 5},
                 .border = OASIS_BORDER_SHIFT, .packed = true, .timed = 12};

    for (int kind = OASIS_ATTENTION_GLOBAL; kind <= OASIS_ATTENTION_WINDOW; kind++) {
        home.kind = kind;
        run(check, home);
    }
    home.timed = 3;
    run(check, home);
    run(check, (Shape){OASIS_ATTENTION_WINDOW, {9, 45, 80}, 0, 4, 64, {3, 5, 5},
                       OASIS_BORDER_SHIFT, .packed = true, .timed = 4});
    for (int kind = OASIS_ATTENTION_GLOBAL; kind <= OASIS_ATTENTION_WINDOW; kind++) {
        wan.kind = kind;
        run(check, wan);
    }
}

static void run_bench(Check *check)
{
    Shape home = {OASIS_ATTENTION_GLOBAL, {5, 46, 46}, 0, 4, 64, {3, 5, 5}, OASIS_BORDER_SHIFT,
                  true, false};

    for (int kind = OASIS_ATTENTION_GLOBAL; kind <= OASIS_ATTENTION_WINDOW; kind++) {
        home.kind = kind;
        run(check, home);
    }
    run(check, (Shape){OASIS_ATTENTION_GLOBAL, {1, 1, 640}, 10580, 12, 64, {0}, OASIS_BORDER_SHIFT,
                       false, false});
    home.head_dim = 128;
    run(check, home);
    if (check->backend[CHECK_CANDIDATE]->tile_group > 1) {
        run_bench_card(check);
    }
}

void check_attention(Check *check)
{
    if (check->bench) {
        run_bench(check);
        return;
    }
    for (int kind = OASIS_ATTENTION_GLOBAL; kind <= OASIS_ATTENTION_WINDOW; kind++) {
        for (int i = 0; i < 10; i++) {
            Shape shape = {
                .kind = kind,
                .grid = {PICK(1, 2, 5), PICK(1, 3, 4, 7), PICK(1, 2, 5, 8)},
                .heads = PICK(1, 2, 3, 6),
                .head_dim = PICK(2, 8, 32, 64, 128),
                .window = {PICK(1, 2, 3), PICK(1, 4, 5), PICK(2, 5, 9)},
                .border = test_random_int(0, 1) ? OASIS_BORDER_SHIFT : OASIS_BORDER_CLIP,
                .packed = test_random_int(0, 1),
                .lse = test_random_int(0, 1),
                .batch = PICK(0, 0, 1, 2, 3),
            };
            if (kind == OASIS_ATTENTION_GLOBAL && !shape.packed) {
                shape.n_keys = PICK(0, 1, 7, 77, 700);
            }
            run(check, shape);
        }
    }
    /* More tokens than any block of a kernel, and no multiple of one. */
    for (int kind = OASIS_ATTENTION_GLOBAL; kind <= OASIS_ATTENTION_INTRA; kind++) {
        for (int head_dim = 64; head_dim <= 128; head_dim += 64) {
            run(check, (Shape){(OasisAttentionKind)kind, {3, 13, 17}, 0, 2, head_dim, {0},
                               OASIS_BORDER_CLIP, true, true});
        }
    }
    /* Scores so far apart that some key, wherever it stands, outweighs all others. */
    for (int i = 0; i < 2; i++) {
        check->size = 10;
        run(check, (Shape){OASIS_ATTENTION_GLOBAL, {2, 7, 9}, 1500, 2, 64, {0}, OASIS_BORDER_CLIP,
                           false, true});
    }
    /* NaN and infinities reach the rows that see them, and no other. */
    for (int i = 0; i < 4; i++) {
        check->special = 0.0002;
        run(check, (Shape){i % 2 ? OASIS_ATTENTION_INTRA : OASIS_ATTENTION_GLOBAL, {2, 5, 9}, 0, 2,
                           PICK(32, 64, 128), {0}, OASIS_BORDER_CLIP, false, true, 2});
    }
    /* Rows of several tiles, and one tile whose keys are many blocks. */
    for (int border = OASIS_BORDER_CLIP; border <= OASIS_BORDER_SHIFT; border++) {
        run(check, (Shape){OASIS_ATTENTION_WINDOW, {5, 9, PICK(11, 25, 29)}, 0, 2, 64,
                           {3, 5, 5}, border, true, true});
        run(check, (Shape){OASIS_ATTENTION_WINDOW, {3, 4, PICK(37, 50)}, 0, 2, 32,
                           {3, 3, PICK(21, 40, 60)}, border, false, true});
    }
}
