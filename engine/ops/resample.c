/* Lists of taps.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/resample.h"

#include <math.h>
#include <stdlib.h>

#include "oasis/status.h"

/* Output i is centred on input position i*step + offset and weighs the inputs less than `support`
 * away by weight(distance, width). */
typedef struct Filter {
    double (*weight)(double distance, double width);
    double step, offset, width, support;
} Filter;

static double bicubic(double distance, double width)
{
    const double a = -0.5;
    double x = fabs(distance) / width;

    if (x < 1) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    if (x < 2) {
        return (((x - 5) * x + 8) * x - 4) * a;
    }
    return 0;
}

static double linear(double distance, double width)
{
    return fmax(0, 1 - fabs(distance) / width);
}

/* How much of a sample's cell, one wide, lies under a box of `width`. */
static double box(double distance, double width)
{
    return fmin(1, fmax(0, width / 2 + 0.5 - fabs(distance)));
}

/* The first and last input within the filter's reach of output i. */
static void reach(const Filter *filter, int in, int i, int *low, int *high)
{
    double centre = i * filter->step + filter->offset;

    *low = (int)fmax(0, floor(centre - filter->support) + 1);
    *high = (int)fmin(in - 1, ceil(centre + filter->support) - 1);
}

static void fill_row(const Filter *filter, int in, int i, OasisTaps *taps)
{
    double centre = i * filter->step + filter->offset, sum = 0;
    float *row = taps->weights + (size_t)i * taps->count;
    int low, high, first;

    reach(filter, in, i, &low, &high);
    first = low < in - taps->count ? low : in - taps->count;
    for (int x = low; x <= high; x++) {
        sum += filter->weight(x - centre, filter->width);
    }
    for (int x = low; x <= high; x++) {
        row[x - first] = (float)(filter->weight(x - centre, filter->width) / sum);
    }
    taps->first[i] = first;
}

static OasisStatus build(const Filter *filter, int in, int out, OasisTaps *taps, OasisError *err)
{
    int count = 1;

    for (int i = 0; i < out; i++) {
        int low, high;
        reach(filter, in, i, &low, &high);
        count = high - low + 1 > count ? high - low + 1 : count;
    }
    *taps = (OasisTaps){.length = out, .count = count};
    taps->first = calloc(out, sizeof *taps->first);
    taps->weights = calloc((size_t)out * count, sizeof *taps->weights);
    if (!taps->first || !taps->weights) {
        oasis_taps_clear(taps);
        return oasis_fail_memory(err, "resample");
    }
    for (int i = 0; i < out; i++) {
        fill_row(filter, in, i, taps);
    }
    return OASIS_OK;
}

OasisStatus oasis_taps_bicubic(int in, int out, OasisTaps *taps, OasisError *err)
{
    double step = (double)in / out;
    double width = fmax(1, step);

    return build(&(Filter){bicubic, step, step / 2 - 0.5, width, 2 * width}, in, out, taps, err);
}

/* Of the first chroma sample, in luma positions. */
static double chroma_place(int shift, bool centred)
{
    return centred ? ((1 << shift) - 1) / 2.0 : 0;
}

OasisStatus oasis_taps_chroma_up(int in, int out, int phase, int shift, bool centred,
                                 OasisTaps *taps, OasisError *err)
{
    double step = 1.0 / (1 << shift);
    double offset = (phase - chroma_place(shift, centred)) * step;

    return build(&(Filter){linear, step, offset, 1, 1}, in, out, taps, err);
}

OasisStatus oasis_taps_chroma_down(int in, int out, int shift, bool centred, OasisTaps *taps,
                                   OasisError *err)
{
    double step = 1 << shift;

    return build(&(Filter){box, step, chroma_place(shift, centred), step, step / 2 + 0.5}, in, out,
                 taps, err);
}

void oasis_taps_clear(OasisTaps *taps)
{
    free(taps->first);
    free(taps->weights);
    *taps = (OasisTaps){0};
}
