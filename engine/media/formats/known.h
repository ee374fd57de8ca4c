/* The containers and codecs that are opened at all.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

/* FFmpeg's names of the demuxers and of the decoders, divided by commas, as its white lists want
 * them. Static; any thread. The second is NULL without memory. */
const char *oasis_known_demuxers(void);
const char *oasis_known_decoders(void);

/* The decoder of a codec; NULL where it is none of the known ones, or this FFmpeg lacks it. */
const AVCodec *oasis_known_decoder(enum AVCodecID id);
