/* Telling interlaced from progressive video.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index/fields.h"

#include <stdlib.h>

enum {
    LEAST_LINES = 300, /* smaller pictures hold one field at most: 240 or 288 lines */
    LEAST_FRAMES = 8,  /* that must look interlaced before a verdict without flags */
};

static double read_count(const AVFrame *frame, const char *key)
{
    const AVDictionaryEntry *entry = av_dict_get(frame->metadata, key, NULL, 0);

    return entry ? strtod(entry->value, NULL) : 0;
}

static void collect(OasisFieldDetector *detector)
{
    AVFrame *frame = av_frame_alloc();

    while (frame && oasis_graph_receive(&detector->graph, frame) >= 0) {
        /* Counted from the stretch's beginning, so that the last frame's values hold. */
        detector->now[0] = read_count(frame, "lavfi.idet.multiple.tff");
        detector->now[1] = read_count(frame, "lavfi.idet.multiple.bff");
        detector->now[2] = read_count(frame, "lavfi.idet.multiple.progressive");
        av_frame_unref(frame);
    }
    av_frame_free(&frame);
}

void oasis_field_detector_end_stretch(OasisFieldDetector *detector)
{
    if (detector->graph.graph) {
        if (oasis_graph_send(&detector->graph, NULL) >= 0) {
            collect(detector);
        }
        oasis_graph_close(&detector->graph);
    }
    detector->top += detector->now[0];
    detector->bottom += detector->now[1];
    detector->progressive += detector->now[2];
    for (int i = 0; i < 3; i++) {
        detector->now[i] = 0;
    }
}

void oasis_field_detector_look(OasisFieldDetector *detector, AVFrame *frame)
{
    detector->flagged += frame->flags & AV_FRAME_FLAG_INTERLACED ? 1 : 0;
    if (detector->flagged > 0 || frame->height < LEAST_LINES) {
        return;
    }
    if (frame->width != detector->width || frame->height != detector->height ||
        frame->format != detector->format) {
        oasis_field_detector_end_stretch(detector);
        detector->width = frame->width;
        detector->height = frame->height;
        detector->format = frame->format;
    }
    if (!detector->graph.graph && oasis_graph_open(&detector->graph, frame, "idet") < 0) {
        return;
    }
    if (oasis_graph_send(&detector->graph, frame) >= 0) {
        collect(detector);
    }
}

OasisInterlacing oasis_field_detector_verdict(const OasisFieldDetector *detector,
                                              enum AVFieldOrder order)
{
    bool top = detector->top >= detector->bottom;
    double strong = top ? detector->top : detector->bottom;
    double weak = top ? detector->bottom : detector->top;

    if (detector->flagged > 0) {
        return OASIS_INTERLACING_FLAGGED;
    }
    switch (order) { /* the second letter is what is shown first */
    case AV_FIELD_TT:
    case AV_FIELD_BT:
        return OASIS_INTERLACING_TOP_FIRST;
    case AV_FIELD_BB:
    case AV_FIELD_TB:
        return OASIS_INTERLACING_BOTTOM_FIRST;
    default:
        break;
    }
    /* Real fields keep to one order; patterns that only look like fields do not. */
    if (strong < LEAST_FRAMES || strong < 8 * weak || strong < 2 * detector->progressive) {
        return OASIS_INTERLACING_NONE;
    }
    return top ? OASIS_INTERLACING_TOP_FIRST : OASIS_INTERLACING_BOTTOM_FIRST;
}
