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

#include "ops/ops.h"

/* A component of RGB in [-1, 1] from a frame's to the image's form, and back. They work in double:
 * PQ's exponent of 79 takes two digits away. */
float oasis_transfer_to_image(OasisTransfer transfer, float value);
float oasis_transfer_from_image(OasisTransfer transfer, float value);
