/* What a session is made of, for the files that it is made of.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"
#include "rk-draft.h"
#include "rk-playhead.h"
#include "rk-preview.h"
#include "rk-recipe.h"
#include "rk-queue.h"

G_BEGIN_DECLS

/* These files lie on each other: range; draft; preview; jobs and opening; on top rk-session.c, which makes an
 * object of it all. Those below tell what has changed by the names of properties and signals. */
typedef struct _RkSession
{
  GObject parent_instance;

  /* Owned. */
  RkQueue *queue;
  RkPreviewStore *store;
  RkCatalogue *catalogue;
  RkRecipe *recipe;
  RkClip *clip;
  RkPreview *preview;
  RkPreview *old_preview; /* by earlier settings, shown while there is nothing by these; NULL = none */
  RkPlayhead *playhead;
  GPtrArray *previews; /* RkJob that it has asked for, queued or running, in order */
  RkDraft *draft;  /* of the preview; NULL = none is done */
  RkDraft *asked_draft; /* that is on its way; NULL = none is */
  RkJob *job; /* that was told of last; never looked at */

  /* Under way. */
  GCancellable *opening;
  GCancellable *looking_up;
  double opening_fraction;

  RkPart seen;    /* of the picture */
  int seen_width; /* of the whole picture, in pixels; 0 = nothing is shown */

  gboolean stale;
  char *strength_model; /* whose default strength has been taken over */
  gint64 range_first, range_end;
} RkSession;

G_END_DECLS
