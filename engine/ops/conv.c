/* Convolution of single frames, stride 1, zero padding.
 *
 *   y[t][r][s][o] = bias[o] + sum over i, dy, dx of
 *                   W[o][i][dy][dx] * act(x[t][r + dy - kernel/2][s + dx - kernel/2][i])
 *   out = y | silu(y), + residual
 *
 * act is SiLU or nothing; silu(0) = 0, so padding before or after it is the same. x compute
 * [frames, h, w, in]; residual compute, out compute or f32, both [frames, h, w, out_channels].
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "oasis/status.h"
#include "ops/element.h"
#include "ops/reference.h"

static float input(const OasisConvArgs *a, int t, int row, int column, int channel)
{
    if (row < 0 || row >= a->height || column < 0 || column >= a->width) {
        return 0;
    }
    size_t at = (((size_t)t * a->height + row) * a->width + column) * a->in + channel;
    float x = oasis_load(oasis_tensor_host(a->x), a->x.dtype, at);
    return a->silu_input ? oasis_silu(x) : x;
}

/* Adds the products of one tap to sum[out_channels]: the same input channels serve all outputs. */
static void add_tap(const OasisConvArgs *a, int t, int row, int column, int dy, int dx, double *sum)
{
    const float *weight = oasis_reference_weight(a->weight);
    int k = a->kernel;

    for (int i = 0; i < a->in; i++) {
        double x = input(a, t, row + dy - k / 2, column + dx - k / 2, i);
        for (int o = 0; o < a->out_channels; o++) {
            sum[o] += x * weight[(((size_t)o * a->in + i) * k + dy) * k + dx];
        }
    }
}

OasisStatus oasis_reference_conv(OasisBackend *backend, const OasisConvArgs *a, OasisError *err)
{
    const float *bias = a->bias.buffer ? oasis_tensor_host(a->bias) : NULL;
    const void *residual = a->residual.buffer ? oasis_tensor_host(a->residual) : NULL;
    void *out = oasis_tensor_host(a->out);
    double *sum = malloc((size_t)a->out_channels * sizeof *sum);
    size_t at = 0;

    if (!sum) {
        return oasis_fail_memory(err, "conv");
    }
    for (int t = 0; t < a->frames; t++) {
    for (int row = 0; row < a->height; row++) {
    for (int column = 0; column < a->width; column++) {
        for (int o = 0; o < a->out_channels; o++) {
            sum[o] = bias ? bias[o] : 0;
        }
        for (int dy = 0; dy < a->kernel; dy++) {
            for (int dx = 0; dx < a->kernel; dx++) {
                add_tap(a, t, row, column, dy, dx, sum);
            }
        }

        for (int o = 0; o < a->out_channels; o++, at++) {
            float y = (float)sum[o];
            if (a->silu_output) {
                y = oasis_silu(y);
            }
            if (residual) {
                y += oasis_load(residual, a->residual.dtype, at);
            }
            oasis_store(out, a->out.dtype, at, y);
        }
    }
    }
    }
    free(sum);
    return OASIS_OK;
}
