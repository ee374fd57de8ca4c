/* Work on one clip: what is open, where the playhead stands, what range is chosen, what is restored.
 * The view-model that every widget observes; it knows no widget.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"
#include "rk-export-job.h"
#include "rk-playhead.h"
#include "rk-preview.h"
#include "rk-recipe.h"
#include "rk-worker.h"

G_BEGIN_DECLS

/* Main thread. Properties, all notified:
 *   clip       RkClip, NULL while nothing is open
 *   opening    TRUE while a file is being opened; opening-fraction 0..1
 *   recipe     RkRecipe, constant object whose properties change
 *   preview    RkPreview for clip and recipe, NULL until it has been looked up
 *   stale      settings have changed since the frames that were shown as restored
 *   range-first, range-end   the chosen range, first <= n < end
 *   job        the RkJob of this session that is running or next, NULL without one
 * Signal "failed" (GError): something that people must be told. */
#define RK_TYPE_SESSION (rk_session_get_type ())
G_DECLARE_FINAL_TYPE (RkSession, rk_session, RK, SESSION, GObject)

RkSession     *rk_session_new               (RkWorker       *worker,
                                             RkPreviewStore *store);

/* Opens a file in place of the one that is open; the latest call wins. Outcome by notify::clip or
 * "failed". */
void           rk_session_open              (RkSession      *self,
                                             GFile          *file);
/* Gives up opening; a clip that is open stays. */
void           rk_session_cancel_opening    (RkSession      *self);
void           rk_session_close             (RkSession      *self);

RkClip        *rk_session_get_clip          (RkSession      *self);
gboolean       rk_session_get_opening       (RkSession      *self);
double         rk_session_get_opening_fraction (RkSession   *self);
RkPlayhead    *rk_session_get_playhead      (RkSession      *self);
RkRecipe      *rk_session_get_recipe        (RkSession      *self);
RkPreview     *rk_session_get_preview       (RkSession      *self);
gboolean       rk_session_get_stale         (RkSession      *self);
RkWorker      *rk_session_get_worker        (RkSession      *self);

gint64         rk_session_get_range_first   (RkSession      *self);
gint64         rk_session_get_range_end     (RkSession      *self);
/* Keeps at least one frame; a handle that would cross the other pushes it. */
void           rk_session_set_range_first   (RkSession      *self,
                                             gint64          first);
void           rk_session_set_range_end     (RkSession      *self,
                                             gint64          end);
gboolean       rk_session_get_whole_range   (RkSession      *self);

RkJob         *rk_session_get_job           (RkSession      *self);
/* Restores the chosen range, or, when that is the whole clip, the chunk under the playhead. */
void           rk_session_preview           (RkSession      *self);
/* The frames that rk_session_preview would restore. */
void           rk_session_get_preview_range (RkSession      *self,
                                             gint64         *first,
                                             gint64         *end);
RkJob         *rk_session_export            (RkSession              *self,
                                             const RkExportSettings *settings);
/* Frames a second that the last job reached; 0 = no job has run with this recipe. */
double         rk_session_get_last_rate     (RkSession      *self);
/* Cancels this session's jobs. */
void           rk_session_cancel            (RkSession      *self);

G_END_DECLS
