/* Encoding at an average bit rate. Encoders' own ways to one miss it by half on short films, and
 * those that look twice want the whole film twice. So frames gather to stretches of some seconds,
 * and each is encoded at one quality as often as it takes until its size is right; what it is still
 * off by is the next one's. A stretch starts with a key frame.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

#include "oasis/media.h"

/* Thread-safety: one thread at a time. */
typedef struct OasisPacer {
    const AVCodecContext *like; /* borrowed; opened, and never given a frame */
    const OasisMediaPlan *plan; /* borrowed; has a bit rate */
    AVFrame **frames;           /* of the stretch that gathers */
    int64_t n_frames, room;
    int64_t frame_bytes;
    AVPacket **packets;         /* of the stretch encoded last, those up to `taken` handed on */
    int64_t n_packets, taken;
    double quality;             /* that was right for the stretch before; negative at first */
    double debt;                /* bytes too many so far */
    int64_t last_dts;
    bool ended;
} OasisPacer;

/* All zeros otherwise is a pacer to begin with. */
void oasis_pacer_clear(OasisPacer *pacer);

/* These are as avcodec_send_frame and avcodec_receive_packet; all packets are to be received before
 * the next frame is sent. */
int oasis_pacer_send(OasisPacer *pacer, const AVFrame *frame);
int oasis_pacer_receive(OasisPacer *pacer, AVPacket *packet);
