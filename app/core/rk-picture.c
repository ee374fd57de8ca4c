/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-picture.h"

G_DEFINE_BOXED_TYPE (RkPicture, rk_picture, rk_picture_ref, rk_picture_unref)

RkPicture *
rk_picture_new (gint64  frame,
                int     width,
                int     height,
                gsize   stride,
                GBytes *rgba)
{
  RkPicture *self = g_new0 (RkPicture, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->frame = frame;
  self->shows = frame;
  self->width = width;
  self->height = height;
  self->stride = stride;
  self->rgba = rgba;

  return self;
}

RkPicture *
rk_picture_convert (OasisScreenConverter *converter,
                    const OasisFrame     *frame,
                    const OasisCrop      *crop,
                    gint64                number,
                    int                   width,
                    int                   height,
                    OasisError           *engine_error)
{
  const gsize stride = (gsize) width * 4;
  g_autofree guint8 *rgba = g_malloc (stride * height);

  if (oasis_screen_convert (converter, frame, crop, width, height, rgba, stride, engine_error) != OASIS_OK)
    return NULL;

  return rk_picture_new (number, width, height, stride, g_bytes_new_take (g_steal_pointer (&rgba), stride * height));
}

RkPicture *
rk_picture_stand_in (const RkPicture *self,
                     gint64           frame)
{
  RkPicture *other = rk_picture_new (frame, self->width, self->height, self->stride,
                                     self->rgba != NULL ? g_bytes_ref (self->rgba) : NULL);

  other->shows = self->shows;

  return other;
}

RkPicture *
rk_picture_ref (RkPicture *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
rk_picture_unref (RkPicture *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->rgba, g_bytes_unref);
  g_free (self);
}

gboolean
rk_picture_is_exact (const RkPicture *self)
{
  return self->shows == self->frame;
}
