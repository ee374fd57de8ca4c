/* Whether a video is made of fields: by what its frames say, else by looking at them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

#include "media/base/graph.h"
#include "media/input/index.h"

typedef struct OasisFieldDetector {
    int64_t flagged;  /* frames that call themselves interlaced */
    double top, bottom, progressive; /* frames that look so, of all stretches but this one */
    double now[3];    /* the same of this stretch */
    OasisGraph graph; /* idet over this stretch */
    int width, height, format; /* of the frames that the graph takes */
} OasisFieldDetector;

/* Looks at one frame. Frames of one stretch follow one another. Failures are passed over: a frame
 * that cannot be looked at says nothing. */
void oasis_field_detector_look(OasisFieldDetector *detector, AVFrame *frame);

/* Ends a stretch. */
void oasis_field_detector_end_stretch(OasisFieldDetector *detector);

/* The verdict after the last stretch; `order` is what the stream says. */
OasisInterlacing oasis_field_detector_verdict(const OasisFieldDetector *detector,
                                              enum AVFieldOrder order);
