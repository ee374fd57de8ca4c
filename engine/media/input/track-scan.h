/* Learning about all of a file's streams while it is read through.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>
#include <stdbool.h>

#include "media/input/index.h"

/* Thread-safety: one thread at a time. */
typedef struct OasisTrackScan OasisTrackScan;

/* For a file of so many bytes that was just opened, whose streams it knows by looking at the file's
 * beginning. NULL without memory. */
OasisTrackScan *oasis_track_scan_new(const AVFormatContext *format, int64_t bytes);
void oasis_track_scan_free(OasisTrackScan **scan); /* a pointer to NULL is fine */

/* Looks at one packet of any stream. A negative AVERROR without memory, or OASIS_ERROR_ENDLESS
 * where there are more packets than the file can hold. */
int oasis_track_scan_look(OasisTrackScan *scan, const AVFormatContext *format,
                          const AVPacket *packet);

/* Whether no sound is heard from shortly after `from` to shortly before `to`, in nanoseconds of the
 * file's clock. */
bool oasis_track_scan_is_silent(const OasisTrackScan *scan, int64_t from_ns, int64_t to_ns);

/* Puts the facts, and how far one has to look, into the index. False without memory. */
bool oasis_track_scan_finish(const OasisTrackScan *scan, const AVFormatContext *format,
                             OasisIndex *index);
