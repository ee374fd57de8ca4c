/* Attention over a window of keys around each query.
 *
 * ROWS neighbouring queries of a row of the grid, a tile, are computed together: their windows lie
 * in the same key rows and overlap in columns, so that for each key row one small product gives all
 * their scores (12 queries x 16 keys for a window 5 wide and AVX-512, of which 60 are wanted) and
 * the rest is masked. That costs three times the products but no gathers, and any border rule is
 * just another mask. Key rows are taken in blocks with a running softmax, as in attention.c; the
 * usual window of 3 x 5 rows is one block.
 *
 * K is packed as [frame, row][tile][slice][step][column]: the LANES columns of a slice lie as its
 * tile wants them, though neighbouring tiles share some. V is packed as [frame, row][step][dim]. A
 * step is a dim or a column, or two of them in bf16 (tile.h).
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

enum { BLOCK = STEPS_MAX / LANES }; /* key rows that are met at once; whole VECTORS of them */

typedef struct Plan {
    bool pairs;              /* two bf16 a unit, else floats */
    int per_step;            /* columns in a step of V: 2 or 1 */
    int width, width_padded; /* columns of a row; room for a slice to reach past the end */
    int tiles, slices;       /* of a row, and of a tile */
    Head head;
    size_t rows; /* of keys: frames times rows */
} Plan;

/* Where ROWS queries lie, and the columns that each of them sees. */
typedef struct Tile {
    int t, y, x, n;
    OasisSpan columns[ROWS];
} Tile;

/* The first column that a tile from column x on sees, in whole steps of V. */
INLINE int left_of(const OasisAttentionArgs *a, const Plan *plan, int x)
{
    return oasis_window_span(x, a->grid.w, a->window[2], a->border).first / plan->per_step *
           plan->per_step;
}

/* Of the tile that sees the most columns. */
static int most_slices(const OasisAttentionArgs *a, const Plan *plan)
{
    int most = 0;

    for (int x = 0; x < a->grid.w; x += ROWS) {
        int last = x + ROWS < a->grid.w ? x + ROWS - 1 : a->grid.w - 1;
        OasisSpan seen = oasis_window_span(last, a->grid.w, a->window[2], a->border);
        int columns = seen.first + seen.count - left_of(a, plan, x);
        most = columns > most ? columns : most;
    }
    return round_up(most, LANES) / LANES;
}

static Plan make_plan(const OasisAttentionArgs *a)
{
    Plan plan = {
        .per_step = 1,
        .width = a->grid.w, .width_padded = round_up(a->grid.w, LANES) + LANES,
        .tiles = (a->grid.w + ROWS - 1) / ROWS,
        .rows = (size_t)a->grid.f * a->grid.h,
    };

#ifdef __AVX512BF16__
    if (a->k.dtype == OASIS_BF16) {
        plan.pairs = true;
        plan.per_step = 2;
    }
#endif
    plan.slices = most_slices(a, &plan);
    plan.head = make_head(a, plan.pairs);
    return plan;
}

static size_t key_bytes(const Plan *plan)
{
    return oasis_align_host(plan->rows * plan->tiles * plan->slices * LANES *
                            plan->head.key_steps * sizeof(Unit));
}

static size_t value_bytes(const Plan *plan)
{
    return oasis_align_host(plan->rows * (plan->width_padded / plan->per_step) *
                            plan->head.dims_padded * sizeof(Unit));
}

size_t KERNEL(window_bytes)(const OasisAttentionArgs *a, int threads)
{
    const Plan plan = make_plan(a);
    return key_bytes(&plan) + value_bytes(&plan) + threads * oasis_align_host(sizeof(Work));
}

INLINE void pack_row(const OasisAttentionArgs *a, const Plan *plan, int head, size_t row,
                     bool pairs, OasisDType dtype, Unit *k, Unit *v)
{
    size_t size = oasis_dtype_bytes(dtype), row_bytes = a->kv_stride * size;
    size_t first = row * plan->width * a->kv_stride + (size_t)head * plan->head.dims;
    const char *keys = (const char *)oasis_tensor_host(a->k) + first * size;
    const char *values = (const char *)oasis_tensor_host(a->v) + first * size;

    k += row * plan->tiles * plan->slices * LANES * plan->head.key_steps;
    v += row * (plan->width_padded / plan->per_step) * plan->head.dims_padded;
    for (int i = 0; i < plan->tiles * plan->slices; i++) {
        int x = left_of(a, plan, i / plan->slices * ROWS) + i % plan->slices * LANES;
        pack_columns(keys + x * row_bytes, dtype, row_bytes, plan->width - x, plan->head.dims,
                     pairs, k, LANES);
        k += LANES * plan->head.key_steps;
    }
    for (int x = 0; x < plan->width_padded; x += plan->per_step) {
        for (int d = 0; d < plan->head.dims_padded; d += COLUMNS, v += COLUMNS) {
            const char *value = values + x * row_bytes + d * size;
            int n = plan->head.dims - d < COLUMNS ? plan->head.dims - d : COLUMNS;
            expect_row(value + LANES * row_bytes, n * size);
            expect_row(value + (LANES + 1) * row_bytes, n * size);
            pack_value(x < plan->width ? value : NULL,
                       x + 1 < plan->width ? value + row_bytes : NULL, dtype, n, pairs, v);
        }
    }
}

