/* RMS norm and rotary embedding against their properties and published frequencies (oasis.md 1.4).
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "host-tensor.h"
#include "ops/rope.h"

enum { HEADS = 2, HEAD_DIM = 16, D = HEADS * HEAD_DIM, F = 3, H = 4, W = 5, N = F * H * W };

static const int pairs[3] = {4, 2, 2};

static void fill_tables(float tables[2 * (F * 4 + H * 2 + W * 2)])
{
    oasis_rope_table(F, pairs[0], tables);
    oasis_rope_table(H, pairs[1], tables + 2 * F * pairs[0]);
    oasis_rope_table(W, pairs[2], tables + 2 * (F * pairs[0] + H * pairs[1]));
}

static void norm_rope(float *x, float *gain, bool rotate)
{
    float tables[2 * (F * 4 + H * 2 + W * 2)];

    fill_tables(tables);
    REFERENCE(norm_rope, OasisNormRopeArgs, .x = F32(x), .gain = F32(gain), .tables = F32(tables),
              .n = N, .d = D, .stride = D, .heads = HEADS, .eps = 1e-6f, .rotate = rotate,
              .grid = {F, H, W}, .pairs = {pairs[0], pairs[1], pairs[2]});
}

static void test_published_frequencies(void)
{
    CHECK_NEAR(oasis_rope_frequency(0, 22), 1, 0);
    CHECK_NEAR(oasis_rope_frequency(1, 22), 0.657933225, 5e-10);
    CHECK_NEAR(oasis_rope_frequency(2, 22), 0.432876128, 5e-10);
    CHECK_NEAR(oasis_rope_frequency(21, 22), 0.000151991, 5e-10);
    CHECK_NEAR(oasis_rope_frequency(1, 21), 0.644946677, 5e-10);
    CHECK_NEAR(oasis_rope_frequency(2, 21), 0.415956216, 5e-10);
    CHECK_NEAR(oasis_rope_frequency(20, 21), 0.000155052, 5e-10);
}

/* The table's angle is position times frequency, far out, too. */
static void test_table(void)
{
    static float table[1024 * 21 * 2];

    oasis_rope_table(1024, 21, table);
    CHECK_NEAR(table[0], 1, 0);
    CHECK_NEAR(table[1], 0, 0);
    CHECK_NEAR(table[(1023 * 21 + 1) * 2], cos(1023 * 0.644946677), 1e-5);
    CHECK_NEAR(table[(1023 * 21 + 1) * 2 + 1], sin(1023 * 0.644946677), 1e-5);
}

/* Mean square 1 over all heads together, not in each. */
static void test_norm_spans_the_heads(void)
{
    float x[N * D], gain[D];

    random_floats(x, N * D);
    for (int j = 0; j < D; j++) {
        gain[j] = 1;
    }
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < HEAD_DIM; j++) {
            x[i * D + j] *= 10;
        }
    }
    norm_rope(x, gain, false);
    for (int i = 0; i < N; i++) {
        double first = 0, all = 0;
        for (int j = 0; j < D; j++) {
            all += (double)x[i * D + j] * x[i * D + j];
            if (j < HEAD_DIM) {
                first += (double)x[i * D + j] * x[i * D + j];
            }
        }
        CHECK_NEAR(all / D, 1, 1e-4);
        CHECK(first / HEAD_DIM > 1.5);
    }
}

static void test_gain(void)
{
    float x[N * D], y[N * D], gain[D], ones[D];

    random_floats(x, N * D);
    random_floats(gain, D);
    memcpy(y, x, sizeof x);
    for (int j = 0; j < D; j++) {
        ones[j] = 1;
    }
    norm_rope(x, ones, false);
    norm_rope(y, gain, false);
    for (int i = 0; i < N * D; i++) {
        CHECK_NEAR(y[i], x[i] * gain[i % D], 1e-6);
    }
}

