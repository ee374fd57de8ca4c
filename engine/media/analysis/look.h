/* A decoded frame as the observers of the analysis see it: its luma in 8 bits, and that made small.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/frame.h>
#include <stdbool.h>

#include "media/base/graph.h"

enum { OASIS_SMALL_WIDTH = 64, OASIS_SMALL_HEIGHT = 48 };

typedef struct OasisLook {
    AVFrame *frame; /* owns the luma */
    const uint8_t *luma;
    ptrdiff_t stride;
    int width, height;
    uint8_t small[OASIS_SMALL_HEIGHT][OASIS_SMALL_WIDTH]; /* averages of cells */
    double mean;    /* of them */
    int64_t number;
    bool flagged, top_first; /* it calls itself interlaced, and so */
} OasisLook;

/* Makes looks of frames. */
typedef struct OasisLooker {
    OasisGraph graph; /* to 8 bits of grey, where the frames are of something else */
    int width, height, format;
} OasisLooker;

/* Fills a look, which may have been used before; the frame keeps its reference. Returns 0 or a
 * negative AVERROR. */
int oasis_looker_look(OasisLooker *looker, AVFrame *frame, int64_t number, OasisLook *look);
void oasis_looker_clear(OasisLooker *looker);
