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

gint64
rk_session_find_mark (RkSession *self,
                      gint64     frame,
                      gboolean   after)
{
  const gint64 ends[] = { 0, get_n_frames (self) - 1, self->range_first, self->range_end - 1 };
  gint64 best = frame;
  gsize n_cuts;
  const gint64 *cuts = rk_clip_get_cuts (self->clip, &n_cuts);

  for (gsize i = 0; i < G_N_ELEMENTS (ends) + n_cuts; i++)
    {
      const gint64 mark = i < n_cuts ? cuts[i] : ends[i - n_cuts];

      if (after ? mark > frame && (best == frame || mark < best) : mark < frame && (best == frame || mark > best))
        best = mark;
    }

  return best;
}

/* The playhead's chunk; and the one after it, where the playhead stands in its second half, so that what
 * is to be looked at does not end at once. */
static void
get_range_here (RkSession *self,
                gint64    *first,
                gint64    *end)
{
  const gint64 position = rk_playhead_get_position (self->playhead);
  const gint64 chunk = rk_preview_get_chunk_at (self->preview, position);

  rk_preview_get_chunk_range (self->preview, chunk, first, end);
  if (position - *first >= (*end - *first) / 2 && chunk + 1 < rk_preview_get_n_chunks (self->preview))
    rk_preview_get_chunk_range (self->preview, chunk + 1, &(gint64) { 0 }, end);
}

void
rk_session_get_preview_range (RkSession *self,
                              gint64    *first,
                              gint64    *end)
{
  if (self->preview != NULL && rk_session_get_whole_range (self))
    get_range_here (self, first, end);
  else
    rk_session_get_export_range (self, FALSE, first, end);
}
