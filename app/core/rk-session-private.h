/* What the session's opening and its jobs share with it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-session.h"

G_BEGIN_DECLS

struct _RkSession
{
  GObject parent_instance;

  /* Owned. */
  RkWorker *worker;
  RkPreviewStore *store;
  RkRecipe *recipe;
  RkClip *clip;
  RkPreview *preview;
  RkPlayhead *playhead;
  GPtrArray *jobs; /* of this session, queued or running, in order */

  /* Under way. */
  GCancellable *opening;
  GCancellable *looking_up;
  double opening_fraction;

  gboolean stale;
  char *strength_model; /* whose default strength has been taken over */
  double last_rate;
  gint64 range_first, range_end;
};

typedef enum {
  RK_SESSION_PROP_0,
  RK_SESSION_PROP_CLIP,
  RK_SESSION_PROP_OPENING,
  RK_SESSION_PROP_OPENING_FRACTION,
  RK_SESSION_PROP_RECIPE,
  RK_SESSION_PROP_PREVIEW,
  RK_SESSION_PROP_STALE,
  RK_SESSION_PROP_RANGE_FIRST,
  RK_SESSION_PROP_RANGE_END,
  RK_SESSION_PROP_JOB,
  RK_SESSION_N_PROPS
} RkSessionProperty;

void _rk_session_notify   (RkSession         *self,
                           RkSessionProperty  property);
/* Tells people by "failed". */
void _rk_session_fail     (RkSession         *self,
                           const GError      *error);
/* Another clip, or NULL, in place of the one that is open. */
void _rk_session_set_clip (RkSession         *self,
                           RkClip            *clip);

G_END_DECLS
