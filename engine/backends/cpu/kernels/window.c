/* Attention over a window of keys around each query.
 *
 * ROWS neighbouring queries of a row of the grid are computed together: their windows lie in the
 * same key rows and overlap in columns, so that for each key row one small product gives all their
 * scores (12 queries x 16 keys for a window 5 wide and AVX-512, of which 60 are wanted) and the rest
 * is masked. That costs three times the products but no gathers, and any border rule is just
 * another mask. Key rows are taken in blocks with a running softmax, as in attention.c; the usual
 * window of 3 x 5 rows is one block.
 *
 * K is packed as [frame, row][dim][column] and V as [frame, row][column][dim], both in f32: the
 * whole is a small part of a layer.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <omp.h>

#include "../cpu.h"
#include "attention.h"
#include "element.h"
#include "softmax.h"
#include "tile.h"
#include "window.h"

enum {
    SLICES = STEPS_MAX / LANES, /* of LANES keys each, in one block */
};

typedef struct Plan {
    int width, width_padded; /* columns of a row; room for a slice to reach past the end */
    int dims, dims_padded;
    size_t rows;             /* of keys: frames times rows */
} Plan;

typedef struct Work {
    Unit q[ROWS * STRIDE];
    Unit shares[ROWS * STRIDE];
    float scores[ROWS * STRIDE];
    float maximum[ROWS];
    Vec sum[ROWS]; /* its elements are yet to be added */
    float out[ROWS * OASIS_CPU_MAX_HEAD_DIM];
} Work;

/* LANES keys of a key row from a column on. */
typedef struct Slice {
    size_t row;
    int column;
} Slice;

static int round_up(int n, int unit)
{
    return (n + unit - 1) / unit * unit;
}

static Plan make_plan(const OasisAttentionArgs *a)
{
    return (Plan){
        .width = a->grid.w, .width_padded = round_up(a->grid.w, LANES) + LANES,
        .dims = a->head_dim, .dims_padded = round_up(a->head_dim, COLUMNS),
        .rows = (size_t)a->grid.f * a->grid.h,
    };
}

static size_t packed_bytes(const Plan *plan)
{
    return oasis_cpu_align(plan->rows * plan->width_padded * plan->dims_padded * sizeof(Unit));
}

size_t KERNEL(window_bytes)(const OasisAttentionArgs *a, int threads)
{
    const Plan plan = make_plan(a);
    return 2 * packed_bytes(&plan) + threads * oasis_cpu_align(sizeof(Work));
}

INLINE void pack_row(const OasisAttentionArgs *a, const Plan *plan, int head, size_t row,
                     OasisDType dtype, Unit *k_to, Unit *v_to)
{
    const void *k = oasis_tensor_host(a->k);
    const void *v = oasis_tensor_host(a->v);

    k_to += row * plan->dims * plan->width_padded;
    v_to += row * plan->width_padded * plan->dims_padded;
    for (int x = 0; x < plan->width_padded; x++) {
        size_t from = (row * plan->width + x) * a->kv_stride + (size_t)head * plan->dims;
        bool inside = x < plan->width;
        for (int d = 0; d < plan->dims; d++)
            k_to[d * plan->width_padded + x].f = inside ? oasis_load(k, dtype, from + d) : 0;
        for (int d = 0; d < plan->dims_padded; d++)
            v_to[x * plan->dims_padded + d].f =
                inside && d < plan->dims ? oasis_load(v, dtype, from + d) : 0;
    }
}

/* Which of the keys from `column` on the query in column x sees. */
INLINE Ints visible(const OasisAttentionArgs *a, int x, int column)
{
    OasisSpan span = oasis_window_span(x, a->grid.w, a->window[2], a->border);
    Ints keys;

    for (int i = 0; i < LANES; i++)
        keys[i] = column + i - span.first;
    return (keys >= 0) & (keys < span.count);
}

/* One block of slices for all queries of a tile. */
static void meet(const OasisAttentionArgs *a, const Plan *plan, Work *work, int x0,
                 const Slice *slices, int count, const Unit *k, const Unit *v, float scale)
{
    float keep[ROWS];

    for (int i = 0; i < count; i++) {
        const Slice *slice = &slices[i];
        float *scores = work->scores + i * LANES;
        tile(work->q, k + slice->row * plan->dims * plan->width_padded + slice->column,
             plan->width_padded, scores, STRIDE, plan->dims, NULL, 1, false);
        for (int r = 0; r < ROWS; r++) {
            int x = x0 + r < plan->width ? x0 + r : plan->width - 1;
            Vec seen = vec_load(scores + r * STRIDE);
            seen = vec_select(visible(a, x, slice->column), seen, vec_set(MASKED));
            vec_store(scores + r * STRIDE, seen);
        }
    }
    for (int r = 0; r < ROWS; r++)
        keep[r] = soften(work->scores + r * STRIDE, count * LANES, scale, &work->maximum[r],
                         &work->sum[r], work->shares + r * STRIDE, false);
    for (int i = 0; i < count; i++) {
        size_t key = slices[i].row * plan->width_padded + slices[i].column;
        for (int d = 0; d < plan->dims_padded; d += COLUMNS)
            tile(work->shares + i * LANES, v + key * plan->dims_padded + d, plan->dims_padded,
                 work->out + d, plan->dims_padded, LANES, keep, VECTORS, false);
        for (int r = 0; r < ROWS; r++)
            keep[r] = 1;
    }
}

