/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-facts.h"

#include <glib/gi18n.h>
#include <math.h>

#include "rk-time.h"

/* Names that people know; others are shown as FFmpeg has them. */
static const char *
name_codec (const char *codec)
{
  static const struct {
    const char *prefix;
    const char *name;
  } known[] = {
    { "aac", "AAC" }, { "ac3", "AC-3" }, { "amr", "AMR" }, { "av1", "AV1" }, { "cinepak", "Cinepak" }, { "dv", "DV" },
    { "eac3", "E-AC-3" }, { "ffv1", "FFV1" }, { "flac", "FLAC" }, { "flv1", "Sorenson H.263" }, { "h263", "H.263" },
    { "h264", "H.264" }, { "hevc", "H.265" }, { "indeo", "Indeo" }, { "mjpeg", "Motion JPEG" }, { "mp2", "MP2" },
    { "mp3", "MP3" }, { "mpeg1video", "MPEG-1" }, { "mpeg2video", "MPEG-2" }, { "mpeg4", "MPEG-4" },
    { "msmpeg4", "Microsoft MPEG-4" }, { "opus", "Opus" }, { "pcm", "PCM" }, { "prores", "ProRes" },
    { "svq", "Sorenson" }, { "theora", "Theora" }, { "vc1", "VC-1" },
    { "vorbis", "Vorbis" }, { "vp8", "VP8" }, { "vp9", "VP9" }, { "wma", "Windows Media Audio" },
    { "wmv", "Windows Media Video" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_has_prefix (codec, known[i].prefix))
      return known[i].name;

  return codec;
}

static char *
format_rate (RkClip *clip)
{
  const OasisRational rate = rk_clip_get_source_info (clip)->frame_rate;
  const double value = (double) rate.num / rate.den;

  if (fabs (value - round (value)) < 0.005)
    return g_strdup_printf ("%d", (int) round (value));

  return g_strdup_printf ("%.2f", value);
}

static char *
describe_shape (RkClip *clip)
{
  const OasisRational aspect = rk_clip_get_source_info (clip)->format.sample_aspect;
  double width, height;

  rk_clip_get_display_size (clip, &width, &height);
  if (aspect.num == aspect.den)
    return g_strdup_printf (_("%.2f : 1, square pixels"), width / height);

  return g_strdup_printf (_("%.2f : 1, anamorphic"), width / height);
}

/* What is left out at each side; NULL where nothing is. */
static char *
describe_borders (RkClip *clip)
{
  const OasisCrop *crop = rk_clip_get_crop (clip);

  if (crop->left + crop->top + crop->right + crop->bottom == 0)
    return NULL;

  return g_strdup_printf (_("%d left, %d top, %d right, %d bottom"), crop->left, crop->top, crop->right, crop->bottom);
}

static const char *
describe_scan (const OasisMediaInfo *info)
{
  if (!info->interlaced)
    return info->deinterlaced ? _("Progressive, deinterlaced by your choice") : _("Progressive");

  return info->deinterlaced ? _("Interlaced, will be deinterlaced") : _("Interlaced, left as it is by your choice");
}

void
rk_facts_list (RkClip   *clip,
               void    (*add) (const char *title,
                               const char *fact,
                               gpointer    user_data),
               gpointer  user_data)
{
  const OasisSourceInfo *source = rk_clip_get_source_info (clip);
  const OasisMediaInfo *info = rk_clip_get_media_info (clip);
  g_autofree char *size = g_strdup_printf (_("%d × %d pixels"), source->format.width, source->format.height);
  g_autofree char *borders = describe_borders (clip);
  g_autofree char *shape = describe_shape (clip);
  g_autofree char *rate_number = format_rate (clip);
  g_autofree char *rate = g_strdup_printf (info->variable_rate ? _("%s frames per second, varying") : _("%s frames per second"), rate_number);
  g_autofree char *length = rk_time_format (rk_clip_get_frame_time (clip, source->frames), TRUE);
  g_autofree char *count = g_strdup_printf ("%" G_GINT64_FORMAT, source->frames);
  g_autofree char *frames = g_strdup_printf (ngettext ("%s, %s frame", "%s, %s frames", source->frames), length, count);
  g_autofree char *codec = g_strdup_printf (_("%s, %d bits, in %s"), name_codec (info->video_codec), source->format.depth, info->container);
  g_autofree char *file_size = g_format_size (info->bytes);

  add (_("Picture"), size, user_data);
  if (borders != NULL)
    add (_("Cut off"), borders, user_data);
  add (_("Shape"), shape, user_data);
  add (_("Frame rate"), rate, user_data);
  add (_("Length"), frames, user_data);
  add (_("Scan"), describe_scan (info), user_data);
  if (info->rotation != 0)
    {
      g_autofree char *rotation = g_strdup_printf (_("Turned by %d°"), info->rotation);

      add (_("Rotation"), rotation, user_data);
    }
  add (_("Video"), codec, user_data);
  for (gsize i = 0; i < info->n_tracks; i++)
    {
      const OasisTrack *track = &info->tracks[i];
      g_autofree char *sound = NULL;

      if (track->kind != OASIS_TRACK_SOUND)
        continue;

      sound = g_strdup_printf (ngettext ("%s, %d channel, %d Hz", "%s, %d channels, %d Hz", track->channels),
                               name_codec (track->codec), track->channels, track->rate);
      add (_("Sound"), sound, user_data);
    }
  if (!rk_clip_has_sound (clip))
    add (_("Sound"), _("None"), user_data);
  add (_("File size"), file_size, user_data);
}

char *
rk_facts_summarise (RkClip *clip)
{
  const OasisSourceInfo *source = rk_clip_get_source_info (clip);
  const OasisMediaInfo *info = rk_clip_get_media_info (clip);
  g_autofree char *rate = format_rate (clip);
  /* To the nearest second: a clip of 1.98 s lasts 0:02. */
  g_autofree char *length = rk_time_format (rk_clip_get_frame_time (clip, source->frames) + 500000000, FALSE);
  GString *line = g_string_new (NULL);

  g_string_printf (line, "%d × %d · %s fps · %s", source->format.width, source->format.height, rate, length);
  if (info->interlaced)
    g_string_append_printf (line, " · %s", _("interlaced"));
  if (source->format.sample_aspect.num != source->format.sample_aspect.den)
    g_string_append_printf (line, " · %s", _("anamorphic"));

  return g_string_free (line, FALSE);
}
