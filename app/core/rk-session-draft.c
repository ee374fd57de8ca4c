/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session-draft.h"

#include "rk-session-private.h"

void
rk_session_set_seen (RkSession    *self,
                     const RkPart *part,
                     int           width)
{
  self->seen = *part;
  self->seen_width = width;
}

RkDraft *
rk_session_get_draft (RkSession *self)
{
  return self->draft;
}

static void
set_draft (RkSession *self,
           RkDraft   *draft)
{
  if (g_set_object (&self->draft, draft))
    g_object_notify (G_OBJECT (self), "draft");
}

/* What is wrong with it is told by the preview, which fails in the same way. */
static void
draft_state_cb (RkSession  *self,
                GParamSpec *pspec,
                RkDraft    *draft)
{
  g_autoptr (RkDraft) held = g_object_ref (draft);

  if (!rk_job_is_over (RK_JOB (draft)))
    return;

  g_signal_handlers_disconnect_by_func (draft, draft_state_cb, self);
  if (self->asked_draft != draft)
    return;

  g_clear_object (&self->asked_draft);
  if (rk_job_get_state (RK_JOB (draft)) == RK_JOB_DONE)
    set_draft (self, draft);
}

static void
cancel_asked (RkSession *self)
{
  if (self->asked_draft != NULL)
    rk_job_ask (RK_JOB (self->asked_draft), RK_JOB_CANCELLED);
  g_clear_object (&self->asked_draft);
}

void
_rk_session_draft (RkSession *self)
{
  gint64 frame;

  cancel_asked (self);
  if (self->preview == NULL || self->seen_width <= 0)
    return;

  frame = rk_playhead_get_position (self->playhead);
  if (rk_preview_has_chunk (self->preview, rk_preview_get_chunk_at (self->preview, frame)))
    return;

  self->asked_draft = rk_draft_new (self->preview, frame, &self->seen, self->seen_width);
  g_signal_connect_object (self->asked_draft, "notify::state", G_CALLBACK (draft_state_cb), self, G_CONNECT_SWAPPED);
  rk_queue_add_aside (self->queue, RK_JOB (self->asked_draft));
}

void
_rk_session_drop_draft (RkSession *self)
{
  cancel_asked (self);
  set_draft (self, NULL);
}
