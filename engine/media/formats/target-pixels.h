/* The pixel format that a target is encoded in.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/pixfmt.h>

#include "media/formats/muxer.h"
#include "oasis/media.h"

/* What the target asks for, or else the format nearest to the frames' own that the codec takes, and
 * of 4:2:0 where players of the container take nothing else. Fails with the remedy where the codec
 * cannot encode it. */
OasisStatus oasis_target_pixels(const char *path, const OasisMediaTarget *target,
                                const OasisVideoCodec *codec, const OasisMuxer *muxer,
                                enum AVPixelFormat *pixels, OasisError *err) OASIS_MUST_USE;

/* "4:2:0", "4:4:4", "grey", "RGB": how colour is stored. */
const char *oasis_pixels_subsampling(enum AVPixelFormat pixels);
