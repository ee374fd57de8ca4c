/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-picture.h"

G_DEFINE_BOXED_TYPE (RkPicture, rk_picture, rk_picture_ref, rk_picture_unref)

RkPicture *
rk_picture_new (gint64    frame,
                int       width,
                int       height,
                gsize     stride,
                GBytes   *rgba,
                gboolean  nearest)
{
  RkPicture *self = g_new0 (RkPicture, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->frame = frame;
  self->width = width;
  self->height = height;
  self->stride = stride;
  self->rgba = rgba;
  self->nearest = nearest;

  return self;
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
