/* The cadence of a film: how its frames relate to moments, from what was seen of each.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/analysis/combing.h"
#include "media/analysis/making.h"
#include "oasis/analysis.h"

/* What is seen of one frame: one of these, and what the frame calls itself. */
typedef enum OasisSeen {
    OASIS_SEEN_NOTHING = 0,   /* nothing moves, or it cannot be told */
    OASIS_SEEN_WHOLE,         /* its fields belong together */
    OASIS_SEEN_TOP_FIRST,     /* they are of two moments */
    OASIS_SEEN_BOTTOM_FIRST,
    OASIS_SEEN_WOVEN_TOP,     /* its top field belongs to the bottom one of the frame before */
    OASIS_SEEN_WOVEN_BOTTOM,
    OASIS_SEEN_MASK = 7,
    OASIS_SEEN_FLAGGED = 8,   /* it calls itself interlaced */
    OASIS_SEEN_FLAGGED_TOP = 16, /* with the top field first */
    OASIS_SEEN_SMALL = 32,    /* too few lines for two fields */
} OasisSeen;

uint8_t oasis_cadence_see(const OasisCombing *combing, const OasisLook *frame);

/* Finds the cadences that explain best what was seen of all frames, changing seldom; fills what is
 * made of each frame (OasisMaking), and the pieces, which the caller frees. False: no memory. */
bool oasis_cadence_find(const uint8_t *seen, int64_t frames, uint8_t *making,
                        OasisCadencePiece **pieces, size_t *n_pieces);
