/* Attention over a window of keys around each query.
 *
 * A tile of TILE_HEIGHT x TILE_WIDTH neighbouring queries is computed together: their windows
 * overlap, so that for SLICE columns of a few key rows at a time one small product gives all their
 * scores, and the rest is masked. For a window 3 x 5 x 5 and AVX-512 that is 3 x 7 rows of 8 keys
 * for 12 queries, of which each wants 75: 2.2 times the products but no gathers, and any border
 * rule is just another mask. Key rows are taken in blocks with a running softmax, as in
 * attention.c; those of the usual window are one block.
 *
 * K is packed as [frame, row][step][column], V as [frame, row][step][dim]. A step is a dim or a
 * column, or two of them in bf16 (tile.h).
 *
 * Heads of 64, 5 x 46 x 46 tokens, window 3 x 5 x 5, two Zen 5 cores: .9 to 1.2 ms a head in bf16,
 * as the caches are shared or not; the products alone would take .5, those of the 75 keys .2.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <omp.h>

#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/attention.h"
#include "backends/cpu/kernels/work.h"
#include "core/align.h"
#include "ops/window.h"

enum {
    TILE_HEIGHT = ROWS == 12 ? 3 : 2,
    TILE_WIDTH = ROWS / TILE_HEIGHT,
    SLICE = LANES < 8 ? LANES : 8, /* columns that are met at once */
    PARTS = LANES / SLICE,         /* key rows of a vector of scores */
    TOGETHER = PARTS * VECTORS,    /* and of a tile of them */
    BLOCK = STEPS_MAX / SLICE,     /* key rows of a softmax; whole tiles */
};

typedef struct Plan {
    bool pairs;        /* two bf16 a unit, else floats */
    int per_step;      /* columns in a step of V: 2 or 1 */
    int key_columns;   /* of a packed row: room for a slice to reach past the end, and */
    int value_columns; /* whole vectors, or steps */
    int high, wide;    /* tiles of a column and of a row */
    Head head;
    int rows; /* of keys: frames times rows */
} Plan;

/* Where ROWS queries lie, row by row, and what each row and column of them sees. */
typedef struct Tile {
    int queries[ROWS]; /* NO_QUERY past an end */
    OasisSpan heights[TILE_HEIGHT], columns[TILE_WIDTH];
} Tile;

/* A block of key rows; up to whole tiles come more, which nothing sees. */
typedef struct Rows {
    int count;
    int y[BLOCK], at[BLOCK]; /* rows of the frame, and of all */
} Rows;

static Plan make_plan(const OasisAttentionArgs *a)
{
    Plan plan = {
        .per_step = 1,
        .high = (a->grid.h + TILE_HEIGHT - 1) / TILE_HEIGHT,
        .wide = (a->grid.w + TILE_WIDTH - 1) / TILE_WIDTH,
        .rows = a->grid.f * a->grid.h,
    };

#ifdef __AVX512BF16__
    if (a->k.dtype == OASIS_BF16) {
        plan.pairs = true;
        plan.per_step = 2;
    }
#endif
    plan.key_columns = round_up(a->grid.w + SLICE, LANES);
    plan.value_columns = round_up(a->grid.w + SLICE, plan.per_step);
    plan.head = make_head(a, plan.pairs);
    return plan;
}

/* Units of a packed row of keys, and of values. */
static size_t key_units(const Plan *plan)
{
    return (size_t)plan->key_columns * plan->head.key_steps;
}

static size_t value_units(const Plan *plan)
{
    return (size_t)plan->value_columns / plan->per_step * plan->head.dims_padded;
}

static size_t key_bytes(const Plan *plan)
{
    return oasis_align_host(plan->rows * key_units(plan) * sizeof(Unit));
}

