/* Attention against what is known of it without computing it (oasis.md 5.1, 5.3, 8 c and f), and
 * against the definition as a mask.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "host-tensor.h"
#include "ops/window.h"

enum { MAX_TOKENS = 512, HEADS = 2, HEAD_DIM = 6, D = HEADS * HEAD_DIM };

static float q[MAX_TOKENS * D], k[MAX_TOKENS * D], v[MAX_TOKENS * D];

static void attend(OasisAttentionKind kind, OasisGrid grid, const int window[3],
                   OasisWindowBorder border, float *out, float *lse)
{
    static const uint8_t heads[HEADS] = {0, 1};
    int n = grid.f * grid.h * grid.w;

    REFERENCE(attention, OasisAttentionArgs, .kind = kind, .q = F32(q), .k = F32(k), .v = F32(v),
              .out = F32(out), .lse = F32(lse), .n = n, .n_keys = n, .q_stride = D, .kv_stride = D,
              .out_stride = D, .head_dim = HEAD_DIM, .heads = heads, .n_heads = HEADS,
              .grid = grid, .window = {window[0], window[1], window[2]}, .border = border);
}

static void randomise(void)
{
    random_floats(q, MAX_TOKENS * D);
    random_floats(k, MAX_TOKENS * D);
    random_floats(v, MAX_TOKENS * D);
}

/* A window that covers every axis sees everything. CLIP covers from any query only with twice the
 * length; SHIFT with the length alone. */
static void test_wide_window_is_global(void)
{
    static float global[MAX_TOKENS * D], local[MAX_TOKENS * D], lse[2][HEADS * MAX_TOKENS];
    const OasisGrid grid = {3, 4, 5};
    const int none[3] = {0, 0, 0}, exact[3] = {3, 4, 5}, twice[3] = {6, 8, 10};

    randomise();
    attend(OASIS_ATTENTION_GLOBAL, grid, none, OASIS_BORDER_CLIP, global, lse[0]);
    attend(OASIS_ATTENTION_WINDOW, grid, exact, OASIS_BORDER_SHIFT, local, lse[1]);
    CHECK_NEAR(largest_difference(global, local, 60 * D), 0, 1e-6);
    CHECK_NEAR(largest_difference(lse[0], lse[1], 60 * HEADS), 0, 1e-6);
    attend(OASIS_ATTENTION_WINDOW, grid, twice, OASIS_BORDER_CLIP, local, lse[1]);
    CHECK_NEAR(largest_difference(global, local, 60 * D), 0, 1e-6);
    attend(OASIS_ATTENTION_WINDOW, grid, twice, OASIS_BORDER_SHIFT, local, lse[1]);
    CHECK_NEAR(largest_difference(global, local, 60 * D), 0, 1e-6);
}

static void test_one_frame_is_global(void)
{
    static float global[MAX_TOKENS * D], intra[MAX_TOKENS * D], lse[HEADS * MAX_TOKENS];
    const int none[3] = {0, 0, 0};

    randomise();
    attend(OASIS_ATTENTION_GLOBAL, (OasisGrid){1, 6, 7}, none, OASIS_BORDER_CLIP, global, lse);
    attend(OASIS_ATTENTION_INTRA, (OasisGrid){1, 6, 7}, none, OASIS_BORDER_CLIP, intra, lse);
    CHECK_NEAR(largest_difference(global, intra, 42 * D), 0, 1e-6);
}

/* A query of zeros attends evenly: KL(local||global) = LSE_global - LSE_local is then the log of
 * the ratio of keys, ln F' within a frame and ln(N/75) in a window of 3x5x5. */
static void test_uniform_divergence(void)
{
    static float out[MAX_TOKENS * D], lse[3][HEADS * MAX_TOKENS];
    const OasisGrid grid = {4, 6, 7};
    const int window[3] = {3, 5, 5}, n = 4 * 6 * 7;

    randomise();
    memset(q, 0, sizeof q);
    attend(OASIS_ATTENTION_GLOBAL, grid, window, OASIS_BORDER_SHIFT, out, lse[0]);
    attend(OASIS_ATTENTION_INTRA, grid, window, OASIS_BORDER_SHIFT, out, lse[1]);
    attend(OASIS_ATTENTION_WINDOW, grid, window, OASIS_BORDER_SHIFT, out, lse[2]);
    for (int i = 0; i < n * HEADS; i++) {
        CHECK_NEAR(lse[0][i] - lse[1][i], log(grid.f), 1e-5);
        CHECK_NEAR(lse[0][i] - lse[2][i], log(n / 75.0), 1e-5);
    }
}

/* Identical keys: every value counts the same. */
static void test_identical_keys_give_the_mean(void)
{
    static float out[MAX_TOKENS * D], lse[HEADS * MAX_TOKENS];
    const OasisGrid grid = {2, 3, 4};
    const int none[3] = {0, 0, 0}, n = 24;

    randomise();
    for (int i = 1; i < n; i++) {
        memcpy(k + (size_t)i * D, k, D * sizeof *k);
    }
    attend(OASIS_ATTENTION_GLOBAL, grid, none, OASIS_BORDER_CLIP, out, lse);
    for (int j = 0; j < D; j++) {
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += v[i * D + j] / (double)n;
        }
        for (int i = 0; i < n; i++) {
            CHECK_NEAR(out[i * D + j], mean, 1e-6);
        }
    }
}

