/* Attention over a window of keys around each query.
 *
 * ROWS neighbouring queries of a row of the grid are computed together: their windows lie in the
 * same key rows and overlap in columns, so that for each key row one small product gives all their
 * scores (12 queries x 16 keys for a window 5 wide and AVX-512, of which 60 are wanted) and the
 * rest is masked. That costs three times the products but no gathers, and any border rule is just
 * another mask. Key rows are taken in blocks with a running softmax, as in attention.c; the usual
 * window of 3 x 5 rows is one block.
 *
 * K is packed as [frame, row][step][column] and V as [frame, row][step][dim], a step being a dim or
 * a column, or two of them in bf16 (tile.h).
 *
 * Heads of 64, 5 x 48 x 48 tokens, window 3 x 5 x 5: 5.9 ms a head in bf16, 12.7 in f32. The 75
 * keys alone would take 1.0 and 2.0 ms at the rate of plain products, the tensors' bytes 0.3 and
 * 0.6.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <omp.h>

#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/attention.h"
#include "backends/cpu/kernels/work.h"
#include "core/align.h"
#include "ops/window.h"

enum { SLICES = STEPS_MAX / LANES }; /* of LANES keys each, in one block; even */

typedef struct Plan {
    bool pairs;              /* two bf16 a unit, else floats */
    int per_step;            /* columns in a step of V: 2 or 1 */
    int width, width_padded; /* columns of a row; room for a slice to reach past the end */
    Head head;
    size_t rows; /* of keys: frames times rows */
} Plan;

/* Where ROWS queries lie, and the columns that each of them sees. */
typedef struct Tile {
    int t, y, x, n;
    OasisSpan columns[ROWS];
} Tile;

/* LANES keys of a key row from a column on. */
typedef struct Slice {
    size_t row;
    int column;
} Slice;

static Plan make_plan(const OasisAttentionArgs *a)
{
    Plan plan = {
        .per_step = 1,
        .width = a->grid.w, .width_padded = round_up(a->grid.w, LANES) + LANES,
        .rows = (size_t)a->grid.f * a->grid.h,
    };

#ifdef __AVX512BF16__
    if (a->k.dtype == OASIS_BF16) {
        plan.pairs = true;
        plan.per_step = 2;
    }
#endif
    plan.head = make_head(a, plan.pairs);
    return plan;
}

static size_t packed_bytes(const Plan *plan)
{
    return oasis_align_host(plan->rows * plan->width_padded * plan->head.dims_padded *
                            sizeof(Unit));
}

size_t KERNEL(window_bytes)(const OasisAttentionArgs *a, int threads)
{
    const Plan plan = make_plan(a);
    return 2 * packed_bytes(&plan) + threads * oasis_align_host(sizeof(Work));
}

INLINE void pack_row(const OasisAttentionArgs *a, const Plan *plan, int head, size_t row,
                     bool pairs, OasisDType dtype, Unit *k, Unit *v)
{
    size_t size = oasis_dtype_bytes(dtype), row_bytes = a->kv_stride * size;
    size_t first = row * plan->width * a->kv_stride + (size_t)head * plan->head.dims;
    const char *values = (const char *)oasis_tensor_host(a->v) + first * size;

    k += row * plan->head.key_steps * plan->width_padded;
    v += row * (plan->width_padded / plan->per_step) * plan->head.dims_padded;
    for (int x = 0; x < plan->width_padded; x += LANES) {
        pack_columns(oasis_tensor_host(a->k), dtype, first + (size_t)x * a->kv_stride,
                     a->kv_stride, plan->width - x, plan->head.dims, pairs, k + x,
                     plan->width_padded);
    }
    for (int x = 0; x < plan->width_padded; x += plan->per_step) {
        for (int d = 0; d < plan->head.dims_padded; d += COLUMNS, v += COLUMNS) {
            const char *value = values + x * row_bytes + d * size;
            int n = plan->head.dims - d < COLUMNS ? plan->head.dims - d : COLUMNS;
            pack_value(x < plan->width ? value : NULL,
                       x + 1 < plan->width ? value + row_bytes : NULL, dtype, n, pairs, v);
        }
    }
}

/* Masks the scores of the LANES keys from `column` on that a query does not see. */
INLINE void mask(float *scores, OasisSpan seen, int column)
{
    Ints key;

    for (int i = 0; i < LANES; i++) {
        key[i] = i;
    }
    key += column - seen.first;
    vec_store(scores, vec_select((key >= 0) & (key < seen.count), vec_load(scores),
                                 vec_set(MASKED)));
}

