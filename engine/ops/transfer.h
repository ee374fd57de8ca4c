/* Transfer functions: between what a frame's samples say and what the model sees.
 *
 * The model knows pictures made for ordinary screens. HLG was made to be looked at on them as well
 * and goes through as it is; PQ (SMPTE ST 2084), whose samples follow the eye's threshold over
 * 10000 cd/m2, would look flat and grey, so that it is turned into HLG's form. A component V of PQ
 * in [0, 1] becomes
 *
 *     F = 10000 (max(V^(1/m2) - c1, 0) / (c2 - c3 V^(1/m2)))^(1/m1)    PQ's EOTF, cd/m2
 *     E = (F / 1000)^(1/1.2)     HLG's OOTF back to the scene's light, at a peak of 1000 cd/m2
 *     H = sqrt(3 E) up to E = 1/12, else a ln(12 E - b) + c            HLG's OETF
 *
 * (ITU-R BT.2100-2, tables 4 and 5; for the OOTF each component stands for the luminance). Black is
 * 0, reference white (203 cd/m2, BT.2408) 0.75, 1000 cd/m2 is 1 and PQ's end 1.35. Beyond both ends
 * of V the curve goes on with slope 1, so that every colour has its way back.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>

#include "ops/ops.h"

/* A component of RGB in [-1, 1] from a frame's to the image's form, and back. They work in double:
 * PQ's exponent of 79 takes two digits away. */
float oasis_transfer_to_image(OasisTransfer transfer, float value);
float oasis_transfer_from_image(OasisTransfer transfer, float value);

enum { OASIS_CURVE_CELLS = 4096 };

/* PQ's curve of either direction as a table: a twentieth of the time, and within 2e-6. Knots stand
 * at end * (i / cells)^2, close together where both curves are steep. */
typedef struct OasisCurve {
    float end; /* of the components, in [0, 1], or in HLG's form */
    float knots[OASIS_CURVE_CELLS + 1];
} OasisCurve;

void oasis_curve_to_image(OasisCurve *curve);
void oasis_curve_from_image(OasisCurve *curve);

static inline float oasis_curve_at(const OasisCurve *curve, float value)
{
    float x = (value + 1) / 2;
    float inside = x > 0 ? x : 0; /* a NaN is 0 here, and comes back below */
    inside = inside < curve->end ? inside : curve->end;
    float at = sqrtf(inside / curve->end) * OASIS_CURVE_CELLS;
    int cell = (int)at < OASIS_CURVE_CELLS ? (int)at : OASIS_CURVE_CELLS - 1;
    float low = curve->knots[cell], high = curve->knots[cell + 1];

    return 2 * (low + (at - (float)cell) * (high - low) + (x - inside)) - 1;
}
