/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session-preview.h"

#include <math.h>

#include "rk-session-draft.h"

static void
set_stale (RkSession *self,
           gboolean   stale)
{
  if (self->stale == stale)
    return;

  self->stale = stale;
  g_object_notify (G_OBJECT (self), "stale");
}

static gboolean
has_any_chunk (RkPreview *preview)
{
  return preview != NULL && rk_preview_find_run (preview, 0, &(gint64) { 0 }, &(gint64) { 0 });
}

/* Whether what is restored of one lies over the other's picture. */
static gboolean
have_same_shape (RkPreview *a,
                 RkPreview *b)
{
  double width_a, height_a, width_b, height_b;

  rk_clip_get_display_size (rk_preview_get_clip (a), &width_a, &height_a);
  rk_clip_get_display_size (rk_preview_get_clip (b), &width_b, &height_b);

  return fabs (width_a * height_b - width_b * height_a) < 0.01 * width_a * height_b;
}

/* What the playhead shows as restored: frames by earlier settings as long as there are none by these. */
static void
show (RkSession *self,
      RkPreview *old)
{
  g_set_object (&self->old_preview, old);
  rk_playhead_set_preview (self->playhead, old != NULL ? old : self->preview);
}

static void
preview_changed_cb (RkSession *self)
{
  if (!has_any_chunk (self->preview))
    return;

  if (self->old_preview != NULL)
    show (self, NULL);
  set_stale (self, FALSE);
}

static void
set_preview (RkSession *self,
             RkPreview *preview)
{
  g_autoptr (RkPreview) before = NULL;
  g_autoptr (RkPreview) old = NULL;

  if (self->preview == preview)
    return;

  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_func (self->preview, preview_changed_cb, self);
  _rk_session_drop_draft (self);
  before = g_steal_pointer (&self->preview);
  self->preview = preview != NULL ? g_object_ref (preview) : NULL;
  if (preview != NULL)
    g_signal_connect_object (preview, "changed", G_CALLBACK (preview_changed_cb), self, G_CONNECT_SWAPPED);

  if (has_any_chunk (before))
    old = g_object_ref (before);
  else if (self->old_preview != NULL)
    old = g_object_ref (self->old_preview);
  if (old != NULL && (preview == NULL || has_any_chunk (preview) || !have_same_shape (old, preview)))
    g_clear_object (&old);
  show (self, old);
  g_object_notify (G_OBJECT (self), "preview");
}

/* Each model knows what strength suits it; what people have chosen since is kept. */
static void
take_default_strength (RkSession *self)
{
  if (g_set_str (&self->strength_model, rk_recipe_get_model (rk_preview_get_recipe (self->preview))))
    rk_recipe_set_strength (self->recipe, rk_preview_get_default_strength (self->preview));
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  RkSession *self = user_data;
  g_autoptr (GObject) session = G_OBJECT (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (RkPreview) preview = rk_preview_open_finish (result, &error);
  gboolean was_restored, changed;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->looking_up);
  was_restored = self->stale || has_any_chunk (self->preview);
  changed = self->preview != NULL;
  set_preview (self, preview);
  set_stale (self, was_restored && preview != NULL && !has_any_chunk (preview));

  if (preview == NULL)
    {
      g_signal_emit_by_name (self, "failed", error);
      return;
    }

  take_default_strength (self);
  if (changed)
    _rk_session_draft (self);
}

void
_rk_session_look_up (RkSession *self)
{
  g_cancellable_cancel (self->looking_up);
  g_clear_object (&self->looking_up);

  if (self->clip == NULL)
    return;

  self->looking_up = g_cancellable_new ();
  rk_preview_open_async (self->store, self->catalogue, self->clip, self->recipe, self->looking_up,
                         looked_up_cb, g_object_ref (self));
}

void
_rk_session_drop_preview (RkSession *self)
{
  set_preview (self, NULL);
  set_stale (self, FALSE);
}