/* One block of slices for all queries of a tile. */
INLINE void meet(const Plan *plan, Work *work, const Tile *at, const Slice *slices, int count,
                 const Unit *k, const Unit *v, bool pairs)
{
    int whole = round_up(count, 2); /* pairs of slices, as soften wants them */
    int steps = pairs ? LANES / 2 : LANES;
    float keep[ROWS];

    for (int i = 0; i < whole; i++) {
        const Slice *slice = &slices[i < count ? i : 0];
        float *scores = work->scores + i * LANES;
        tile(work->q, k + slice->row * plan->head.key_steps * plan->width_padded + slice->column,
             plan->width_padded, scores, STRIDE, plan->head.key_steps, NULL, 1, pairs);
        for (int r = 0; r < ROWS; r++) {
            mask(scores + r * STRIDE, i < count ? at->columns[r] : (OasisSpan){0, 0},
                 slice->column);
        }
    }
    soften(work->scores, whole * LANES, plan->head.scale, work->maximum, work->sum, work->shares,
           keep, pairs);
    for (int i = 0; i < count; i++) {
        size_t step = (slices[i].row * plan->width_padded + slices[i].column) / (pairs ? 2 : 1);
        for (int d = 0; d < plan->head.dims_padded; d += COLUMNS) {
            tile(work->shares + i * steps, v + step * plan->head.dims_padded + d,
                 plan->head.dims_padded, work->out + d, plan->head.dims_padded, steps, keep,
                 VECTORS, pairs);
        }
        for (int r = 0; r < ROWS; r++) {
            keep[r] = 1;
        }
    }
}

INLINE void attend(const OasisAttentionArgs *a, const Plan *plan, Work *work, const Tile *at,
                   const Unit *k, const Unit *v, bool pairs)
{
    OasisSpan frames = oasis_window_span(at->t, a->grid.f, a->window[0], a->border);
    OasisSpan rows = oasis_window_span(at->y, a->grid.h, a->window[1], a->border);
    int left = at->columns[0].first / plan->per_step * plan->per_step;
    int right = at->columns[at->n - 1].first + at->columns[at->n - 1].count;
    Slice slices[SLICES];
    int count = 0;

    for (int f = frames.first; f < frames.first + frames.count; f++) {
    for (int h = rows.first; h < rows.first + rows.count; h++) {
    for (int x = left; x < right; x += LANES) {
        slices[count++] = (Slice){(size_t)f * a->grid.h + h, x};
        if (count == SLICES) {
            meet(plan, work, at, slices, count, k, v, pairs);
            count = 0;
        }
    }
    }
    }
    if (count) {
        meet(plan, work, at, slices, count, k, v, pairs);
    }
}

static Tile make_tile(const OasisAttentionArgs *a, int row, int x)
{
    Tile tile = {row / a->grid.h, row % a->grid.h, x, a->grid.w - x < ROWS ? a->grid.w - x : ROWS};

    for (int r = 0; r < ROWS; r++) {
        int column = r < tile.n ? x + r : a->grid.w - 1;
        tile.columns[r] = oasis_window_span(column, a->grid.w, a->window[2], a->border);
    }
    return tile;
}

/* Heads one after the other: all threads pack one, then share its rows of queries. */
INLINE void run(const OasisAttentionArgs *a, const Plan *plan, char *scratch, int threads,
                bool pairs, OasisDType dtype)
{
    Unit *k = (Unit *)scratch;
    Unit *v = (Unit *)(scratch + packed_bytes(plan));
    char *works = scratch + 2 * packed_bytes(plan);

#pragma omp parallel num_threads(threads)
    {
        Work *work = (Work *)(works + omp_get_thread_num() * oasis_align_host(sizeof *work));
        for (int n = 0; n < a->n_heads; n++) {
#pragma omp for
            for (size_t row = 0; row < plan->rows; row++) {
                pack_row(a, plan, a->heads[n], row, pairs, dtype, k, v);
            }
#pragma omp for schedule(dynamic)
            for (size_t row = 0; row < plan->rows; row++) {
                for (int x = 0; x < plan->width; x += ROWS) {
                    const Tile at = make_tile(a, (int)row, x);
                    size_t first = row * plan->width + x;
                    work_begin(work, a, &plan->head, a->heads[n], first, at.n, pairs, dtype);
                    attend(a, plan, work, &at, k, v, pairs);
                    work_end(work, a, &plan->head, n, first, at.n, dtype);
                }
            }
        }
    }
}

void KERNEL(window)(const OasisAttentionArgs *a, char *scratch, int threads)
{
    const Plan plan = make_plan(a);

    if (plan.pairs) {
        run(a, &plan, scratch, threads, true, OASIS_BF16);
    } else if (a->k.dtype == OASIS_BF16) {
        run(a, &plan, scratch, threads, false, OASIS_BF16);
    } else {
        run(a, &plan, scratch, threads, false, OASIS_F32);
    }
}