/* Turning changes no length, and leaves the token at the origin as it is. */
static void test_rotation_preserves_length(void)
{
    float x[N * D], turned[N * D], gain[D];

    random_floats(x, N * D);
    random_floats(gain, D);
    memcpy(turned, x, sizeof x);
    norm_rope(x, gain, false);
    norm_rope(turned, gain, true);
    CHECK_NEAR(largest_difference(x, turned, D), 0, 0);
    for (int pair = 0; pair < N * D / 2; pair++) {
        CHECK_NEAR(hypot(turned[2 * pair], turned[2 * pair + 1]),
                   hypot(x[2 * pair], x[2 * pair + 1]), 1e-5);
    }
}

static double dot(const float *x, const float *y, int f1, int h1, int w1, int f2, int h2, int w2)
{
    const float *a = x + ((size_t)(f1 * H + h1) * W + w1) * D;
    const float *b = y + ((size_t)(f2 * H + h2) * W + w2) * D;
    double sum = 0;

    for (int j = 0; j < HEAD_DIM; j++) {
        sum += (double)a[j] * b[j];
    }
    return sum;
}

/* With one query and one key everywhere, scores depend on the distance along each axis alone. */
static void test_scores_depend_on_distance(void)
{
    float x[N * D], y[N * D], gain[D];

    random_floats(x, D);
    random_floats(y, D);
    for (int j = 0; j < D; j++) {
        gain[j] = 1;
    }
    for (int i = 1; i < N; i++) {
        memcpy(x + (size_t)i * D, x, D * sizeof *x);
        memcpy(y + (size_t)i * D, y, D * sizeof *y);
    }
    norm_rope(x, gain, true);
    norm_rope(y, gain, true);
    CHECK_NEAR(dot(x, y, 0, 0, 0, 1, 2, 3), dot(x, y, 1, 1, 1, 2, 3, 4), 1e-5);
    CHECK_NEAR(dot(x, y, 2, 3, 4, 0, 1, 1), dot(x, y, 2, 2, 3, 0, 0, 0), 1e-5);
    CHECK(fabs(dot(x, y, 0, 0, 0, 1, 0, 0) - dot(x, y, 0, 0, 0, 2, 0, 0)) > 1e-4);
    CHECK(fabs(dot(x, y, 0, 0, 0, 0, 1, 0) - dot(x, y, 0, 0, 0, 0, 3, 0)) > 1e-4);
    CHECK(fabs(dot(x, y, 0, 0, 0, 0, 0, 1) - dot(x, y, 0, 0, 0, 0, 0, 3)) > 1e-4);
}

/* Neighbours form pairs, time comes first, then height, then width. */
static void test_pairs_and_axes(void)
{
    float x[N * D] = {0}, gain[D];
    const double unit = 1 / sqrt(3.0 / D + 1e-6); /* what the norm makes of three ones */
    const int token = (1 * H + 2) * W + 3;
    float *row = x + (size_t)token * D;

    for (int j = 0; j < D; j++) {
        gain[j] = 1;
    }
    row[HEAD_DIM + 0] = row[HEAD_DIM + 8] = row[HEAD_DIM + 12] = 1;
    norm_rope(x, gain, true);
    CHECK_NEAR(row[HEAD_DIM + 0], unit * cos(1), 1e-5);
    CHECK_NEAR(row[HEAD_DIM + 1], unit * sin(1), 1e-5);
    CHECK_NEAR(row[HEAD_DIM + 8], unit * cos(2), 1e-5);
    CHECK_NEAR(row[HEAD_DIM + 9], unit * sin(2), 1e-5);
    CHECK_NEAR(row[HEAD_DIM + 12], unit * cos(3), 1e-5);
    CHECK_NEAR(row[HEAD_DIM + 13], unit * sin(3), 1e-5);
}

int main(void)
{
    test_begin();
    test_published_frequencies();
    test_table();
    test_norm_spans_the_heads();
    test_gain();
    test_rotation_preserves_length();
    test_scores_depend_on_distance();
    test_pairs_and_axes();
    return test_end();
}
