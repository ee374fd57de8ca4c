/* Opening files of every format that FFmpeg reads.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>

#include "oasis/status.h"

/* How far to look into a file for its streams; zeros are FFmpeg's choice. */
typedef struct OasisProbe {
    int64_t bytes, ns;
} OasisProbe;

/* Opens a file and looks at its streams. On failure *format is NULL and the error, an
 * OASIS_ERR_INPUT, names the file and what is wrong with it. `interrupt` ends reading that blocks;
 * it may be empty. */
OasisStatus oasis_container_open(const char *path, AVIOInterruptCB interrupt,
                                 AVFormatContext **format, OasisError *err) OASIS_MUST_USE;

/* The same for a file that has been open before. Returns a negative AVERROR on failure. */
int oasis_container_reopen(const char *path, OasisProbe probe, AVIOInterruptCB interrupt,
                           AVFormatContext **format);
