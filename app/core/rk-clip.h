/* A video file that has been opened and indexed: what it is, and when each frame is shown.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

#include "oasis/grain.h"
#include "oasis/media.h"
#include "rk-recipe.h"

G_BEGIN_DECLS

/* Immutable once open. Thread-safety: any thread may read it. */
#define RK_TYPE_CLIP (rk_clip_get_type ())
G_DECLARE_FINAL_TYPE (RkClip, rk_clip, RK, CLIP, GObject)

/* Opens and indexes a file on a thread of its own, as a recipe (NULL = a new one) wants its frames,
 * and looks for borders where it leaves them out. `progress` (may be NULL) is called on the main
 * thread with 0..1 while the index is made. Fails with RK_ENGINE_ERROR or G_IO_ERROR. */
typedef void (*RkClipProgress) (double   done,
                                gpointer user_data);
void                    rk_clip_open_async       (GFile                *file,
                                                  RkRecipe             *recipe,
                                                  GCancellable         *cancellable,
                                                  RkClipProgress        progress,
                                                  gpointer              progress_data,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
RkClip                 *rk_clip_open_finish      (GAsyncResult         *result,
                                                  GError              **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same on the calling thread, which it blocks. The flag may be NULL. */
RkClip                 *rk_clip_open             (GFile                *file,
                                                  RkRecipe             *recipe,
                                                  const OasisCancel    *cancel,
                                                  GError              **error) G_GNUC_WARN_UNUSED_RESULT;

GFile                  *rk_clip_get_file         (RkClip               *self);
const char             *rk_clip_get_path         (RkClip               *self);
const OasisSourceInfo  *rk_clip_get_source_info  (RkClip               *self);
const OasisMediaInfo   *rk_clip_get_media_info   (RkClip               *self);
gboolean                rk_clip_has_sound        (RkClip               *self);
/* How its frames are read, and what the job is to leave out of them. */
const OasisMediaParams *rk_clip_get_settings     (RkClip               *self);
const OasisCrop        *rk_clip_get_crop         (RkClip               *self);

/* Frames that begin a scene, ascending, as far as they are known. */
const gint64           *rk_clip_get_cuts         (RkClip               *self,
                                                  gsize                *n_cuts);

/* Hex digits that stand for the file's path, size and time of change. */
const char             *rk_clip_get_identity     (RkClip               *self);
/* That, and all settings that change the pictures which are restored: others have another key. */
char                   *rk_clip_dup_key          (RkClip               *self) G_GNUC_WARN_UNUSED_RESULT;

gint64                  rk_clip_get_n_frames     (RkClip               *self);
/* Nanoseconds from frame 0; frame may be n_frames, which gives the end of the last one. */
gint64                  rk_clip_get_frame_time   (RkClip               *self,
                                                  gint64                frame);
/* The frame on screen at a time: the last one that does not begin after it, within the clip. */
gint64                  rk_clip_get_frame_at     (RkClip               *self,
                                                  gint64                time_ns);

/* Size in square pixels at which the frames are to be shown. */
void                    rk_clip_get_display_size (RkClip               *self,
                                                  double               *width,
                                                  double               *height);

/* What the restored frames are, by a size whose crop is the clip's; fails where they cannot be made of such a clip. */
gboolean                rk_clip_get_output_format (RkClip              *self,
                                                  const OasisSize      *size,
                                                  OasisFrameFormat     *format,
                                                  GError              **error);

/* The clip's own grain, as it looks in restored frames of a format; FALSE where none can be measured. The first call may look at the
 * film for a second, unless an analysis is kept. */
gboolean                rk_clip_measure_grain    (RkClip               *self,
                                                  const OasisFrameFormat *format,
                                                  OasisGrain           *grain);

/* A new source over the file, for the calling thread: quick, since the index is kept. */
gboolean                rk_clip_open_source      (RkClip               *self,
                                                  OasisSource         **source,
                                                  GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
