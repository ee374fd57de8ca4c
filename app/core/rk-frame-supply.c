/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-frame-supply.h"

void
rk_frame_supply_init (RkFrameSupply *self,
                      RkClip        *clip,
                      RkPreview     *preview)
{
  *self = (RkFrameSupply) { clip, preview, .cursor = RK_FRAME_CURSOR_INIT, .chunk = -1 };
  rk_frame_history_init (&self->history);
}

void
rk_frame_supply_clear (RkFrameSupply *self)
{
  rk_frame_cursor_clear (&self->cursor);
  rk_frame_history_clear (&self->history);
}

gboolean
rk_frame_supply_open (RkFrameSupply  *self,
                      gint64          number,
                      gboolean       *missing,
                      GError        **error)
{
  OasisSource *source = NULL;
  gint64 chunk, end;

  *missing = FALSE;
  if (self->preview == NULL)
    {
      if (self->cursor.source != NULL)
        return TRUE;
      if (!rk_clip_open_source (self->clip, &source, error))
        return FALSE;
      rk_frame_cursor_set (&self->cursor, source);
      return TRUE;
    }

  chunk = rk_preview_get_chunk_at (self->preview, number);
  *missing = !rk_preview_has_chunk (self->preview, chunk);
  if (*missing || self->chunk == chunk)
    return TRUE;

  self->chunk = -1;
  if (!rk_preview_open_chunk (self->preview, chunk, &source, error))
    {
      *missing = TRUE;
      return FALSE;
    }
  rk_frame_cursor_set (&self->cursor, source);
  rk_preview_get_chunk_range (self->preview, chunk, &self->cursor_first, &end);
  self->chunk = chunk;

  return TRUE;
}

RkRoute
rk_frame_supply_find_route (RkFrameSupply *self,
                            gint64         number)
{
  RkRoute route = { .first = number };

  if (rk_frame_history_get (&self->history, number) == NULL)
    {
      route = rk_frame_cursor_find_route (&self->cursor, number - self->cursor_first);
      route.first += self->cursor_first;
    }

  return route;
}

static OasisFrame *
read_around (RkFrameSupply      *self,
             gint64              number,
             gint64              center,
             const OasisCancel  *cancel,
             GError            **error)
{
  OasisFrame *frame = rk_frame_history_get (&self->history, number);

  if (frame != NULL)
    return frame;
  if (!rk_frame_cursor_read (&self->cursor, number - self->cursor_first, cancel, &frame, error))
    return NULL;
  rk_frame_history_add (&self->history, number, frame, center);

  return frame;
}

OasisFrame *
rk_frame_supply_read (RkFrameSupply      *self,
                      gint64              number,
                      const OasisCancel  *cancel,
                      GError            **error)
{
  return read_around (self, number, number, cancel, error);
}

OasisFrame *
rk_frame_supply_read_first (RkFrameSupply      *self,
                            gint64              number,
                            const RkRoute      *route,
                            const OasisCancel  *cancel,
                            gint64             *shown)
{
  OasisFrame *frame;

  *shown = route->first;
  if (route->alone && rk_frame_history_get (&self->history, route->first) == NULL)
    {
      frame = rk_frame_cursor_glance (&self->cursor, number - self->cursor_first, shown);
      *shown += self->cursor_first;
      return frame;
    }
  frame = rk_frame_supply_read (self, route->first, cancel, NULL);

  return frame != NULL ? oasis_frame_ref (frame) : NULL;
}

OasisFrame *
rk_frame_supply_read_back (RkFrameSupply      *self,
                           gint64              number,
                           const OasisCancel  *cancel,
                           GError            **error)
{
  const int batch = self->history.capacity * 3 / 4;
  const gint64 start = self->cursor_first + rk_frame_cursor_get_start (&self->cursor, number - self->cursor_first);

  for (gint64 n = MAX (start, number - batch + 1); n < number; n++)
    {
      g_autoptr (GError) passed_error = NULL;

      if (read_around (self, n, number - batch / 2, cancel, &passed_error) == NULL)
        {
          if (g_error_matches (passed_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            {
              g_propagate_error (error, g_steal_pointer (&passed_error));
              return NULL;
            }

          /* The frame may be whole, though one before it is not. */
          break;
        }
    }

  return read_around (self, number, number - batch / 2, cancel, error);
}

gint64
rk_frame_supply_find_gap (RkFrameSupply *self,
                          gint64         number)
{
  for (gint64 n = number - 1; n >= MAX (0, number - self->history.capacity / 4); n--)
    if (rk_frame_history_get (&self->history, n) == NULL)
      return n;

  return -1;
}
