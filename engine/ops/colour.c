/* Matrix and range of every kind as affine maps.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/colour.h"

#include <math.h>

/* A plane's samples for 0 and 1 (chroma: for 0 and for 1 of its span from -1/2 to 1/2). */
typedef struct Scale {
    double zero, one;
} Scale;

static Scale plane_scale(const OasisFrameFormat *format, bool chroma)
{
    double step = 1 << (format->depth - 8);
    double full = (1 << format->depth) - 1;

    if (format->range == OASIS_RANGE_FULL) {
        return chroma ? (Scale){128 * step, 128 * step + full} : (Scale){0, full};
    }
    return chroma ? (Scale){128 * step, (128 + 224) * step} : (Scale){16 * step, 235 * step};
}

/* Shares of red and blue in luma (ITU-T H.273, table 4). A grey frame that says RGB gets BT.709's:
 * its three components are equal, so that any shares do. */
static void luma_shares(OasisMatrix matrix, double *kr, double *kb)
{
    switch (matrix) {
    case OASIS_MATRIX_FCC: *kr = 0.30, *kb = 0.11; return;
    case OASIS_MATRIX_BT470BG:
    case OASIS_MATRIX_SMPTE170M: *kr = 0.299, *kb = 0.114; return;
    case OASIS_MATRIX_SMPTE240M: *kr = 0.212, *kb = 0.087; return;
    case OASIS_MATRIX_BT2020_NCL: *kr = 0.2627, *kb = 0.0593; return;
    case OASIS_MATRIX_RGB:
    case OASIS_MATRIX_BT709: break;
    }
    *kr = 0.2126, *kb = 0.0722;
}

static bool is_rgb(const OasisFrameFormat *format)
{
    return format->planes == 3 && format->matrix == OASIS_MATRIX_RGB;
}

static bool is_chroma(const OasisFrameFormat *format, int plane)
{
    return plane > 0 && !is_rgb(format);
}

/* RGB in [0, 1] from normalised planes: luma in [0, 1], chroma in [-1/2, 1/2]. */
static void normal_to_rgb(const OasisFrameFormat *format, double m[3][3])
{
    static const double from_gbr[3][3] = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}};
    double kr, kb, kg;

    luma_shares(format->matrix, &kr, &kb);
    kg = 1 - kr - kb;
    const double from_yuv[3][3] = {
        {1, 0, 2 * (1 - kr)},
        {1, -2 * (1 - kb) * kb / kg, -2 * (1 - kr) * kr / kg},
        {1, 2 * (1 - kb), 0},
    };
    for (int i = 0; i < 3; i++) {
        for (int p = 0; p < 3; p++) {
            m[i][p] = p >= format->planes ? 0 : is_rgb(format) ? from_gbr[i][p] : from_yuv[i][p];
        }
    }
}

/* Normalised planes from RGB in [0, 1]. */
static void normal_from_rgb(const OasisFrameFormat *format, double m[3][3])
{
    static const double to_gbr[3][3] = {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}};
    double kr, kb, kg;

    luma_shares(format->matrix, &kr, &kb);
    kg = 1 - kr - kb;
    const double to_yuv[3][3] = {
        {kr, kg, kb},
        {-kr / (2 * (1 - kb)), -kg / (2 * (1 - kb)), 0.5},
        {0.5, -kg / (2 * (1 - kr)), -kb / (2 * (1 - kr))},
    };
    for (int p = 0; p < 3; p++) {
        for (int i = 0; i < 3; i++) {
            m[p][i] = p >= format->planes ? 0 : is_rgb(format) ? to_gbr[p][i] : to_yuv[p][i];
        }
    }
}

void oasis_colour_to_rgb(const OasisFrameFormat *format, OasisColourToRgb *colour)
{
    double m[3][3];

    normal_to_rgb(format, m);
    for (int i = 0; i < 3; i++) {
        double offset = -1;
        for (int p = 0; p < 3; p++) {
            Scale scale = plane_scale(format, is_chroma(format, p));
            double factor = 2 * m[i][p] / (scale.one - scale.zero);
            colour->matrix[i][p] = (float)factor;
            offset -= factor * scale.zero;
        }
        colour->offset[i] = (float)offset;
    }
}

void oasis_colour_from_rgb(const OasisFrameFormat *format, OasisColourFromRgb *colour)
{
    double m[3][3];

    normal_from_rgb(format, m);
    for (int p = 0; p < 3; p++) {
        Scale scale = plane_scale(format, is_chroma(format, p));
        double span = scale.one - scale.zero;
        double offset = scale.zero;
        for (int i = 0; i < 3; i++) {
            colour->matrix[p][i] = (float)(m[p][i] * span / 2);
            offset += m[p][i] * span / 2;
        }
        colour->offset[p] = (float)offset;
    }
    colour->highest = (float)((1 << format->depth) - 1);
}
