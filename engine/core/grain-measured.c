/* Grain like measured noise.
 *
 * The analysis knows the deviation of details of two, four and eight pixels along the lines
 * (OasisNoise). Enlarged about 2^n times they are details 2^n times as wide, whose coefficients of
 * a Haar transform are sqrt(scale) times as large, less what bicubic interpolation takes; below
 * there is hardly anything. Each shape of grain has
 * deviations of its own at the three scales of the larger picture, by its correlation along a line:
 * none, or 4 and 1 sixth at one sample and two. The shape is that whose deviations are nearest in
 * proportion, the level the geometric mean of what each scale asks for.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "oasis/grain.h"

enum { SCALES = 3, MOST = 65535 };

static const double deviations[][SCALES] = {
    [OASIS_GRAIN_FINE] = {1, 1, 1},
    [OASIS_GRAIN_SOFT] = {0.577350269, 1.080123450, 1.384437311},
};

/* What interpolation leaves of the finest details and the next ones: of white noise .72 and .83, of
 * noise as soft as SOFT .83 and .9, at any scale. */
static const double kept[SCALES] = {0.75, 0.85, 1};

/* The noise at each scale of the enlarged picture; 0 where nothing is known. */
static void enlarge(const OasisNoise *noise, double scale, double wanted[SCALES])
{
    int octaves = scale < M_SQRT2 ? 0 : scale < 2 * M_SQRT2 ? 1 : 2;

    for (int i = 0; i < SCALES; i++) {
        int from = i - octaves;
        wanted[i] = octaves == 0 ? noise->scales[i]
                    : from < 0   ? 0
                                 : noise->scales[from] * kept[from] * sqrt(scale);
    }
}

/* The level of a shape that comes nearest, and how far off it is, as a variance of logarithms. */
static double fit(const double wanted[SCALES], OasisGrainShape shape, double *level)
{
    double sum = 0, squares = 0;
    int n = 0;

    for (int i = 0; i < SCALES; i++) {
        if (wanted[i] > 0) {
            double ratio = log(wanted[i] / deviations[shape][i]);
            sum += ratio;
            squares += ratio * ratio;
            n++;
        }
    }
    *level = n ? exp(sum / n) : 0;
    return n ? squares / n - sum / n * (sum / n) : 0;
}

/* The shape for all brightnesses together. Where an enlarged picture has no fine details at all,
 * neither has its grain. */
static OasisGrainShape choose(const OasisNoise noise[OASIS_BRIGHTNESSES], double scale)
{
    double fine = 0, soft = 0;

    for (int b = 0; b < OASIS_BRIGHTNESSES; b++) {
        double wanted[SCALES], level;
        enlarge(&noise[b], scale, wanted);
        fine += fit(wanted, OASIS_GRAIN_FINE, &level);
        soft += fit(wanted, OASIS_GRAIN_SOFT, &level);
    }
    return scale >= M_SQRT2 || soft < fine ? OASIS_GRAIN_SOFT : OASIS_GRAIN_FINE;
}

/* Brightnesses without a level get the nearest one's; of two the darker one's. */
static bool fill_gaps(double levels[OASIS_BRIGHTNESSES])
{
    double filled[OASIS_BRIGHTNESSES] = {0};
    bool any = false;

    for (int b = 0; b < OASIS_BRIGHTNESSES; b++) {
        for (int away = 0; away < OASIS_BRIGHTNESSES && filled[b] == 0; away++) {
            if (b - away >= 0 && levels[b - away] > 0) {
                filled[b] = levels[b - away];
            } else if (b + away < OASIS_BRIGHTNESSES) {
                filled[b] = levels[b + away];
            }
        }
        any |= filled[b] > 0;
    }
    for (int b = 0; b < OASIS_BRIGHTNESSES; b++) {
        levels[b] = filled[b];
    }
    return any;
}

static int32_t quantise(double level)
{
    return level * 256 < MOST ? (int32_t)(level * 256 + 0.5) : MOST;
}

bool oasis_grain_measured(const OasisNoise noise[OASIS_BRIGHTNESSES], double scale,
                          OasisGrain *grain)
{
    double levels[OASIS_BRIGHTNESSES];

    *grain = (OasisGrain){.shape = choose(noise, scale)};
    for (int b = 0; b < OASIS_BRIGHTNESSES; b++) {
        double wanted[SCALES];
        enlarge(&noise[b], scale, wanted);
        fit(wanted, grain->shape, &levels[b]);
    }
    if (!fill_gaps(levels)) {
        return false;
    }
    /* Knots lie in the middle of a brightness, and between two. */
    for (int i = 0; i < OASIS_GRAIN_KNOTS; i++) {
        int below = i > 0 ? (i - 1) / 2 : 0, above = i / 2;
        above = above < OASIS_BRIGHTNESSES ? above : OASIS_BRIGHTNESSES - 1;
        grain->levels[0][i] = quantise((levels[below] + levels[above]) / 2);
    }
    return true;
}
