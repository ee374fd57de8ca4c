/* How much a frame combs, by itself and with the lines of its neighbours.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/analysis/look.h"

/* Sums of how far lines stand out from those above and below, where something moves: the even lines
 * (the top field) and the odd ones of this frame between its own lines, and those of the frame
 * before and behind in their place. The less, the more likely both are of one moment. */
typedef struct OasisCombing {
    float own;
    float before[2], behind[2]; /* of the even lines, of the odd ones */
    float moving;               /* the share of the picture that moves */
} OasisCombing;

/* Of three frames in a row; `before` or `behind` may be `frame` itself where there is none. All are
 * of one size, else nothing is seen. */
OasisCombing oasis_combing_see(const OasisLook *before, const OasisLook *frame,
                               const OasisLook *behind);
