/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session-opening.h"

#include "rk-session-jobs.h"
#include "rk-session-preview.h"
#include "rk-session-range.h"

static void
set_opening (RkSession    *self,
             GCancellable *opening)
{
  const gboolean was_opening = self->opening != NULL;

  g_cancellable_cancel (self->opening);
  g_set_object (&self->opening, opening);
  self->opening_fraction = 0;

  g_object_notify (G_OBJECT (self), "opening-fraction");
  if (was_opening != (opening != NULL))
    g_object_notify (G_OBJECT (self), "opening");
}

/* Another clip, or NULL, in place of the one that is open. */
static void
set_clip (RkSession *self,
          RkClip    *clip)
{
  /* The same file read in another way: the place and the range are still meant. */
  const gboolean same_file = self->clip != NULL && clip != NULL &&
                             g_file_equal (rk_clip_get_file (self->clip), rk_clip_get_file (clip)) &&
                             rk_clip_get_n_frames (self->clip) == rk_clip_get_n_frames (clip);

  if (!same_file)
    _rk_session_drop_preview (self);
  g_set_object (&self->clip, clip);

  g_object_freeze_notify (G_OBJECT (self));
  rk_playhead_set_clip (self->playhead, clip);
  if (!same_file)
    {
      rk_session_reset_range (self);
      rk_playhead_set_position (self->playhead, 0);
    }
  g_object_notify (G_OBJECT (self), "clip");
  _rk_session_update_job (self);
  g_object_thaw_notify (G_OBJECT (self));

  _rk_session_look_up (self);
}

typedef struct {
  RkSession *session;
  GCancellable *cancellable;
} Opening;

static void
opening_progress_cb (double   done,
                     gpointer user_data)
{
  Opening *opening = user_data;
  RkSession *self = opening->session;

  if (self->opening != opening->cancellable)
    return;

  self->opening_fraction = done;
  g_object_notify (G_OBJECT (self), "opening-fraction");
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Opening *opening = user_data;
  RkSession *self = opening->session;
  g_autoptr (GObject) session = G_OBJECT (opening->session);
  g_autoptr (GCancellable) cancellable = opening->cancellable;
  g_autoptr (GError) error = NULL;
  g_autoptr (RkClip) clip = rk_clip_open_finish (result, &error);

  g_free (opening);
  if (self->opening != cancellable)
    return;

  set_opening (self, NULL);
  if (clip != NULL)
    set_clip (self, clip);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit_by_name (self, "failed", error);
}

void
rk_session_open (RkSession *self,
                 GFile     *file)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Opening *opening = g_new0 (Opening, 1);

  set_opening (self, cancellable);
  opening->session = g_object_ref (self);
  opening->cancellable = g_object_ref (cancellable);
  rk_clip_open_async (file, self->recipe, cancellable,
                      opening_progress_cb, opening, opened_cb, opening);
}

void
rk_session_cancel_opening (RkSession *self)
{
  set_opening (self, NULL);
}

void
rk_session_close (RkSession *self)
{
  set_opening (self, NULL);
  rk_session_cancel_previews (self);
  if (self->clip != NULL)
    set_clip (self, NULL);
  rk_queue_rest (self->queue);
}
