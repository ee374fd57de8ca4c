/* Attention of single heads over every key, or every key of the query's frame.
 *
 * Flash-style: queries are cut into blocks of BLOCK_ROWS, keys into blocks of BLOCK_KEYS; a tile of
 * ROWS queries meets a block of keys while its scores, softmax and shares stay in the first-level
 * cache. Running maximum and sum of a row are corrected when a later block holds a larger score.
 *
 *   scores = q k^T                                    tile.h
 *   share  = 2^(scale * (score - maximum)),  scale = log2(e) / sqrt(head_dim)
 *   out    = out * 2^(scale * (old maximum - maximum)) + share v
 *
 * Before that each head's K and V are packed: K as [panel of COLUMNS keys][step][key], V as
 * [block][panel of COLUMNS dims][step][dim], a step being a dim or a key, or two of them in bf16
 * (tile.h). A frame of INTRA begins a new segment with panels of its own, so that no block crosses
 * frames. Where the processor has no bf16 product, bf16 inputs are widened while they are packed.
 *
 * Heads of 64, 5 x 48 x 48 tokens, beside the rate of plain products in the same run: global 197
 * GFLOP/s of 224 in bf16 (173 ms a head) and 104 of 110 in f32; intra-frame 189 and 100. With AVX2
 * alone 92 of 97. Of a tile's time its products take nine tenths, the softmax one. On processors
 * with AMX oneDNN's products are several times faster than these, which use AVX512-BF16 there.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/kernels/attention.h"

#include <assert.h>
#include <math.h>
#include <omp.h>
#include <string.h>

#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/work.h"
#include "core/align.h"
#include "ops/batch.h"

enum {
    BLOCK_KEYS = STEPS_MAX, /* a row of shares is a row of A in f32 */
};

/* How a call is cut up; all that the packed layouts follow from. */
typedef struct Plan {
    bool pairs;             /* two bf16 a unit, else floats */
    int segments;           /* independent sets of queries and keys: one, or the frames */
    int queries, keys;      /* of a segment */
    int keys_padded;        /* to whole panels */
    Head head;
    size_t packed;          /* units of all K, and of all V, of a head */
} Plan;

static Plan make_plan(const OasisAttentionArgs *a, OasisDType dtype)
{
    Plan plan = {.segments = 1, .queries = a->n, .keys = a->n_keys};

#ifdef __AVX512BF16__
    plan.pairs = dtype == OASIS_BF16;
#endif
    if (a->kind == OASIS_ATTENTION_INTRA) {
        plan.segments = a->grid.f;
        plan.queries = plan.keys = a->grid.h * a->grid.w;
    }
    plan.keys_padded = round_up(plan.keys, COLUMNS);
    plan.head = make_head(a, plan.pairs);
    /* V's steps are never more than keys_padded, nor K's more than dims_padded. */
    plan.packed = (size_t)plan.segments * plan.keys_padded * plan.head.dims_padded;
    return plan;
}

static size_t packed_bytes(const Plan *plan)
{
    return oasis_align_host(plan->packed * sizeof(Unit));
}

size_t KERNEL(attention_bytes)(const OasisAttentionArgs *a, OasisDType dtype, int threads)
{
    if (a->kind == OASIS_ATTENTION_WINDOW) {
        return KERNEL(window_bytes)(a, threads);
    }
    const Plan plan = make_plan(a, dtype);
    return 2 * packed_bytes(&plan) + threads * oasis_align_host(sizeof(Work));
}

/* One panel of keys: k[step][key]. */
INLINE void pack_keys(const OasisAttentionArgs *a, const Plan *plan, int head, int segment,
                      int panel, bool pairs, OasisDType dtype, Unit *to)
{
    const char *k = oasis_tensor_host(a->k);
    size_t size = oasis_dtype_bytes(dtype), row_bytes = a->kv_stride * size;

    to += ((size_t)segment * plan->keys_padded + (size_t)panel * COLUMNS) * plan->head.key_steps;
    for (int j = 0; j < COLUMNS; j += LANES) {
        int key = panel * COLUMNS + j;
        const char *row = k + ((size_t)segment * plan->keys + key) * row_bytes +
                          (size_t)head * a->head_dim * size;
        pack_columns(row, dtype, row_bytes, plan->keys - key, plan->head.dims, pairs, to + j,
                     COLUMNS);
    }
}

