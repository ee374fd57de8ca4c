/* The video encoders of media sinks.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

#include "oasis/media.h"

/* Sets what the plan says of quality and speed, by the encoder's own names. 0 or a negative
 * AVERROR. */
int oasis_encoder_set_options(AVCodecContext *codec, const OasisMediaPlan *plan);

/* Opens another encoder like one that was opened, with another quality; for pictures that another
 * of these began with: their headers are the same. Returns 0 or a negative AVERROR. */
int oasis_encoder_open_again(const AVCodecContext *like, const OasisMediaPlan *plan, double quality,
                             AVCodecContext **encoder);

/* Opens the encoder that the plan names; its time base is fine enough for any source's times, and
 * its size is even where the pixel format needs that. `longest_ns` is how long a frame may be
 * shown (0 = nobody knows). With `threads` the same frames give the same packets on any machine;
 * 0 = as many as suit this one. */
OasisStatus oasis_encoder_open(const char *path, const OasisMediaTarget *target,
                               const OasisMediaPlan *plan, int64_t longest_ns, int threads,
                               AVCodecContext **encoder, OasisError *err) OASIS_MUST_USE;
