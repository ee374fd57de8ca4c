/* Convolution and temporal mix by their answer to a single one among zeros.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "host-tensor.h"

enum { T = 2, H = 4, W = 5, IN = 3, OUT = 2, K = 3 };

/* An impulse shows the kernel turned by half a circle around it, cut off at the border: every
 * position, so corners and edges, too, of every channel and frame. */
static void test_impulses(void)
{
    float weight[OUT * IN * K * K], bias[OUT], out[T * H * W * OUT];

    random_floats(weight, OUT * IN * K * K);
    random_floats(bias, OUT);
    for (int at = 0; at < T * H * W * IN; at++) {
        float x[T * H * W * IN] = {0};
        int channel = at % IN, column = at / IN % W, row = at / IN / W % H, frame = at / IN / W / H;

        x[at] = 1;
        REFERENCE(conv, OasisConvArgs, .x = F32(x), .bias = F32(bias), .out = F32(out),
                  .weight = WEIGHT(weight), .frames = T, .height = H, .width = W, .in = IN,
                  .out_channels = OUT, .kernel = K);
        for (int i = 0; i < T * H * W * OUT; i++) {
            int o = i % OUT, dy = row - i / OUT / W % H + 1, dx = column - i / OUT % W + 1;
            bool near = i / OUT / W / H == frame && dy >= 0 && dy < K && dx >= 0 && dx < K;
            double tap = near ? weight[((o * IN + channel) * K + dy) * K + dx] : 0;
            CHECK_NEAR(out[i], bias[o] + tap, 1e-6);
        }
    }
}

/* Activations and residual in their order: act before the kernel, SiLU after it, then the sum. */
static void test_order(void)
{
    float x = 2, weight = -1.5f, bias = 0.25f, residual = 10;
    double input = 2 / (1 + exp(-2)), y = 0.25 - 1.5 * input;

    REFERENCE(conv, OasisConvArgs, .x = F32(&x), .bias = F32(&bias), .residual = F32(&residual),
              .out = F32(&residual), .weight = WEIGHT(&weight), .frames = 1, .height = 1,
              .width = 1, .in = 1, .out_channels = 1, .kernel = 1, .silu_input = true,
              .silu_output = true);
    CHECK_NEAR(residual, y / (1 + exp(-y)) + 10, 1e-5);
}

/* Weights 100, 10, 1 for two frames ago, one ago, now: digits show which frame came where. */
static void test_history(void)
{
    float x[4] = {1, 2, 3, 4}, weight[3] = {100, 10, 1}, bias = 0.5f, out[4];
    static const double repeat[4] = {111.5, 112.5, 123.5, 234.5};
    static const double zero[4] = {1.5, 12.5, 123.5, 234.5};

    REFERENCE(temporal, OasisTemporalArgs, .x = F32(x), .bias = F32(&bias), .out = F32(out),
              .weight = WEIGHT(weight), .frames = 4, .in = 1, .out_channels = 1, .positions = 1,
              .history = OASIS_HISTORY_REPEAT);
    for (int t = 0; t < 4; t++) {
        CHECK_NEAR(out[t], repeat[t], 1e-4);
    }
    REFERENCE(temporal, OasisTemporalArgs, .x = F32(x), .bias = F32(&bias), .out = F32(out),
              .weight = WEIGHT(weight), .frames = 4, .in = 1, .out_channels = 1, .positions = 1,
              .history = OASIS_HISTORY_ZERO, .add_input = true);
    for (int t = 0; t < 4; t++) {
        CHECK_NEAR(out[t], zero[t] + x[t], 1e-4);
    }
}

/* Positions do not mix, channels do: against the sum as it is written in ops.h. */
static void test_temporal_channels(void)
{
    enum { FRAMES = 4, POSITIONS = 3 };
    float x[FRAMES * POSITIONS * IN], weight[OUT * 3 * IN], out[FRAMES * POSITIONS * OUT];

    random_floats(x, FRAMES * POSITIONS * IN);
    random_floats(weight, OUT * 3 * IN);
    REFERENCE(temporal, OasisTemporalArgs, .x = F32(x), .out = F32(out), .weight = WEIGHT(weight),
              .frames = FRAMES, .in = IN, .out_channels = OUT, .positions = POSITIONS,
              .history = OASIS_HISTORY_REPEAT, .silu_input = true);
    for (int t = 0; t < FRAMES; t++) {
        for (int p = 0; p < POSITIONS; p++) {
            for (int o = 0; o < OUT; o++) {
                double sum = 0;
                for (int j = 0; j < 3; j++) {
                    for (int i = 0; i < IN; i++) {
                        int from = t - 2 + j < 0 ? 0 : t - 2 + j;
                        double value = x[(from * POSITIONS + p) * IN + i];
                        sum += weight[o * 3 * IN + j * IN + i] * value / (1 + exp(-value));
                    }
                }
                CHECK_NEAR(out[(t * POSITIONS + p) * OUT + o], sum, 1e-5);
            }
        }
    }
}

int main(void)
{
    test_begin();
    test_impulses();
    test_order();
    test_history();
    test_temporal_channels();
    return test_end();
}
