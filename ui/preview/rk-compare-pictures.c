/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-compare-pictures.h"

static void
replace (RkPicture  **picture,
         GdkTexture **texture,
         RkPicture   *next)
{
  if (*picture == next)
    return;

  g_clear_pointer (picture, rk_picture_unref);
  g_clear_object (texture);
  if (next == NULL)
    return;

  *picture = rk_picture_ref (next);
  if (next->rgba != NULL)
    *texture = gdk_memory_texture_new (next->width, next->height, GDK_MEMORY_R8G8B8A8, next->rgba, next->stride);
}

gboolean
rk_compare_pictures_take (RkComparePictures *self,
                          RkPicture         *before,
                          RkPicture         *after)
{
  gboolean unrestored;

  if (before == NULL || (after == NULL && rk_picture_is_exact (before)))
    return FALSE;

  /* As long as it is not known, the side stays as it is, so that it does not flicker. */
  unrestored = after != NULL ? after->rgba == NULL : self->unrestored;
  if (unrestored || !rk_picture_is_exact (before))
    after = NULL;

  if (before == self->before_picture && after == self->after_picture && unrestored == self->unrestored)
    return FALSE;

  replace (&self->before_picture, &self->before, before);
  replace (&self->after_picture, &self->after, after);
  self->unrestored = unrestored;

  return TRUE;
}

gboolean
rk_compare_pictures_update (RkComparePictures *self,
                            RkPlayhead        *playhead)
{
  RkFrameReader *before = rk_playhead_get_before (playhead);
  RkFrameReader *after = rk_playhead_get_after (playhead);
  const gint64 position = rk_playhead_get_position (playhead);
  g_autoptr (RkPicture) left = NULL;
  g_autoptr (RkPicture) right = NULL;

  if (before == NULL)
    {
      const gboolean shown = self->before_picture != NULL;

      rk_compare_pictures_clear (self);
      return shown;
    }

  left = rk_frame_reader_dup (before, position);
  /* A clip that is not previewed has no restored frame. */
  right = after != NULL ? rk_frame_reader_dup (after, position) : rk_picture_new (position, 0, 0, 0, NULL);

  return rk_compare_pictures_take (self, left, right);
}

void
rk_compare_pictures_clear (RkComparePictures *self)
{
  replace (&self->before_picture, &self->before, NULL);
  replace (&self->after_picture, &self->after, NULL);
  self->unrestored = FALSE;
}
