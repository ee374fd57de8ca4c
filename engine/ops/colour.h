/* Sample values to RGB in [-1, 1] and back as affine maps, and where chroma lies.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/frame.h"

/* rgb[i] = sum over planes p of matrix[i][p] * sample[p], + offset[i]. Columns of planes that the
 * format lacks are zero. */
typedef struct OasisColourToRgb {
    float matrix[3][3];
    float offset[3];
} OasisColourToRgb;

/* sample[p] = sum over i of matrix[p][i] * rgb[i], + offset[p], clamped to [0, highest] (what
 * cameras record above white and below black is kept), then rounded to nearest. */
typedef struct OasisColourFromRgb {
    float matrix[3][3];
    float offset[3];
    float highest; /* code that the depth can hold */
} OasisColourFromRgb;

/* Both are computed in double from the matrix's Kr and Kb, range and depth of the format. */
void oasis_colour_to_rgb(const OasisFrameFormat *format, OasisColourToRgb *colour);
void oasis_colour_from_rgb(const OasisFrameFormat *format, OasisColourFromRgb *colour);

/* Whether chroma lies in the middle of the luma samples that it stands for, along each axis. */
static inline bool oasis_siting_centred_x(OasisSiting siting)
{
    return siting == OASIS_SITING_CENTER;
}

static inline bool oasis_siting_centred_y(OasisSiting siting)
{
    return siting != OASIS_SITING_TOP_LEFT;
}