static size_t value_bytes(const Plan *plan)
{
    return oasis_align_host(plan->rows * value_units(plan) * sizeof(Unit));
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
    size_t first = row * a->grid.w * a->kv_stride + (size_t)head * plan->head.dims;
    const char *keys = (const char *)oasis_tensor_host(a->k) + first * size;
    const char *values = (const char *)oasis_tensor_host(a->v) + first * size;
    int width = a->grid.w;

    k += row * key_units(plan);
    v += row * value_units(plan);
    for (int x = 0; x < plan->key_columns; x += LANES) {
        pack_columns(keys + x * row_bytes, dtype, row_bytes, width - x, plan->head.dims, pairs,
                     k + x, plan->key_columns);
    }
    for (int x = 0; x < plan->value_columns; x += plan->per_step) {
        for (int d = 0; d < plan->head.dims_padded; d += COLUMNS, v += COLUMNS) {
            const char *value = values + x * row_bytes + d * size;
            int n = plan->head.dims - d < COLUMNS ? plan->head.dims - d : COLUMNS;
            expect_row(value + LANES * row_bytes, n * size);
            expect_row(value + (LANES + 1) * row_bytes, n * size);
            pack_value(x < width ? value : NULL, x + 1 < width ? value + row_bytes : NULL, dtype, n,
                       pairs, v);
        }
    }
}

/* What is added to scores: MASKED where a query does not see the column, for the SLICE of them from
 * `column` on, as often as a vector has key rows. */
INLINE void mask_columns(const Tile *tile, int column, float *masks)
{
    Ints key;

    for (int i = 0; i < LANES; i++) {
        key[i] = column + i % SLICE;
    }
    for (int x = 0; x < TILE_WIDTH; x++) {
        const OasisSpan seen = tile->columns[x];
        vec_store(masks + x * LANES, vec_select((key >= seen.first) &
                                                    (key < seen.first + seen.count),
                                                vec_set(0), vec_set(MASKED)));
    }
}

/* The same of a block's key rows: MASKED where a query does not see the row. */
INLINE void mask_rows(const Tile *tile, const Rows *rows, float *masks)
{
    for (int y = 0; y < TILE_HEIGHT; y++) {
        const OasisSpan seen = tile->heights[y];
        for (int i = 0; i < round_up(rows->count, TOGETHER); i++) {
            bool sees = rows->y[i] >= seen.first && rows->y[i] < seen.first + seen.count;
            float mask = sees ? 0 : MASKED;
            for (int j = 0; j < SLICE; j++) {
                masks[y * STEPS_MAX + i * SLICE + j] = mask;
            }
        }
    }
}

/* Step s of SLICE columns of the PARTS key rows that begin there. */
INLINE Vec load_keys(const Unit *const *rows, size_t at)
{
#if defined __AVX512F__
    return (Vec)_mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(&rows[0][at].f)),
                                   _mm256_loadu_ps(&rows[1][at].f), 1);
#else
    return vec_load(&rows[0][at].f);
#endif
}

/* The scores of TOGETHER key rows. */
INLINE void score(const Plan *plan, const Work *work, const int *rows, const float *row_masks,
                  float *scores, const Unit *k, bool pairs)
{
    const Unit *places[TOGETHER];
    Vec sum[ROWS][VECTORS];

    for (int i = 0; i < TOGETHER; i++) {
        places[i] = k + rows[i] * key_units(plan);
    }
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            sum[r][v] = vec_load(work->column_masks + r % TILE_WIDTH * LANES) +
                        vec_load(row_masks + r / TILE_WIDTH * STEPS_MAX + v * LANES);
        }
    }
    for (int s = 0; s < plan->head.key_steps; s++) {
        size_t at = (size_t)s * plan->key_columns;
        Vec row[VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            row[v] = load_keys(places + v * PARTS, at);
        }
        tile_step(sum, work->q + s, row, pairs);
    }
    tile_store(sum, scores, STRIDE);
}

/* All queries of a tile meet a block of key rows in the SLICE of columns from `column` on. */
INLINE void meet(const Plan *plan, Work *work, int column, const Rows *rows, bool first,
                 const Unit *k, const Unit *v, bool pairs)
{
    const int steps = pairs ? SLICE / 2 : SLICE;
    int whole = round_up(rows->count, TOGETHER);
    float keep[ROWS];

    for (int i = 0; i < whole; i += TOGETHER) {
        score(plan, work, rows->at + i, work->row_masks + i * SLICE, work->scores + i * SLICE,
              k + column, pairs);
    }
    soften(work->scores, whole * SLICE, plan->head.scale, first, work->maximum, work->sum,
           work->shares, keep, pairs);
    v += (size_t)column / plan->per_step * plan->head.dims_padded;
    for (int d = 0; d < plan->head.dims_padded; d += COLUMNS) {
        Vec sum[ROWS][VECTORS];
        tile_resume(sum, work->out + d, plan->head.dims_padded, keep);
        for (int i = 0; i < rows->count; i++) {
            tile_add_panel(sum, work->shares + i * steps, v + rows->at[i] * value_units(plan) + d,
                           plan->head.dims_padded, steps, pairs);
        }
        tile_store(sum, work->out + d, plan->head.dims_padded);
    }
}

