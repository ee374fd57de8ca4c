/* What follows a matrix product or convolution: out = activation(y + bias) * gate + residual.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/kernels/kernels.h"
#include "backends/cpu/kernels/silu.h"

/* tanh(u) = 2 sigmoid(2u) - 1, hence gelu(y) = y sigmoid(2 sqrt(2/pi) (y + 0.044715 y^3)), here as
 * a power of 2. The clamp keeps it finite. */
INLINE Vec vec_gelu(Vec y)
{
    Vec power = y * (-2.302208198f - 0.1029432396f * (y * y));
    return y / (1 + vec_exp2(vec_min(vec_set(127), power)));
}

INLINE Vec activated(Vec y, OasisCpuActivation activation)
{
    switch (activation) {
    case OASIS_CPU_GELU: return vec_gelu(y);
    case OASIS_CPU_SILU: return vec_silu(y);
    default: return y;
    }
}

/* LANES columns from j on of the row that begins at element `at`. */
INLINE Vec finish_lanes(const OasisCpuFinish *f, size_t at, int j, Vec y)
{
    if (f->bias) {
        y += vec_load(f->bias + j);
    }
    y = activated(y, f->activation);
    if (f->gate) {
        y *= vec_load(f->gate + j);
    }
    if (f->residual) {
        y += f->residual_dtype == OASIS_BF16 ? vec_load_as(f->residual, OASIS_BF16, at + j)
                                             : vec_load_as(f->residual, OASIS_F32, at + j);
    }
    return y;
}

/* The last columns, n of them, fewer than LANES: the same on copies that are long enough. */
INLINE Vec finish_tail(const OasisCpuFinish *f, size_t at, int j, int n, const float *y)
{
    float bias[LANES] = {0}, gate[LANES] = {0}, residual[LANES] = {0}, sums[LANES] = {0};
    const OasisCpuFinish whole = {
        .activation = f->activation,
        .bias = f->bias ? bias : NULL,
        .gate = f->gate ? gate : NULL,
        .residual = f->residual ? residual : NULL,
        .residual_dtype = OASIS_F32,
    };

    for (int i = 0; i < n; i++) {
        sums[i] = y[i];
        bias[i] = f->bias ? f->bias[j + i] : 0;
        gate[i] = f->gate ? f->gate[j + i] : 0;
        residual[i] = f->residual ? oasis_load(f->residual, f->residual_dtype, at + j + i) : 0;
    }
    return finish_lanes(&whole, 0, 0, vec_load(sums));
}

/* Columns [j, end) of row number `row`, whose sums are y[0] and so on. */
INLINE void finish_run(const OasisCpuFinish *f, size_t row, int j, int end, const float *y)
{
    size_t at = row * f->columns;

    for (; j + LANES <= end; j += LANES, y += LANES) {
        vec_store_as(f->out, f->out_dtype, at + j, finish_lanes(f, at, j, vec_load(y)));
    }
    if (j < end) {
        float done[LANES];
        vec_store(done, finish_tail(f, at, j, end - j, y));
        store_run(f->out, f->out_dtype, at + j, done, end - j);
    }
}
