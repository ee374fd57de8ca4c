/* Matrix product, activations, layer norm and combine on numbers worked out by hand.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "host-tensor.h"
#include "ops/element.h"

static float x[2 * 3] = {1, 2, 3, 0, -1, 4};
static float weight[2 * 3] = {1, 0, -1, 2, 1, 0.5f};
static float bias[2] = {10, -10};
static const double product[2 * 2] = {8, -4.5, 6, -9};

static void linear(OasisEpilogue epilogue, OasisTensor gate, float out[4])
{
    REFERENCE(linear, OasisLinearArgs, .x = F32(x), .bias = F32(bias), .gate = gate,
              .out = F32(out), .weight = WEIGHT(weight), .n = 2, .k = 3, .m = 2,
              .epilogue = epilogue);
}

static void test_product(void)
{
    float out[4];

    linear(OASIS_EPILOGUE_NONE, NO_TENSOR, out);
    for (int i = 0; i < 4; i++) {
        CHECK_NEAR(out[i], product[i], 0);
    }
}

static void test_epilogues(void)
{
    float out[4], gate[2] = {0.5f, -1};

    linear(OASIS_EPILOGUE_SILU, NO_TENSOR, out);
    for (int i = 0; i < 4; i++) {
        CHECK_NEAR(out[i], product[i] / (1 + exp(-product[i])), 1e-5);
    }
    for (int i = 0; i < 4; i++) {
        out[i] = (float)i;
    }
    linear(OASIS_EPILOGUE_ADD, NO_TENSOR, out);
    for (int i = 0; i < 4; i++) {
        CHECK_NEAR(out[i], i + product[i], 1e-5);
    }
    for (int i = 0; i < 4; i++) {
        out[i] = (float)i;
    }
    linear(OASIS_EPILOGUE_ADD, F32(gate), out);
    for (int i = 0; i < 4; i++) {
        CHECK_NEAR(out[i], i + gate[i % 2] * product[i], 1e-5);
    }
}

/* The tanh form: the erf form would give 0.841344746. */
static void test_activations(void)
{
    float one = 1, out;

    REFERENCE(linear, OasisLinearArgs, .x = F32(&one), .out = F32(&out), .weight = WEIGHT(&one),
              .n = 1, .k = 1, .m = 1, .epilogue = OASIS_EPILOGUE_GELU);
    CHECK_NEAR(out, 0.841191991, 1e-7);
    CHECK_NEAR(oasis_gelu(0), 0, 0);
    CHECK_NEAR(oasis_gelu(-100), 0, 0);
    CHECK_NEAR(oasis_gelu(100), 100, 0);
    CHECK_NEAR(oasis_silu(1), 0.731058579, 1e-7);
    CHECK_NEAR(oasis_silu(-200), 0, 0);
}

static void test_layer_norm(void)
{
    float rows[2 * 4] = {1, 3, 5, 7, 2.5f, 2.5f, 2.5f, 2.5f};
    float gain[4] = {1, 2, 3, 4}, shift[4] = {0, 0, 1, -1}, out[8];

    REFERENCE(layer_norm, OasisLayerNormArgs, .x = F32(rows), .gain = F32(gain),
              .shift = F32(shift), .out = F32(out), .n = 2, .d = 4, .eps = 1e-6f);
    /* Mean 4, population variance 5. */
    for (int j = 0; j < 4; j++) {
        CHECK_NEAR(out[j], (rows[j] - 4) / sqrt(5) * gain[j] + shift[j], 1e-5);
    }
    /* A constant row is its shift. */
    for (int j = 0; j < 4; j++) {
        CHECK_NEAR(out[4 + j], shift[j], 0);
    }
}

static void test_combine(void)
{
    float a[3] = {1, -2, 3}, b[3] = {10, 20, 30}, out[3];
    uint16_t narrow[3];
    OasisTensor to_narrow = {.buffer = &(OasisBuffer){.data = narrow}, .dtype = OASIS_BF16};

    REFERENCE(combine, OasisCombineArgs, .a = F32(a), .b = F32(b), .out = F32(out), .alpha = 2,
              .beta = 0.5f, .n = 3);
    for (int i = 0; i < 3; i++) {
        CHECK_NEAR(out[i], 2 * a[i] + 0.5 * b[i], 0);
    }
    REFERENCE(combine, OasisCombineArgs, .a = F32(a), .out = to_narrow, .alpha = 1, .n = 3);
    CHECK_INT(narrow[0], 0x3f80);
    CHECK_INT(narrow[1], 0xc000);
    CHECK_INT(narrow[2], 0x4040);
    REFERENCE(combine, OasisCombineArgs, .a = F32(a), .b = F32(a), .out = F32(a), .alpha = 1,
              .beta = 1, .n = 3);
    CHECK_NEAR(a[2], 6, 0);
}

/* Nearest, ties to even; overflow to infinity; NaN stays NaN. */
static void test_bf16_rounding(void)
{
    CHECK_INT(oasis_f32_to_bf16(1.0f + 0x1p-8f), 0x3f80);
    CHECK_INT(oasis_f32_to_bf16(1.0f + 0x1p-8f + 0x1p-20f), 0x3f81);
    CHECK_INT(oasis_f32_to_bf16(1.0f + 3 * 0x1p-8f), 0x3f82);
    CHECK_INT(oasis_f32_to_bf16(-0.0f), 0x8000);
    CHECK_INT(oasis_f32_to_bf16(3.4e38f), 0x7f80);
    CHECK_INT(oasis_f32_to_bf16(-INFINITY), 0xff80);
    CHECK(isnan(oasis_bf16_to_f32(oasis_f32_to_bf16(NAN))));
    for (int bits = 0; bits < 0x7f80; bits++) {
        CHECK_INT(oasis_f32_to_bf16(oasis_bf16_to_f32((uint16_t)bits)), bits);
    }
}

int main(void)
{
    test_begin();
    test_product();
    test_epilogues();
    test_activations();
    test_layer_norm();
    test_combine();
    test_bf16_rounding();
    return test_end();
}