/* The last of `size` places from i on, or the axis' last one. */
static int last_of(int i, int size, int length)
{
    return i + size < length ? i + size - 1 : length - 1;
}

static OasisSpan join(OasisSpan first, OasisSpan last)
{
    return (OasisSpan){first.first, last.first + last.count - first.first};
}

/* Of the rows that a tile sees, frame after frame, those from `first` on. */
static Rows make_rows(const OasisAttentionArgs *a, int frame, OasisSpan heights, int first,
                      int left)
{
    Rows rows = {.count = left < BLOCK ? left : BLOCK};
    int row = (frame + first / heights.count) * a->grid.h, y = first % heights.count;

    for (int i = 0; i < rows.count; i++) {
        rows.y[i] = heights.first + y;
        rows.at[i] = row + heights.first + y;
        if (++y == heights.count) {
            y = 0;
            row += a->grid.h;
        }
    }
    for (int i = rows.count; i < round_up(rows.count, TOGETHER); i++) {
        rows.y[i] = -1;
        rows.at[i] = rows.at[0];
    }
    return rows;
}

INLINE void attend(const OasisAttentionArgs *a, const Plan *plan, Work *work, const Tile *tile,
                   int t, const Unit *k, const Unit *v, bool pairs)
{
    OasisSpan frames = oasis_window_span(t, a->grid.f, a->window[0], a->border);
    OasisSpan heights = join(tile->heights[0], tile->heights[TILE_HEIGHT - 1]);
    OasisSpan columns = join(tile->columns[0], tile->columns[TILE_WIDTH - 1]);
    int left = columns.first / plan->per_step * plan->per_step;
    int n_rows = frames.count * heights.count;

    for (int i = 0; i < n_rows; i += BLOCK) {
        const Rows rows = make_rows(a, frames.first, heights, i, n_rows - i);
        mask_rows(tile, &rows, work->row_masks);
        for (int column = left; column < columns.first + columns.count; column += SLICE) {
            mask_columns(tile, column, work->column_masks);
            meet(plan, work, column, &rows, i == 0 && column == left, k, v, pairs);
        }
    }
}

static Tile make_tile(const OasisAttentionArgs *a, int t, int y, int x)
{
    Tile tile;

    for (int i = 0; i < TILE_HEIGHT; i++) {
        int at = last_of(y, i + 1, a->grid.h);
        tile.heights[i] = oasis_window_span(at, a->grid.h, a->window[1], a->border);
    }
    for (int j = 0; j < TILE_WIDTH; j++) {
        int at = last_of(x, j + 1, a->grid.w);
        tile.columns[j] = oasis_window_span(at, a->grid.w, a->window[2], a->border);
    }
    for (int r = 0; r < ROWS; r++) {
        int row = y + r / TILE_WIDTH, column = x + r % TILE_WIDTH;
        tile.queries[r] = row < a->grid.h && column < a->grid.w
                              ? (t * a->grid.h + row) * a->grid.w + column
                              : NO_QUERY;
    }
    return tile;
}

/* Heads one after the other: all threads pack one, then share its rows of tiles. */
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
            for (int row = 0; row < plan->rows; row++) {
                pack_row(a, plan, a->heads[n], row, pairs, dtype, k, v);
            }
#pragma omp for schedule(dynamic)
            for (int i = 0; i < a->grid.f * plan->high; i++) {
                int t = i / plan->high, y = i % plan->high * TILE_HEIGHT;
                for (int x = 0; x < a->grid.w; x += TILE_WIDTH) {
                    const Tile tile = make_tile(a, t, y, x);
                    work_begin(work, a, &plan->head, a->heads[n], tile.queries, ROWS, TILE_WIDTH,
                               pairs, dtype);
                    attend(a, plan, work, &tile, t, k, v, pairs);
                    work_end(work, a, &plan->head, n, tile.queries, ROWS, dtype);
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
