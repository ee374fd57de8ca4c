/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-frame-cursor.h"

#include <gio/gio.h>

#include "rk-error.h"

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
}

gint64
rk_frame_cursor_get_start (RkFrameCursor *self,
                           gint64         n)
{
  const gint64 keyframe = self->source->klass->keyframe != NULL ? self->source->klass->keyframe (self->source, n) : n;

  return self->next >= 0 && self->next <= n && self->next >= keyframe ? self->next : keyframe;
}

gboolean
rk_frame_cursor_read (RkFrameCursor  *self,
                      gint64          n,
                      gboolean      (*keep_going) (gpointer data),
                      gpointer        data,
                      OasisFrame    **frame,
                      GError        **error)
{
  const gint64 start = rk_frame_cursor_get_start (self, n);
  OasisError engine_error;

  if (start != self->next)
    {
      self->next = -1;
      if (self->source->klass->seek (self->source, start, &engine_error) != OASIS_OK)
        goto fail;
      self->next = start;
    }

  while (TRUE)
    {
      const gint64 number = self->next;

      self->next = -1;
      *frame = NULL;
      if (self->source->klass->read (self->source, frame, &engine_error) != OASIS_OK)
        goto fail;
      if (*frame == NULL)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The file ends early");
          return FALSE;
        }

      self->next = number + 1;
      if (number == n)
        return TRUE;

      oasis_frame_unref (frame);
      if (keep_going != NULL && !keep_going (data))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "No longer wanted");
          return FALSE;
        }
    }

fail:
  rk_set_engine_error (error, &engine_error);
  return FALSE;
}
