/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-compare-pictures.h"

#include <glib/gi18n.h>

/* Takes the new picture. */
static void
replace (RkPicture  **picture,
         GdkTexture **texture,
         RkPicture   *next)
{
  if (*picture == next)
    {
      g_clear_pointer (&next, rk_picture_unref);
      return;
    }

  g_clear_pointer (picture, rk_picture_unref);
  g_clear_object (texture);
  *picture = next;
  if (next != NULL && next->rgba != NULL)
    *texture = gdk_memory_texture_new (next->width, next->height, GDK_MEMORY_R8G8B8A8, next->rgba, next->stride);
}

gboolean
rk_compare_pictures_update (RkComparePictures *self,
                            RkPlayhead        *playhead)
{
  RkFrameReader *before = rk_playhead_get_before (playhead);
  RkFrameReader *after = rk_playhead_get_after (playhead);
  g_autoptr (RkPicture) left = NULL;
  g_autoptr (RkPicture) right = NULL;

  if (before != NULL)
    {
      left = rk_frame_reader_dup (before, rk_playhead_get_position (playhead));
      right = after != NULL ? rk_frame_reader_dup (after, rk_playhead_get_position (playhead)) : NULL;
      if (left == NULL || (after != NULL && right == NULL))
        return FALSE;
    }

  if (left == self->before_picture && right == self->after_picture)
    return FALSE;

  replace (&self->before_picture, &self->before, g_steal_pointer (&left));
  replace (&self->after_picture, &self->after, g_steal_pointer (&right));

  return TRUE;
}

void
rk_compare_pictures_clear (RkComparePictures *self)
{
  replace (&self->before_picture, &self->before, NULL);
  replace (&self->after_picture, &self->after, NULL);
}

const char *
rk_compare_pictures_describe (const RkComparePictures *self)
{
  if (self->before_picture == NULL)
    return _("No frame yet");

  return self->after != NULL ? _("This frame is restored") : _("This frame is not restored yet");
}
