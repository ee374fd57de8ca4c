/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-export-plan.h"

#include <glib/gi18n.h>

#include "oasis/export.h"
#include "rk-error.h"
#include "rk-note-words.h"

/* Steps of quality, on a scale of 51. */
static const double steps[] = { -4, 0, 4, 8 };
#define SCALE 51.0

static void
line_free (gpointer data)
{
  RkPlanLine *line = data;

  g_free (line->title);
  g_free (line->text);
  g_free (line);
}

/* Takes both words. */
static void
add_line (RkExportPlan *self,
          char         *title,
          char         *text,
          gboolean      loss)
{
  RkPlanLine *line = g_new (RkPlanLine, 1);

  *line = (RkPlanLine) { title, text, loss };
  g_ptr_array_add (self->lines, line);
}

/* --- tracks ------------------------------------------------------------------------------------ */

static char *
name_codec (const char *codec)
{
  return g_str_has_prefix (codec, "pcm") ? g_strdup ("PCM") : g_ascii_strup (codec, -1);
}

static char *
name_track (const OasisTrack *track)
{
  g_autofree char *codec = name_codec (track->codec);
  GString *name = g_string_new (rk_track_kind_words (track->kind));

  if (*codec != '\0')
    g_string_append_printf (name, ", %s", codec);
  if (track->kind == OASIS_TRACK_SOUND)
    g_string_append_printf (name, ngettext (", %d channel", ", %d channels", track->channels), track->channels);
  if (*track->language != '\0')
    g_string_append_printf (name, " (%s)", track->language);

  return g_string_free (name, FALSE);
}

static const OasisTrack *
find_track (const OasisMediaInfo *info,
            int                   number)
{
  for (size_t i = 0; i < info->n_tracks; i++)
    if (info->tracks[i].number == number)
      return &info->tracks[i];

  return NULL;
}

/* A line for each note about the track, or else what becomes of it. */
static void
add_track (RkExportPlan         *self,
           const OasisTrack     *track,
           const OasisMediaPlan *plan,
           const OasisTrackPlan *planned)
{
  const guint before = self->lines->len;

  for (size_t i = 0; i < plan->n_notes; i++)
    if (plan->notes[i].track == track->number)
      add_line (self, name_track (track), rk_note_words (&plan->notes[i]), plan->notes[i].loss);

  if (self->lines->len == before)
    add_line (self, name_track (track), g_strdup (planned->fate == OASIS_TRACK_DROP ? _("Left out, as you chose") : _("Copied as it is")), FALSE);
}

/* --- the plan ---------------------------------------------------------------------------------- */

RkExportPlan *
rk_export_plan_new (RkSession               *session,
                    const RkExportSettings  *settings,
                    GError                 **error)
{
  RkPreview *preview = rk_session_get_preview (session);
  const OasisMediaInfo *info = rk_clip_get_media_info (rk_preview_get_clip (preview));
  OasisMediaPlan *plan = NULL;
  OasisError engine_error;
  RkExportTarget aim;
  RkExportPlan *self;
  gint64 first, end;

  rk_session_get_export_range (session, settings->whole, &first, &end);
  rk_export_settings_aim (settings, preview, first, end, &aim);
  if (oasis_media_plan_new (g_file_peek_path (settings->target), &aim.target, info, &plan, &engine_error) != OASIS_OK)
    {
      rk_set_engine_error (error, &engine_error);
      return NULL;
    }

  self = g_new0 (RkExportPlan, 1);
  self->lines = g_ptr_array_new_with_free_func (line_free);
  self->bytes = MAX (plan->bytes, 0);
  self->free_bytes = plan->free_bytes;
  for (size_t i = 0; i < plan->n_tracks; i++)
    {
      const OasisTrack *track = find_track (info, plan->tracks[i].number);

      if (track != NULL)
        add_track (self, track, plan, &plan->tracks[i]);
    }
  for (size_t i = 0; i < plan->n_notes; i++)
    if (plan->notes[i].track < 0)
      add_line (self, g_strdup (plan->notes[i].loss ? _("Lost") : _("To know")), rk_note_words (&plan->notes[i]), plan->notes[i].loss);
  oasis_media_plan_free (&plan);

  return self;
}

void
rk_export_plan_free (RkExportPlan *self)
{
  g_ptr_array_unref (self->lines);
  g_free (self);
}

char **
rk_export_plan_containers (const char *codec)
{
  const OasisVideoCodec *found = oasis_video_codec_find (codec);

  return g_strsplit (found != NULL ? found->containers : "mkv", " ", -1);
}

double
rk_export_plan_quality (const char *codec,
                        guint       level)
{
  const OasisVideoCodec *found = oasis_video_codec_find (codec);

  if (found == NULL || found->worst == 0 || level >= G_N_ELEMENTS (steps))
    return -1;

  return CLAMP (found->quality + steps[level] * (found->worst - found->best) / SCALE, found->best, found->worst);
}

gboolean
rk_export_plan_is_begun (GFile *target)
{
  g_autofree char *folder = (char *) oasis_export_folder (g_file_peek_path (target));

  return folder != NULL && g_file_test (folder, G_FILE_TEST_EXISTS);
}
