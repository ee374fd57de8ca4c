/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-frame-cursor.h"

#include <gio/gio.h>

#include "rk-error.h"

/* Frames that a decoder takes in, once it has been emptied, before it gives the first one out. */
#define LEAD_FRAMES 3

void
rk_frame_cursor_set (RkFrameCursor *self,
                     OasisSource   *source)
{
  rk_frame_cursor_clear (self);
  self->source = source;
}

void
rk_frame_cursor_clear (RkFrameCursor *self)
{
  oasis_source_close (&self->source);
  self->next = -1;
  self->reached = -1;
}

gint64
rk_frame_cursor_get_start (RkFrameCursor *self,
                           gint64         n)
{
  const gint64 keyframe = oasis_source_keyframe (self->source, n);

  return self->reached <= n && self->reached >= keyframe ? self->reached : keyframe;
}

/* How many frames are decoded from there until frame n is given out. */
static gint64
get_way (RkFrameCursor *self,
         gint64         start,
         gint64         n)
{
  return n - start + 1 + (start == self->reached ? 0 : LEAD_FRAMES);
}

RkRoute
rk_frame_cursor_find_route (RkFrameCursor *self,
                            gint64         n)
{
  const gint64 start = rk_frame_cursor_get_start (self, n);
  RkRoute route = rk_pace_find_route (&self->pace, start, n, get_way (self, start, n));

  if (route.first != n && start != self->reached && oasis_source_can_glance (self->source))
    {
      route.first = start;
      route.alone = TRUE;
    }

  return route;
}

OasisFrame *
rk_frame_cursor_glance (RkFrameCursor *self,
                        gint64         n,
                        gint64        *number)
{
  OasisFrame *frame;
  OasisError error;

  self->next = -1;
  self->reached = -1;

  return oasis_source_glance (self->source, n, number, &frame, &error) == OASIS_OK ? frame : NULL;
}

gboolean
rk_frame_cursor_read (RkFrameCursor      *self,
                      gint64              n,
                      const OasisCancel  *cancel,
                      OasisFrame        **frame,
                      GError            **error)
{
  const gint64 start = rk_frame_cursor_get_start (self, n);
  const gint64 way = get_way (self, start, n);
  const gint64 began_us = g_get_monotonic_time ();
  const gboolean must_seek = n != self->next;
  OasisError engine_error;
  OasisStatus status = OASIS_OK;

  self->next = -1;
  self->reached = -1;
  if (must_seek)
    status = oasis_source_seek (self->source, n, cancel, &engine_error);
  if (status == OASIS_OK)
    status = oasis_source_read (self->source, frame, &engine_error);
  if (status != OASIS_OK)
    {
      if (status == OASIS_ERR_CANCELLED)
        self->reached = start;
      rk_set_engine_error (error, &engine_error);
      return FALSE;
    }
  if (*frame == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The file ends early");
      return FALSE;
    }
  rk_pace_add (&self->pace, way, g_get_monotonic_time () - began_us);
  self->next = n + 1;
  self->reached = n + 1;

  return TRUE;
}
