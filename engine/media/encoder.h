/* The video encoders of media sinks.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

#include "oasis/media.h"

/* Opens the encoder that the target asks for; its time base is fine enough for any source's times.
 * `global_header` is what the container wants. OASIS_ERR_UNSUPPORTED names the remedy for frames
 * that the codec cannot take. */
OasisStatus oasis_encoder_open(const char *path, const OasisMediaTarget *target, bool global_header,
                               AVCodecContext **encoder, OasisError *err) OASIS_MUST_USE;

/* Makes `picture`, empty, a reference to the frame's planes. False without memory. */
bool oasis_encoder_wrap(OasisFrame *frame, const AVCodecContext *encoder, AVFrame *picture);
