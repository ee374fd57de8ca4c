/* The files of the preview store: one segment a chunk, read as a source and written by a sink.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/job.h"
#include "oasis/media.h"
#include "rk-preview-store.h"

G_BEGIN_DECLS

/* What the segments of a key are. */
typedef struct {
  OasisFrameFormat format;
  OasisRational frame_rate;
  OasisChunkGrid grid; /* whose cuts are borrowed */
} RkPreviewSegmentParams;

/* A chunk's number in the store: it stands for the frames that it is computed from and owns, so that
 * a chunk is found again though cuts before it have become known, and none but itself. */
gint64       rk_preview_segment_number   (const OasisChunkGrid          *grid,
                                          gint64                         chunk);
/* The chunk of such a number; -1 where the grid has none with those frames. */
gint64       rk_preview_segment_find     (const OasisChunkGrid          *grid,
                                          gint64                         number);

/* Opens a chunk's segment, which must hold its frames in that format. One that cannot be opened or read is removed from the store, and the error says so. Any thread; the source belongs to one. */
OasisStatus  rk_preview_segment_open     (RkPreviewStore                *store,
                                          const char                    *key,
                                          gint64                         chunk,
                                          const RkPreviewSegmentParams  *params,
                                          OasisSource                  **source,
                                          OasisError                    *engine_error) G_GNUC_WARN_UNUSED_RESULT;

/* A sink for a job over whole chunks: each becomes a segment, there or not there. */
OasisSink   *rk_preview_segment_sink_new (RkPreviewStore                *store,
                                          const char                    *key,
                                          const RkPreviewSegmentParams  *params) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
