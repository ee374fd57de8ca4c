/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-compare-after.h"

#include <glib/gi18n.h>

typedef enum {
  NOTHING,
  UNRESTORED,
  OLD,
  DRAFT,
  RESTORED,
} Kind;

gboolean
rk_compare_after_update (RkCompareAfter *self,
                         RkSession      *session)
{
  RkDraft *draft = rk_session_get_draft (session);
  const gboolean is_new = g_set_object (&self->draft, draft);

  if (is_new)
    {
      RkPicture *picture = draft != NULL ? rk_draft_get_picture (draft) : NULL;

      g_clear_object (&self->texture);
      if (picture != NULL)
        self->texture = gdk_memory_texture_new (picture->width, picture->height, GDK_MEMORY_R8G8B8A8, picture->rgba, picture->stride);
    }

  return g_set_object (&self->old_preview, rk_session_get_old_preview (session)) || is_new;
}

void
rk_compare_after_clear (RkCompareAfter *self)
{
  g_clear_object (&self->draft);
  g_clear_object (&self->texture);
  g_clear_object (&self->old_preview);
}

static Kind
get_kind (const RkCompareAfter    *self,
          const RkComparePictures *pictures)
{
  const gboolean has_result = pictures->after != NULL && self->old_preview == NULL;

  if (has_result)
    return RESTORED;
  if (self->draft != NULL && pictures->before_picture != NULL && rk_picture_is_exact (pictures->before_picture) &&
      pictures->before_picture->frame == rk_draft_get_frame (self->draft))
    return DRAFT;
  if (pictures->after != NULL)
    return OLD;

  return pictures->unrestored ? UNRESTORED : NOTHING;
}

GdkTexture *
rk_compare_after_get_draft (const RkCompareAfter    *self,
                            const RkComparePictures *pictures)
{
  return get_kind (self, pictures) == DRAFT ? self->texture : NULL;
}

/* What was most visible of them. */
static char *
label_old (RkRecipe *recipe)
{
  if (rk_recipe_get_height (recipe) > 0)
    return g_strdup_printf (_("%d lines, old settings"), rk_recipe_get_height (recipe));

  return g_strdup_printf (_("%g×, old settings"), rk_recipe_get_scale (recipe));
}

char *
rk_compare_after_dup_label (const RkCompareAfter    *self,
                            const RkComparePictures *pictures)
{
  switch (get_kind (self, pictures))
    {
    case RESTORED:
      return g_strdup (_("After"));
    case DRAFT:
      return g_strdup (_("Draft"));
    case OLD:
      return label_old (rk_preview_get_recipe (self->old_preview));
    case UNRESTORED:
      return g_strdup (_("Not restored yet"));
    case NOTHING:
    default:
      return NULL;
    }
}

const char *
rk_compare_after_describe (const RkCompareAfter    *self,
                           const RkComparePictures *pictures)
{
  switch (get_kind (self, pictures))
    {
    case RESTORED:
      return _("This frame is restored");
    case DRAFT:
      return _("This is a draft of the restored frame");
    case OLD:
      return _("This frame is restored by earlier settings");
    case UNRESTORED:
      return _("This frame is not restored yet");
    case NOTHING:
    default:
      return _("No frame yet");
    }
}
