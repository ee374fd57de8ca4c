/* What the frame map makes of each coded frame, as an analysis says.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is made of a coded frame. */
typedef enum OasisMaking {
    OASIS_MAKING_WHOLE = 0,    /* it is shown as it is */
    OASIS_MAKING_FLAGGED,      /* its fields are parted where it calls itself interlaced */
    OASIS_MAKING_TOP_FIRST,    /* its fields are of two moments */
    OASIS_MAKING_BOTTOM_FIRST,
    OASIS_MAKING_WOVEN_TOP,    /* its top field belongs to the bottom field of the frame before */
    OASIS_MAKING_WOVEN_BOTTOM, /* the other way round */
    OASIS_MAKING_NONE,         /* it shows nothing new and is left out */
    OASIS_MAKINGS,
} OasisMaking;
