/* Looking whether all is in a file that was written to it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>

#include "oasis/cancel.h"

/* Reads the file at `path` through: so many frames of the first stream, the last shown so long
 * after the first, and something of each stream that the muxer has written. OASIS_ERR_OUTPUT says
 * of `name` what is missing. */
OasisStatus oasis_join_check(const char *path, const char *name, const AVFormatContext *muxer,
                             int64_t frames, int64_t length_ns, const OasisCancel *cancel,
                             OasisError *err) OASIS_MUST_USE;
