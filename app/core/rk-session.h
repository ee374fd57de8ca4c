/* Work on one clip: what is open, where the playhead stands, what range is chosen, what is restored.
 * The view-model that every widget observes; it knows no widget.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"
#include "rk-playhead.h"
#include "rk-preview.h"
#include "rk-recipe.h"
#include "rk-session-draft.h"
#include "rk-session-jobs.h"
#include "rk-session-opening.h"
#include "rk-session-range.h"
#include "rk-queue.h"

G_BEGIN_DECLS

/* Main thread; what can be done with it stands in the headers above, too. Properties, all notified:
 *   clip       RkClip, NULL while nothing is open
 *   opening    TRUE while a file is being opened; opening-fraction 0..1
 *   recipe     RkRecipe, constant object whose properties change
 *   preview    RkPreview for clip and recipe, NULL until it has been looked up
 *   stale      settings have changed since the frames that were shown as restored
 *   draft      RkDraft of the preview, done; NULL without one
 *   range-first, range-end   the chosen range, first <= n < end
 *   job        the RkJob on this clip that is running, next or paused, NULL without one
 * Signal "failed" (GError): something that people must be told. */
#define RK_TYPE_SESSION (rk_session_get_type ())
G_DECLARE_FINAL_TYPE (RkSession, rk_session, RK, SESSION, GObject)

RkSession     *rk_session_new               (RkQueue        *queue,
                                             RkPreviewStore *store,
                                             RkCatalogue    *catalogue);

/* Where its jobs go. */
RkQueue       *rk_session_get_queue         (RkSession      *self);
/* What the recipe's model and device can be. */
RkCatalogue   *rk_session_get_catalogue     (RkSession      *self);
RkClip        *rk_session_get_clip          (RkSession      *self);
gboolean       rk_session_get_opening       (RkSession      *self);
double         rk_session_get_opening_fraction (RkSession   *self);
RkPlayhead    *rk_session_get_playhead      (RkSession      *self);
RkRecipe      *rk_session_get_recipe        (RkSession      *self);
RkPreview     *rk_session_get_preview       (RkSession      *self);
gboolean       rk_session_get_stale         (RkSession      *self);
/* The preview by earlier settings that the playhead shows as long as there is nothing by the present
 * ones; NULL without one. */
RkPreview     *rk_session_get_old_preview   (RkSession      *self);

G_END_DECLS