/* The same keys of V: v[panel of dims][step][dim] within the block that they belong to. */
INLINE void pack_values(const OasisAttentionArgs *a, const Plan *plan, int head, int segment,
                        int panel, bool pairs, OasisDType dtype, Unit *to)
{
    const char *v = oasis_tensor_host(a->v);
    size_t size = oasis_dtype_bytes(dtype), row_bytes = a->kv_stride * size;
    int per_step = pairs ? 2 : 1;
    int block = panel * COLUMNS / BLOCK_KEYS * BLOCK_KEYS;
    int left = plan->keys_padded - block;
    int block_steps = (left < BLOCK_KEYS ? left : BLOCK_KEYS) / per_step;

    to += ((size_t)segment * plan->keys_padded + block) / per_step * plan->head.dims_padded;
    for (int key = panel * COLUMNS; key < (panel + 1) * COLUMNS; key += per_step) {
        for (int d = 0; d < plan->head.dims_padded; d += COLUMNS) {
            const char *row = v + ((size_t)segment * plan->keys + key) * row_bytes +
                              ((size_t)head * a->head_dim + d) * size;
            int n = plan->head.dims - d < COLUMNS ? plan->head.dims - d : COLUMNS;
            expect_row(row + LANES * row_bytes, n * size);
            expect_row(row + (LANES + 1) * row_bytes, n * size);
            size_t at = (size_t)d * block_steps + (size_t)(key - block) / per_step * COLUMNS;
            pack_value(key < plan->keys ? row : NULL,
                       key + 1 < plan->keys ? row + row_bytes : NULL, dtype, n, pairs, to + at);
        }
    }
}

/* A tile of queries meets a block of keys. */
INLINE void meet(const Plan *plan, Work *work, int tile_row, const Unit *k, const Unit *v,
                 int block_keys, int valid_keys, bool first, bool pairs)
{
    const Unit *q = work->q + tile_row * STRIDE;
    float *out = work->out + (size_t)tile_row * plan->head.dims_padded;
    int block_steps = pairs ? block_keys / 2 : block_keys;
    float keep[ROWS];

    for (int j = 0; j < block_keys; j += COLUMNS) {
        Vec sum[ROWS][VECTORS] = {0};
        tile_add_panel(sum, q, k + (size_t)j * plan->head.key_steps, COLUMNS,
                       plan->head.key_steps, pairs);
        tile_store(sum, work->scores + j, STRIDE);
    }
    for (int r = 0; r < ROWS; r++) {
        for (int j = valid_keys; j < block_keys; j++) {
            work->scores[r * STRIDE + j] = MASKED;
        }
    }
    soften(work->scores, block_keys, plan->head.scale, first, work->maximum + tile_row,
           work->sum + tile_row, work->shares, keep, pairs);
    for (int d = 0; d < plan->head.dims_padded; d += COLUMNS) {
        Vec sum[ROWS][VECTORS];
        tile_resume(sum, out + d, plan->head.dims_padded, keep);
        tile_add_panel(sum, work->shares, v + (size_t)d * block_steps, COLUMNS, block_steps,
                       pairs);
        tile_store(sum, out + d, plan->head.dims_padded);
    }
}