/* What is added to the scores of the LANES keys from `column` on: MASKED where a query does not see
 * the key. */
INLINE void make_masks(const Tile *at, int column, float *masks)
{
    Ints key;

    for (int i = 0; i < LANES; i++) {
        key[i] = column + i;
    }
    for (int r = 0; r < ROWS; r++) {
        const OasisSpan seen = at->columns[r];
        vec_store(masks + r * LANES, vec_select((key >= seen.first) &
                                                    (key < seen.first + seen.count),
                                                vec_set(0), vec_set(MASKED)));
    }
}

/* The scores of a slice of VECTORS key rows, of which `count` are there and the others MASKED. */
INLINE void score(const Plan *plan, Work *work, const size_t *rows, int count, float *scores,
                  const Unit *k, bool pairs)
{
    const Unit *places[VECTORS];
    Vec sum[ROWS][VECTORS];

#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) {
        places[v] = k + rows[v < count ? v : 0] * plan->tiles * plan->slices * LANES *
                            plan->head.key_steps;
    }
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            sum[r][v] = vec_load(work->masks + r * LANES);
        }
    }
    tile_add(sum, work->q, places, LANES, plan->head.key_steps, pairs);
    tile_store(sum, scores, STRIDE);
    for (int r = 0; r < ROWS; r++) {
        for (int v = count; v < VECTORS; v++) {
            vec_store(scores + r * STRIDE + v * LANES, vec_set(MASKED));
        }
    }
}

/* All queries of a tile meet a block of key rows in slice number n, whose first column is given. */
INLINE void meet(const Plan *plan, Work *work, const Tile *at, int n, int column,
                 const size_t *rows, int count, const Unit *k, const Unit *v, bool pairs)
{
    int steps = pairs ? LANES / 2 : LANES;
    float keep[ROWS];

    make_masks(at, column, work->masks);
    k += (size_t)(at->x / ROWS * plan->slices + n) * LANES * plan->head.key_steps;
    for (int i = 0; i < count; i += VECTORS) {
        score(plan, work, rows + i, count - i, work->scores + i * LANES, k, pairs);
    }
    soften(work->scores, round_up(count, VECTORS) * LANES, plan->head.scale, work->maximum,
           work->sum, work->shares, keep, pairs);
    v += (size_t)(column / plan->per_step) * plan->head.dims_padded;
    for (int d = 0; d < plan->head.dims_padded; d += COLUMNS) {
        Vec sum[ROWS][VECTORS];
        tile_resume(sum, work->out + d, plan->head.dims_padded, keep);
        for (int i = 0; i < count; i++) {
            size_t row = rows[i] * (plan->width_padded / plan->per_step);
            tile_add_panel(sum, work->shares + i * steps, v + row * plan->head.dims_padded + d,
                           plan->head.dims_padded, steps, pairs);
        }
        tile_store(sum, work->out + d, plan->head.dims_padded);
    }
}

INLINE void attend(const OasisAttentionArgs *a, const Plan *plan, Work *work, const Tile *at,
                   const Unit *k, const Unit *v, bool pairs)
{
    OasisSpan frames = oasis_window_span(at->t, a->grid.f, a->window[0], a->border);
    OasisSpan heights = oasis_window_span(at->y, a->grid.h, a->window[1], a->border);
    int left = left_of(a, plan, at->x), n_rows = frames.count * heights.count;
    int right = at->columns[at->n - 1].first + at->columns[at->n - 1].count;

    for (int n = 0; left + n * LANES < right; n++) {
        for (int i = 0; i < n_rows; i += BLOCK) {
            size_t rows[BLOCK];
            int count = n_rows - i < BLOCK ? n_rows - i : BLOCK;
            for (int j = 0; j < count; j++) {
                int frame = frames.first + (i + j) / heights.count;
                rows[j] = (size_t)frame * a->grid.h + heights.first + (i + j) % heights.count;
            }
            meet(plan, work, at, n, left + n * LANES, rows, count, k, v, pairs);
        }
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
    Unit *v = (Unit *)(scratch + key_bytes(plan));
    char *works = scratch + key_bytes(plan) + value_bytes(plan);

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
