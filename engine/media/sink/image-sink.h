/* Sinks of pictures, a file each.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"

/* As oasis_media_sink_open, for paths of which oasis_media_is_images is true. */
OasisStatus oasis_image_sink_open(const char *path, const OasisMediaTarget *target,
                                  OasisSink **sink, OasisError *err) OASIS_MUST_USE;
