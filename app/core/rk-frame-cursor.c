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
  self->reached = -1;
}

gint64
rk_frame_cursor_get_start (RkFrameCursor *self,
                           gint64         n)
{
  const gint64 keyframe = self->source->klass->keyframe != NULL ? self->source->klass->keyframe (self->source, n) : n;

  return self->reached <= n && self->reached >= keyframe ? self->reached : keyframe;
}

gboolean
rk_frame_cursor_read (RkFrameCursor      *self,
                      gint64              n,
                      const OasisCancel  *cancel,
                      OasisFrame        **frame,
                      GError            **error)
{
  const gint64 start = rk_frame_cursor_get_start (self, n);
  const gboolean must_seek = n != self->next;
  OasisError engine_error;
  OasisStatus status = OASIS_OK;

  self->next = -1;
  self->reached = -1;
  if (must_seek)
    status = self->source->klass->seek (self->source, n, cancel, &engine_error);
  if (status == OASIS_OK)
    status = self->source->klass->read (self->source, frame, &engine_error);
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
  self->next = n + 1;
  self->reached = n + 1;

  return TRUE;
}
