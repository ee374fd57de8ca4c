/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session-range.h"

#include "rk-session-private.h"

static gint64
get_n_frames (RkSession *self)
{
  return self->clip != NULL ? rk_clip_get_n_frames (self->clip) : 0;
}

static void
set_range (RkSession *self,
           gint64     first,
           gint64     end)
{
  g_object_freeze_notify (G_OBJECT (self));

  if (self->range_first != first)
    {
      self->range_first = first;
      rk_playhead_set_start (self->playhead, first);
      g_object_notify (G_OBJECT (self), "range-first");
    }

  if (self->range_end != end)
    {
      self->range_end = end;
      g_object_notify (G_OBJECT (self), "range-end");
    }

  g_object_thaw_notify (G_OBJECT (self));
}

gint64
rk_session_get_range_first (RkSession *self)
{
  return self->range_first;
}

gint64
rk_session_get_range_end (RkSession *self)
{
  return self->range_end;
}

void
rk_session_set_range_first (RkSession *self,
                            gint64     first)
{
  first = CLAMP (first, 0, MAX (get_n_frames (self) - 1, 0));
  set_range (self, first, MAX (self->range_end, MIN (first + 1, get_n_frames (self))));
}

void
rk_session_set_range_end (RkSession *self,
                          gint64     end)
{
  end = CLAMP (end, MIN (1, get_n_frames (self)), get_n_frames (self));
  set_range (self, MIN (self->range_first, MAX (end - 1, 0)), end);
}

void
rk_session_reset_range (RkSession *self)
{
  set_range (self, 0, get_n_frames (self));
}

gboolean
rk_session_get_whole_range (RkSession *self)
{
  return self->range_first == 0 && self->range_end == get_n_frames (self);
}

void
rk_session_get_export_range (RkSession *self,
                             gboolean   whole,
                             gint64    *first,
                             gint64    *end)
{
  *first = whole ? 0 : self->range_first;
  *end = whole ? get_n_frames (self) : self->range_end;
}

void
rk_session_get_preview_range (RkSession *self,
                              gint64    *first,
                              gint64    *end)
{
  rk_session_get_export_range (self, FALSE, first, end);
  if (self->preview != NULL && rk_session_get_whole_range (self))
    rk_preview_get_chunk_range (self->preview, rk_preview_get_chunk_at (self->preview, rk_playhead_get_position (self->playhead)), first, end);
}
