/* RMS norm of queries or keys over all heads together, then rotary position embedding within each
 * head (oasis.md 1.3 and 1.4), in place.
 *
 *   y = x * rsqrt(mean(x^2) + eps) * gain
 *   (y[2j], y[2j+1]) -> (y[2j] cos - y[2j+1] sin, y[2j] sin + y[2j+1] cos)
 *
 * The pairs of a head are pairs[0] of time, pairs[1] of height, pairs[2] of width, in that order;
 * each axis turns by the token's position on it. x compute, rows `stride` apart, columns [0, d).
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

static double norm_scale(const OasisNormRopeArgs *a, size_t row)
{
    const void *x = oasis_tensor_host(a->x);
    double squares = 0;

    for (int j = 0; j < a->d; j++) {
        double value = oasis_load(x, a->x.dtype, row + j);
        squares += value * value;
    }
    return 1 / sqrt(squares / a->d + a->eps);
}

/* Column j of a row, with its norm but not yet turned. */
static float normed(const OasisNormRopeArgs *a, size_t row, int j, double scale)
{
    const float *gain = oasis_tensor_host(a->gain);

    return (float)(oasis_load(oasis_tensor_host(a->x), a->x.dtype, row + j) * scale * gain[j]);
}

/* One head, whose first column is `j`, of the token at `position` (time, height, width). */
static void rotate_head(const OasisNormRopeArgs *a, size_t row, int j, double scale,
                        const int position[3])
{
    void *x = oasis_tensor_host(a->x);
    const float *table = oasis_tensor_host(a->tables);
    const int length[3] = {a->grid.f, a->grid.h, a->grid.w};

    for (int axis = 0; axis < 3; axis++) {
        const float *turn = table + (size_t)position[axis] * a->pairs[axis] * 2;
        for (int pair = 0; pair < a->pairs[axis]; pair++, turn += 2, j += 2) {
            float even = normed(a, row, j, scale);
            float odd = normed(a, row, j + 1, scale);
            oasis_store(x, a->x.dtype, row + j, even * turn[0] - odd * turn[1]);
            oasis_store(x, a->x.dtype, row + j + 1, even * turn[1] + odd * turn[0]);
        }
        table += (size_t)length[axis] * a->pairs[axis] * 2;
    }
}

OasisStatus oasis_reference_norm_rope(OasisBackend *backend, const OasisNormRopeArgs *a,
                                      OasisError *err)
{
    void *x = oasis_tensor_host(a->x);
    int tokens = a->grid.f * a->grid.h * a->grid.w;

    for (int i = 0; i < a->n; i++) {
        size_t row = (size_t)i * a->stride;
        double scale = norm_scale(a, row);

        if (!a->rotate) {
            for (int j = 0; j < a->d; j++) {
                oasis_store(x, a->x.dtype, row + j, normed(a, row, j, scale));
            }
            continue;
        }
        const int token = i % tokens;
        const int position[3] = {
            token / (a->grid.h * a->grid.w),
            token / a->grid.w % a->grid.h,
            token % a->grid.w,
        };
        for (int head = 0; head < a->heads; head++) {
            rotate_head(a, row, head * (a->d / a->heads), scale, position);
        }
    }
    return OASIS_OK;
}