/* Scores far beyond what exp can hold must not overflow, and the largest takes all. */
static void test_large_scores(void)
{
    static float out[MAX_TOKENS * D], lse[HEADS * MAX_TOKENS];
    const OasisGrid grid = {1, 1, 5};
    const int none[3] = {0, 0, 0};

    randomise();
    for (int i = 0; i < 5 * D; i++) {
        q[i] = 1000;
        k[i] = i / D == 3 ? 1000 : 999;
    }
    attend(OASIS_ATTENTION_GLOBAL, grid, none, OASIS_BORDER_CLIP, out, lse);
    for (int i = 0; i < 5; i++) {
        CHECK_NEAR(largest_difference(out + (size_t)i * D, v + (size_t)3 * D, D), 0, 1e-6);
    }
    CHECK_NEAR(lse[0], 1e6 * HEAD_DIM / sqrt(HEAD_DIM), 1);
}

/* Whether the window of query i holds key j, by the rule as oasis.md states it. */
static bool sees(int i, int j, int length, int window, OasisWindowBorder border)
{
    int left = window / 2, right = (window - 1) / 2, start;

    if (border == OASIS_BORDER_CLIP) {
        return j >= i - left && j <= i + right;
    }
    if (window > length) {
        return true;
    }
    start = i - left < 0 ? 0 : i - left > length - window ? length - window : i - left;
    return j >= start && j < start + window;
}

typedef struct Mask {
    OasisAttentionKind kind;
    OasisGrid grid;
    int window[3];
    OasisWindowBorder border;
} Mask;

static bool shows(const Mask *m, int query, int key)
{
    OasisGrid g = m->grid;
    int frame = g.h * g.w;

    if (m->kind == OASIS_ATTENTION_INTRA) {
        return query / frame == key / frame;
    }
    return sees(query / frame, key / frame, g.f, m->window[0], m->border) &&
           sees(query / g.w % g.h, key / g.w % g.h, g.h, m->window[1], m->border) &&
           sees(query % g.w, key % g.w, g.w, m->window[2], m->border);
}

/* Attention over all keys with a mask, the slow way round. */
static void masked(const Mask *mask, int query, int head, double out[HEAD_DIM])
{
    const float *q_row = q + query * D + head * HEAD_DIM;
    double sum = 0;

    memset(out, 0, HEAD_DIM * sizeof *out);
    for (int key = 0; key < mask->grid.f * mask->grid.h * mask->grid.w; key++) {
        const float *k_row = k + key * D + head * HEAD_DIM;
        double score = 0;
        if (!shows(mask, query, key)) {
            continue;
        }
        for (int i = 0; i < HEAD_DIM; i++) {
            score += (double)q_row[i] * k_row[i];
        }
        score = exp(score / sqrt(HEAD_DIM));
        sum += score;
        for (int i = 0; i < HEAD_DIM; i++) {
            out[i] += score * v[key * D + head * HEAD_DIM + i];
        }
    }
    for (int i = 0; i < HEAD_DIM; i++) {
        out[i] /= sum;
    }
}

static void test_local_is_a_mask(OasisAttentionKind kind, OasisWindowBorder border)
{
    static float out[MAX_TOKENS * D], lse[HEADS * MAX_TOKENS];

    for (int round = 0; round < 6; round++) {
        const Mask mask = {
            kind,
            {(int)test_random_int(1, 5), (int)test_random_int(1, 7), (int)test_random_int(1, 8)},
            {(int)test_random_int(1, 4), (int)test_random_int(1, 5), (int)test_random_int(1, 6)},
            border,
        };
        randomise();
        attend(kind, mask.grid, mask.window, border, out, lse);
        for (int query = 0; query < mask.grid.f * mask.grid.h * mask.grid.w; query++) {
            for (int head = 0; head < HEADS; head++) {
                double expected[HEAD_DIM];
                masked(&mask, query, head, expected);
                for (int i = 0; i < HEAD_DIM; i++) {
                    CHECK_NEAR(out[query * D + head * HEAD_DIM + i], expected[i], 1e-5);
                }
            }
        }
    }
}

/* Heads that are not listed keep what stands there; none listed, nothing happens. */
static void test_only_listed_heads(void)
{
    static float out[MAX_TOKENS * D];
    const uint8_t second = 1;
    const OasisGrid grid = {1, 2, 3};

    randomise();
    for (int n_heads = 0; n_heads <= 1; n_heads++) {
        for (int i = 0; i < 6 * D; i++) {
            out[i] = 7;
        }
        REFERENCE(attention, OasisAttentionArgs, .q = F32(q), .k = F32(k), .v = F32(v),
                  .out = F32(out), .n = 6, .n_keys = 6, .q_stride = D, .kv_stride = D,
                  .out_stride = D, .head_dim = HEAD_DIM, .heads = &second, .n_heads = n_heads,
                  .grid = grid);
        for (int i = 0; i < 6 * D; i++) {
            CHECK((out[i] == 7) == (n_heads == 0 || i % D < HEAD_DIM));
        }
    }
}

int main(void)
{
    test_begin();
    test_wide_window_is_global();
    test_one_frame_is_global();
    test_uniform_divergence();
    test_identical_keys_give_the_mean();
    test_large_scores();
    test_local_is_a_mask(OASIS_ATTENTION_INTRA, OASIS_BORDER_CLIP);
    test_local_is_a_mask(OASIS_ATTENTION_WINDOW, OASIS_BORDER_CLIP);
    test_local_is_a_mask(OASIS_ATTENTION_WINDOW, OASIS_BORDER_SHIFT);
    test_only_listed_heads();
    return test_end();
}
