/* Frames on their way to the encoder: brought to its pixel format and size.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

#include "media/base/graph.h"
#include "oasis/frame.h"

/* All zeros are fine to clear. */
typedef struct OasisEncoderInput {
    const AVCodecContext *encoder; /* borrowed */
    OasisFrameFormat format;       /* of the frames that come in */
    OasisGraph graph;              /* converts; made only where that is needed */
} OasisEncoderInput;

void oasis_encoder_input_clear(OasisEncoderInput *input);

/* Makes `picture`, empty, of a frame: a reference to its planes where they are right already.
 * Returns 0 or a negative AVERROR. */
int oasis_encoder_input_take(OasisEncoderInput *input, OasisFrame *frame, AVFrame *picture);
