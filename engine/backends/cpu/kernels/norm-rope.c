/* RMS norm over all heads, then rotation, in place: two passes over a row that stays in the
 * first-level cache. A token's turns are laid out once for one head and serve all of them; from one
 * token to the next mostly those of the width alone change:
 *
 *   y = x * cosine + neighbour(x) * sine,   cosine = (c, c), sine = (-s, s) for each pair
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>

#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/attention.h"
#include "backends/cpu/kernels/vector.h"

enum { AHEAD = 4 }; /* rows that are asked for before they are wanted */

typedef struct Turns {
    int position[3]; /* on each axis, of which they are */
    float cosine[OASIS_CPU_MAX_HEAD_DIM];
    float sine[OASIS_CPU_MAX_HEAD_DIM];
} Turns;

/* Brings the turns up to date for a token. */
static void fill_turns(const OasisNormRopeArgs *a, int token, Turns *turns)
{
    const float *table = oasis_tensor_host(a->tables);
    const int length[3] = {a->grid.f, a->grid.h, a->grid.w};
    const int position[3] = {
        token / (a->grid.h * a->grid.w),
        token / a->grid.w % a->grid.h,
        token % a->grid.w,
    };
    for (int axis = 0, first = 0; axis < 3; first += 2 * a->pairs[axis++]) {
        const float *turn = table + (size_t)position[axis] * a->pairs[axis] * 2;
        table += (size_t)length[axis] * a->pairs[axis] * 2;
        if (position[axis] == turns->position[axis]) {
            continue;
        }
        turns->position[axis] = position[axis];
        for (int j = 0; j < 2 * a->pairs[axis]; j += 2) {
            turns->cosine[first + j] = turns->cosine[first + j + 1] = turn[j];
            turns->sine[first + j] = -turn[j + 1];
            turns->sine[first + j + 1] = turn[j + 1];
        }
    }
}

INLINE float row_scale(const void *x, OasisDType dtype, size_t row, int d, float eps)
{
    Vec squares = {0};
    float sum = 0;
    int j = 0;

    for (; j + LANES <= d; j += LANES) {
        Vec value = vec_load_as(x, dtype, row + j);
        squares += value * value;
    }
    for (; j < d; j++) {
        float value = oasis_load(x, dtype, row + j);
        sum += value * value;
    }
    return 1 / sqrtf((sum + vec_sum(squares)) / d + eps);
}

/* Each pair's two elements exchanged. */
INLINE Vec neighbours(Vec v)
{
    typedef uint64_t Pairs __attribute__((vector_size(4 * LANES)));
    Pairs pairs = (Pairs)v;

    return (Vec)(pairs << 32 | pairs >> 32);
}

INLINE void turn_head(void *x, OasisDType dtype, size_t at, int n, float scale, const float *gain,
                      const Turns *turns)
{
    int j = 0;

    for (; j + LANES <= n; j += LANES) {
        Vec y = vec_load_as(x, dtype, at + j) * scale * vec_load(gain + j);
        y = y * vec_load(turns->cosine + j) + neighbours(y) * vec_load(turns->sine + j);
        vec_store_as(x, dtype, at + j, y);
    }
    for (; j < n; j += 2) {
        float even = oasis_load(x, dtype, at + j) * scale * gain[j];
        float odd = oasis_load(x, dtype, at + j + 1) * scale * gain[j + 1];
        oasis_store(x, dtype, at + j, even * turns->cosine[j] + odd * turns->sine[j]);
        oasis_store(x, dtype, at + j + 1, odd * turns->cosine[j + 1] + even * turns->sine[j + 1]);
    }
}

INLINE void scale_row(void *x, OasisDType dtype, size_t at, int n, float scale, const float *gain)
{
    int j = 0;

    for (; j + LANES <= n; j += LANES) {
        vec_store_as(x, dtype, at + j,
                     vec_load_as(x, dtype, at + j) * scale * vec_load(gain + j));
    }
    for (; j < n; j++) {
        oasis_store(x, dtype, at + j, oasis_load(x, dtype, at + j) * scale * gain[j]);
    }
}

INLINE void run(const OasisNormRopeArgs *a, int threads, OasisDType dtype)
{
    void *x = oasis_tensor_host(a->x);
    const float *gain = oasis_tensor_host(a->gain);
    size_t size = oasis_dtype_bytes(dtype);
    int head_dim = a->d / a->heads, tokens = a->grid.f * a->grid.h * a->grid.w;

#pragma omp parallel num_threads(threads)
    {
        Turns turns = {.position = {-1, -1, -1}};
#pragma omp for
        for (int i = 0; i < a->n; i++) {
            size_t row = (size_t)i * a->stride;
            expect_row((const char *)x + (row + (size_t)AHEAD * a->stride) * size, a->d * size);
            float scale = row_scale(x, dtype, row, a->d, a->eps);
            if (!a->rotate) {
                scale_row(x, dtype, row, a->d, scale, gain);
                continue;
            }
            fill_turns(a, i % tokens, &turns);
            for (int head = 0; head < a->heads; head++) {
                turn_head(x, dtype, row + (size_t)head * head_dim, head_dim, scale,
                          gain + head * head_dim, &turns);
            }
        }
    }
}

OasisStatus KERNEL(norm_rope)(OasisBackend *backend, const OasisNormRopeArgs *a, OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;

    assert(a->d / a->heads <= OASIS_CPU_MAX_HEAD_DIM);
    if (a->x.dtype == OASIS_BF16) {
        run(a, cpu->threads, OASIS_BF16);
    } else {
        run(a, cpu->threads, OASIS_F32);
    }
    return OASIS_OK;
}