/* One block of queries of head number n of the call, from its first row in the segment. */
INLINE void attend(const OasisAttentionArgs *a, const Plan *plan, Work *work, int n, int segment,
                   int first, const Unit *k, const Unit *v, bool pairs, OasisDType dtype)
{
    int rows = plan->queries - first < BLOCK_ROWS ? plan->queries - first : BLOCK_ROWS;
    int first_row = segment * plan->queries + first, whole = round_up(rows, ROWS);
    int queries[BLOCK_ROWS];

    k += (size_t)segment * plan->keys_padded * plan->head.key_steps;
    v += (size_t)segment * plan->keys_padded / (pairs ? 2 : 1) * plan->head.dims_padded;
    for (int r = 0; r < whole; r++) {
        queries[r] = r < rows ? first_row + r : NO_QUERY;
    }
    work_begin(work, a, &plan->head, a->heads[n], queries, whole, rows, pairs, dtype);
    for (int block = 0; block < plan->keys; block += BLOCK_KEYS) {
        int left = plan->keys_padded - block;
        int block_keys = left < BLOCK_KEYS ? left : BLOCK_KEYS;
        int valid = plan->keys - block < block_keys ? plan->keys - block : block_keys;
        for (int row = 0; row < rows; row += ROWS) {
            meet(plan, work, row, k + (size_t)block * plan->head.key_steps,
                 v + (size_t)block / (pairs ? 2 : 1) * plan->head.dims_padded, block_keys,
                 valid, block == 0, pairs);
        }
    }
    work_end(work, a, &plan->head, n, queries, whole, dtype);
}

/* Heads one after the other, so that scratch holds one head's keys and values: all threads pack
 * them, then share its blocks of queries. */
INLINE void run(const OasisAttentionArgs *a, const Plan *plan, char *scratch, int threads,
                bool pairs, OasisDType dtype)
{
    Unit *k = (Unit *)scratch;
    Unit *v = (Unit *)(scratch + packed_bytes(plan));
    char *works = scratch + 2 * packed_bytes(plan);
    int panels = plan->keys_padded / COLUMNS;
    int blocks = (plan->queries + BLOCK_ROWS - 1) / BLOCK_ROWS;

#pragma omp parallel num_threads(threads)
    {
        Work *work = (Work *)(works + omp_get_thread_num() * oasis_align_host(sizeof *work));
        for (int n = 0; n < a->n_heads; n++) {
#pragma omp for
            for (int i = 0; i < plan->segments * panels; i++) {
                pack_keys(a, plan, a->heads[n], i / panels, i % panels, pairs, dtype, k);
                pack_values(a, plan, a->heads[n], i / panels, i % panels, pairs, dtype, v);
            }
#pragma omp for schedule(dynamic)
            for (int i = 0; i < plan->segments * blocks; i++) {
                attend(a, plan, work, n, i / blocks, i % blocks * BLOCK_ROWS, k, v, pairs, dtype);
            }
        }
    }
}

static void attend_item(const OasisAttentionArgs *a, char *scratch, int threads)
{
    if (a->kind == OASIS_ATTENTION_WINDOW) {
        KERNEL(window)(a, scratch, threads);
        return;
    }
    const Plan plan = make_plan(a, a->k.dtype);
    if (plan.pairs) {
        run(a, &plan, scratch, threads, true, OASIS_BF16);
    } else if (a->k.dtype == OASIS_BF16) {
        run(a, &plan, scratch, threads, false, OASIS_BF16);
    } else {
        run(a, &plan, scratch, threads, false, OASIS_F32);
    }
}

OasisStatus KERNEL(attention)(OasisBackend *backend, const OasisAttentionArgs *a, OasisError *err)
{
    OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    void *scratch;

    assert(a->head_dim <= OASIS_CPU_MAX_HEAD_DIM);
    if (!a->n_heads || !a->n) {
        return OASIS_OK;
    }
    OASIS_TRY(oasis_cpu_scratch(cpu, KERNEL(attention_bytes)(a, a->k.dtype, cpu->threads), &scratch,
                                err));
    for (int i = 0; i < oasis_attention_items(a); i++) {
        const OasisAttentionArgs item = oasis_attention_part(a, i, 1);
        attend_item(&item, scratch, cpu->threads);
    }
    return OASIS_OK;
}
