/* What an import reads: the part of a frame within its rectangle, and the taps from there to the
 * image, which every back end takes from here.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/ops.h"
#include "ops/resample.h"

typedef struct OasisView {
    OasisFrame frame; /* its planes begin in the rectangle, and its size is that of the rectangle */
    int chroma_width, chroma_height; /* of planes 1 and 2: all samples that stand for some luma */
    OasisTaps x, y;                  /* to the target's size */
    OasisTaps chroma_x, chroma_y;    /* of planes 1 and 2 to luma positions; none for grey */
} OasisView;

/* An axis of a rectangle on a plane that is subsampled by 2^shift. */
typedef struct OasisChromaSpan {
    int first, length; /* samples: all that stand for some luma of the rectangle */
    int phase;         /* luma positions of the first sample that lie before the rectangle */
} OasisChromaSpan;

/* Of luma positions [first, first + length). */
OasisChromaSpan oasis_chroma_span(int first, int length, int shift);

/* The import's rectangle, or the whole frame where it gives none. */
OasisRect oasis_import_rect(const OasisImportArgs *a);

/* Borrows the frame's planes; clear it after success and failure. */
OasisStatus oasis_view_init(const OasisImportArgs *a, OasisView *view,
                            OasisError *err) OASIS_MUST_USE;
void oasis_view_clear(OasisView *view);
