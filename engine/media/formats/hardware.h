/* Pictures on a graphics card, for encoders that take none from the host's memory (VA-API's).
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

/* Gives such an encoder, before it is opened, the machine's card and room on it for pictures of its
 * pixel format and size; nothing happens to others. These return 0 or a negative AVERROR. */
int oasis_hardware_prepare(AVCodecContext *encoder);

/* avcodec_send_frame, for such an encoder of a copy on the card. */
int oasis_hardware_send(AVCodecContext *encoder, const AVFrame *frame);
