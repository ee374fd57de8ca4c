/* The files of the preview store: one segment a chunk, read as a source and written by a sink.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"
#include "rk-preview-store.h"

G_BEGIN_DECLS

/* What the segments of a key are. */
typedef struct {
  OasisFrameFormat format;
  OasisRational frame_rate;
} RkPreviewSegmentParams;

/* Opens a chunk's segment, which must hold so many frames of that format. One that cannot be opened or
 * read is removed from the store, and the error says so. Any thread; the source belongs to one. */
OasisStatus  rk_preview_segment_open     (RkPreviewStore                *store,
                                          const char                    *key,
                                          gint64                         chunk,
                                          gint64                         n_frames,
                                          const RkPreviewSegmentParams  *params,
                                          OasisSource                  **source,
                                          OasisError                    *engine_error) G_GNUC_WARN_UNUSED_RESULT;

/* A sink for a job over whole chunks: each becomes a segment, there or not there. */
OasisSink   *rk_preview_segment_sink_new (RkPreviewStore                *store,
                                          const char                    *key,
                                          const RkPreviewSegmentParams  *params) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
