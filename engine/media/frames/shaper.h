/* Giving decoded frames their final shape: upright, planar, all of one format.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/fifo.h>

#include "media/base/graph.h"
#include "media/base/turn.h"
#include "media/input/input.h"
#include "oasis/frame.h"
#include "oasis/media.h"

typedef struct OasisShaper {
    OasisFrameFormat format;   /* of the frames that come out */
    enum AVPixelFormat pixels; /* the same for FFmpeg */
    int width, height;         /* of the frames that go in, as most have them; others are fitted */
    AVRational aspect;         /* of their samples */
    AVRational stream_aspect;  /* as the container says of all; num 0 = it does not */
    enum AVColorSpace space;
    enum AVColorRange range;
    OasisTurn turn;
    OasisGraph graph; /* for frames of graph_…; not made while frames can pass as they are */
    int graph_width, graph_height, graph_pixels;
    AVRational graph_aspect;
    AVFifo *ready;    /* AVFrame * that are done */
} OasisShaper;

/* Decides the shape of all frames by the first one, or by what the analysis says most have. Returns
 * OASIS_ERR_UNSUPPORTED for pictures that cannot be had as planes. */
OasisStatus oasis_shaper_init(OasisShaper *shaper, const OasisInput *input,
                              const OasisMediaParams *params, const AVFrame *first,
                              OasisError *err) OASIS_MUST_USE;
void oasis_shaper_clear(OasisShaper *shaper);

/* Forgets all frames. */
void oasis_shaper_reset(OasisShaper *shaper);

/* Gives a decoded frame the colour tags of all. */
void oasis_shaper_tag(const OasisShaper *shaper, AVFrame *frame);

/* Takes the frame with this number (its reference stays with the caller), or NULL for the end.
 * Returns 0 or a negative AVERROR. */
int oasis_shaper_send(OasisShaper *shaper, AVFrame *frame, int64_t number);

/* The next frame, its number in pts, or NULL before more are sent. The caller frees it. */
AVFrame *oasis_shaper_receive(OasisShaper *shaper);