/* Queries x0 .. x0 + ROWS - 1 of row (t, y). */
static void attend(const OasisAttentionArgs *a, const Plan *plan, Work *work, int t, int y, int x0,
                   const Unit *k, const Unit *v, float scale)
{
    int last = x0 + ROWS < plan->width ? x0 + ROWS - 1 : plan->width - 1;
    OasisSpan frames = oasis_window_span(t, a->grid.f, a->window[0], a->border);
    OasisSpan rows = oasis_window_span(y, a->grid.h, a->window[1], a->border);
    OasisSpan left = oasis_window_span(x0, a->grid.w, a->window[2], a->border);
    OasisSpan right = oasis_window_span(last, a->grid.w, a->window[2], a->border);
    Slice slices[SLICES];
    int count = 0;

    for (int r = 0; r < ROWS; r++) {
        work->maximum[r] = -INFINITY;
        work->sum[r] = (Vec){0};
    }
    memset(work->out, 0, sizeof *work->out * ROWS * plan->dims_padded);
    for (int f = frames.first; f < frames.first + frames.count; f++)
    for (int h = rows.first; h < rows.first + rows.count; h++)
    for (int x = left.first; x < right.first + right.count; x += LANES) {
        slices[count++] = (Slice){(size_t)f * a->grid.h + h, x};
        if (count == SLICES) {
            meet(a, plan, work, x0, slices, count, k, v, scale);
            count = 0;
        }
    }
    if (count)
        meet(a, plan, work, x0, slices, count, k, v, scale);
}

static void load_queries(const OasisAttentionArgs *a, int head, size_t first_row, int rows,
                         Unit *to)
{
    const void *q = oasis_tensor_host(a->q);

    for (int r = 0; r < ROWS; r++)
        for (int d = 0; d < a->head_dim; d++)
            to[r * STRIDE + d].f = r < rows ? oasis_load(q, a->q.dtype, (first_row + r) *
                                              a->q_stride + (size_t)head * a->head_dim + d) : 0;
}

static void write_rows(const OasisAttentionArgs *a, const Plan *plan, const Work *work, int n,
                       size_t first_row, int rows, float scale)
{
    void *out = oasis_tensor_host(a->out);
    float *lse = a->lse.buffer ? oasis_tensor_host(a->lse) : NULL;

    for (int r = 0; r < rows; r++) {
        size_t to = (first_row + r) * a->out_stride + (size_t)a->heads[n] * a->head_dim;
        float sum = vec_sum(work->sum[r]);
        for (int d = 0; d < a->head_dim; d++)
            oasis_store(out, a->out.dtype, to + d,
                        work->out[r * plan->dims_padded + d] / sum);
        if (lse)
            lse[(size_t)n * a->n + first_row + r] =
                (work->maximum[r] * scale + log2f(sum)) * (float)M_LN2;
    }
}

void KERNEL(window)(const OasisAttentionArgs *a, char *scratch, int threads)
{
    const Plan plan = make_plan(a);
    Unit *k = (Unit *)scratch;
    Unit *v = (Unit *)(scratch + packed_bytes(&plan));
    char *works = scratch + 2 * packed_bytes(&plan);
    int tiles = (plan.width + ROWS - 1) / ROWS;
    float scale = (float)(M_LOG2E / sqrt(a->head_dim));

#pragma omp parallel num_threads(threads)
    {
        Work *work = (Work *)(works + omp_get_thread_num() * oasis_cpu_align(sizeof *work));
        for (int n = 0; n < a->n_heads; n++) {
#pragma omp for
            for (size_t row = 0; row < plan.rows; row++) {
                if (a->k.dtype == OASIS_BF16)
                    pack_row(a, &plan, a->heads[n], row, OASIS_BF16, k, v);
                else
                    pack_row(a, &plan, a->heads[n], row, OASIS_F32, k, v);
            }
#pragma omp for schedule(dynamic)
            for (size_t row = 0; row < plan.rows; row++) {
                for (int i = 0; i < tiles; i++) {
                    int x0 = i * ROWS;
                    int here = plan.width - x0 < ROWS ? plan.width - x0 : ROWS;
                    size_t first = row * plan.width + x0;
                    load_queries(a, a->heads[n], first, here, work->q);
                    attend(a, &plan, work, (int)(row / a->grid.h), (int)(row % a->grid.h), x0, k,
                           v, scale);
                    write_rows(a, &plan, work, n, first, here, scale);
                }
            }
        }
    }
}
