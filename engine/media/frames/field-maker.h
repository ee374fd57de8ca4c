/* Making the frames that are shown of those that are coded, as a frame map says.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/fifo.h>

#include "media/base/graph.h"
#include "media/frames/frame-map.h"

/* Frames are put together here alone; whatever is shown as it was coded passes untouched. */
typedef struct OasisFieldMaker {
    const OasisFrameMap *map; /* borrowed */
    OasisGraph graph;         /* parts fields; not made while none are to be parted */
    int width, height, format; /* of the frames that the graph takes */
    AVFrame *before;          /* the coded frame that was sent last; or empty */
    AVFifo *ready;            /* AVFrame * that are done */
} OasisFieldMaker;

/* False without memory. */
bool oasis_field_maker_init(OasisFieldMaker *maker, const OasisFrameMap *map);
void oasis_field_maker_clear(OasisFieldMaker *maker); /* of zeros is fine */

/* How many coded frames before one have to be sent to get it as when all are sent. */
int64_t oasis_field_maker_history(const OasisFieldMaker *maker, int64_t coded);

/* Forgets all frames. */
void oasis_field_maker_reset(OasisFieldMaker *maker);

/* Takes the next coded frame, which keeps its reference, or NULL for the end. Returns 0 or a
 * negative AVERROR. */
int oasis_field_maker_send(OasisFieldMaker *maker, AVFrame *frame, int64_t coded);

/* The next shown frame, its number in pts, or NULL before more are sent. The caller frees it. */
AVFrame *oasis_field_maker_receive(OasisFieldMaker *maker);
