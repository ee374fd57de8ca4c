/* What follows a matrix product or convolution where oneDNN has no fast one with it fused:
 * out = activation(y) * gate + residual, rows in parallel.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/kernels/kernels.h"
#include "backends/cpu/kernels/silu.h"

INLINE Vec activated(Vec y, OasisCpuActivation activation)
{
    /* tanh(u) = 2 sigmoid(2u) - 1, hence gelu(y) = y sigmoid(2 sqrt(2/pi) (y + 0.044715 y^3)). */
    if (activation == OASIS_CPU_GELU) {
        return y * vec_sigmoid(1.5957691216f * (y + 0.044715f * y * y * y));
    }
    return activation == OASIS_CPU_SILU ? vec_silu(y) : y;
}

/* LANES columns from j on of the row that begins at element `at`. */
INLINE void finish_lanes(const OasisCpuFinish *f, size_t at, int j, const float *y, float *to)
{
    Vec value = activated(vec_load(y), f->activation);

    if (f->gate) {
        value *= vec_load(f->gate + j);
    }
    if (f->residual) {
        value += f->residual_dtype == OASIS_BF16
                     ? vec_load_as(f->residual, OASIS_BF16, at + j)
                     : vec_load_as(f->residual, OASIS_F32, at + j);
    }
    vec_store(to, value);
}

/* The last columns, fewer than LANES of them: the same on copies that are long enough. */
INLINE void finish_tail(const OasisCpuFinish *f, size_t at, int j, int n, float *to)
{
    float gate[LANES] = {0}, residual[LANES] = {0}, y[LANES] = {0};
    const OasisCpuFinish whole = {
        .activation = f->activation,
        .gate = f->gate ? gate : NULL,
        .residual = f->residual ? residual : NULL,
    };

    for (int i = 0; i < n; i++) {
        y[i] = f->y[at + j + i];
        if (f->gate) {
            gate[i] = f->gate[j + i];
        }
        if (f->residual) {
            residual[i] = oasis_load(f->residual, f->residual_dtype, at + j + i);
        }
    }
    finish_lanes(&whole, 0, 0, y, to);
}

static void finish_columns(const OasisCpuFinish *f, size_t row)
{
    size_t at = row * f->columns;
    float done[LANES];

    for (int j = 0; j < f->columns; j += LANES) {
        int n = f->columns - j < LANES ? f->columns - j : LANES;
        if (n == LANES) {
            finish_lanes(f, at, j, f->y + at + j, done);
        } else {
            finish_tail(f, at, j, n, done);
        }
        store_run(f->out, f->out_dtype, at + j, done, n);
    }
}

void KERNEL(finish)(const OasisCpuFinish *f, int threads)
{
#pragma omp parallel for num_threads(threads)
    for (size_t row = 0; row < f->rows; row++) {
        finish_columns(f, row);
    }
}
