/* What HDR video says of its screen and light, and which layers Dolby Vision has.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

#include "oasis/media.h"

/* Adds what the stream says, or else a frame of it (NULL = none). */
void oasis_mastering_read(const AVCodecParameters *stream, const AVFrame *frame,
                          OasisMastering *mastering);

/* Has an encoder that is not yet open tell the same, in its packets and to its container. Returns 0
 * or a negative AVERROR. */
int oasis_mastering_write(const OasisMastering *mastering, AVCodecContext *encoder);

/* Fills in the profile of Dolby Vision and whether others can show its base layer; false if the
 * stream is none. */
bool oasis_dolby_read(const AVCodecParameters *stream, int *profile, bool *compatible);
