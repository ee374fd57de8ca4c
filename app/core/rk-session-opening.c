/* Opening a file: one at a time, the latest call wins.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rk-session-private.h"

static void
set_opening (RkSession    *self,
             GCancellable *opening)
{
  const gboolean was_opening = self->opening != NULL;

  g_cancellable_cancel (self->opening);
  g_set_object (&self->opening, opening);
  self->opening_fraction = 0;

  _rk_session_notify (self, RK_SESSION_PROP_OPENING_FRACTION);
  if (was_opening != (opening != NULL))
    _rk_session_notify (self, RK_SESSION_PROP_OPENING);
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
  _rk_session_notify (self, RK_SESSION_PROP_OPENING_FRACTION);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Opening *opening = user_data;
  g_autoptr (RkSession) self = opening->session;
  g_autoptr (GCancellable) cancellable = opening->cancellable;
  g_autoptr (GError) error = NULL;
  g_autoptr (RkClip) clip = rk_clip_open_finish (result, &error);

  g_free (opening);
  if (self->opening != cancellable)
    return;

  set_opening (self, NULL);
  if (clip != NULL)
    _rk_session_set_clip (self, clip);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    _rk_session_fail (self, error);
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
  rk_clip_open_async (file, rk_recipe_get_deinterlace (self->recipe), cancellable,
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
  rk_session_cancel (self);
  if (self->clip != NULL)
    _rk_session_set_clip (self, NULL);
}
