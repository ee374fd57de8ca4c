/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-export-settings.h"

#include "folders/folders.h"

void
rk_export_settings_copy (const RkExportSettings *self,
                         RkExportSettings       *copy)
{
  *copy = *self;
  copy->target = g_object_ref (self->target);
  copy->codec = g_strdup (self->codec);
  copy->sound = g_strdup (self->sound);
}

void
rk_export_settings_clear (RkExportSettings *self)
{
  g_clear_object (&self->target);
  g_free ((char *) self->codec);
  g_free ((char *) self->sound);
  *self = (RkExportSettings) { 0 };
}

void
rk_export_settings_describe (const RkExportSettings *self,
                             JsonObject             *description)
{
  json_object_set_string_member (description, "target", g_file_peek_path (self->target));
  json_object_set_string_member (description, "codec", self->codec);
  json_object_set_double_member (description, "quality", self->quality);
  json_object_set_string_member (description, "sound", self->sound);
  json_object_set_boolean_member (description, "replace", self->replace);
}

gboolean
rk_export_settings_restore (JsonObject       *description,
                            RkExportSettings *copy)
{
  const char *target = json_object_get_string_member_with_default (description, "target", NULL);
  const char *codec = json_object_get_string_member_with_default (description, "codec", NULL);

  if (target == NULL || codec == NULL)
    return FALSE;

  *copy = (RkExportSettings) {
    .target = g_file_new_for_path (target),
    .codec = g_strdup (codec),
    .quality = json_object_get_double_member_with_default (description, "quality", -1),
    .sound = g_strdup (json_object_get_string_member_with_default (description, "sound", NULL)),
    .replace = json_object_get_boolean_member_with_default (description, "replace", FALSE),
  };

  return TRUE;
}

void
rk_export_settings_aim (const RkExportSettings *self,
                        RkPreview              *preview,
                        gint64                  first,
                        gint64                  end,
                        RkExportTarget         *target)
{
  RkClip *clip = rk_preview_get_clip (preview);
  const gboolean to_end = end == rk_clip_get_n_frames (clip);

  target->target = (OasisMediaTarget) {
    .target = {
      .format = *rk_preview_get_format (preview),
      .frame_rate = rk_clip_get_source_info (clip)->frame_rate,
      .original = rk_clip_get_path (clip),
      .replace = self->replace,
    },
    .codec = self->codec,
    .quality = self->quality,
    .tracks_from = rk_clip_get_path (clip),
    .sound = self->sound,
    .index_folder = folders_cache ("index", target->index_folder, sizeof target->index_folder),
    .start_ns = rk_clip_get_frame_time (clip, first),
    .end_ns = to_end ? 0 : rk_clip_get_frame_time (clip, end),
  };
}
