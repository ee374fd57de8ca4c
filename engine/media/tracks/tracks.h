/* The other tracks of an export: those of the file that the frames come from, as the plan has them,
 * cut with the range.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>

#include "media/base/warner.h"
#include "media/info/origin.h"

/* Thread-safety: one thread at a time, as the sink's. */
typedef struct OasisTracks OasisTracks;

/* Opens what the plan carries over (origin, plan and muxer are borrowed). A track that cannot be
 * read is left out with a warning. NULL without memory. */
OasisTracks *oasis_tracks_open(const OasisOrigin *origin, const OasisMediaPlan *plan,
                               AVFormatContext *muxer, OasisWarner warner);
void oasis_tracks_close(OasisTracks **tracks); /* a pointer to NULL is fine */

/* Goes to the start of the first of these ranges (borrowed), which are joined, and adds streams to
 * the muxer, whose header is not yet written. These return 0 or a negative AVERROR, of memory or
 * the muxer's disk: any other trouble ends a track with a warning. */
int oasis_tracks_start(OasisTracks *tracks, const OasisSpan *spans, size_t n_spans);

/* Writes all that begins up to `until_ns` after the film's start. */
int oasis_tracks_write(OasisTracks *tracks, int64_t until_ns);
