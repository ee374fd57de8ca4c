/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-note-words.h"

#include <glib/gi18n.h>

const char *
rk_track_kind_words (OasisTrackKind kind)
{
  switch (kind)
    {
    case OASIS_TRACK_VIDEO:
      return _("Another picture");
    case OASIS_TRACK_SOUND:
      return _("Sound");
    case OASIS_TRACK_SUBTITLES:
      return _("Subtitles");
    case OASIS_TRACK_COVER:
      return _("Cover picture");
    case OASIS_TRACK_ATTACHMENT:
      return _("Attached file");
    case OASIS_TRACK_TIMECODE:
      return _("Timecode");
    case OASIS_TRACK_DATA:
    default:
      return _("Data");
    }
}

static char *
left_out_words (const OasisPlanNote *note,
                const char          *container)
{
  switch (note->kind)
    {
    case OASIS_NOTE_TRACK_OF_PICTURES:
      return g_strdup_printf (_("Left out: these are pictures, which %s files do not hold"), container);
    case OASIS_NOTE_TRACK_BESIDE_IMAGES:
      return g_strdup (_("Left out: picture files hold nothing else"));
    case OASIS_NOTE_TRACK_LATE:
      return g_strdup_printf (_("Left out: it begins %.0f MB into the file, too late to be found. Cut off what is before"), note->amount / 1e6);
    case OASIS_NOTE_TRACK_UNKNOWN:
      return g_strdup (_("Left out: its codec is unknown"));
    case OASIS_NOTE_TRACK_NO_DECODER:
      return g_strdup (_("Left out: it cannot be decoded here"));
    case OASIS_NOTE_TRACK_NO_ENCODER:
      return g_strdup (_("Left out: the encoder that it needs is not installed"));
    case OASIS_NOTE_TRACK_SECOND_PICTURE:
      return g_strdup_printf (_("Left out: one picture alone is restored, and this one has %d×%d"), note->before, note->after);
    case OASIS_NOTE_TRACK_NO_SENSE:
      return g_strdup (_("Left out: nobody knows what it is"));
    default:
      return g_strdup_printf (_("Left out: %s files do not take it"), container);
    }
}

static char *
sound_words (const OasisPlanNote *note,
             const char          *container)
{
  switch (note->kind)
    {
    case OASIS_NOTE_SOUND_FOR_PLAYERS:
      return g_strdup_printf (_("Converted to %s, for players of %s files"), note->to, container);
    case OASIS_NOTE_SOUND_FOR_CHANGES:
      return g_strdup_printf (_("Converted to %s, since it changes on the way"), note->to);
    case OASIS_NOTE_SOUND_FOR_RANGES:
      return g_strdup_printf (_("Converted to %s, to be cut exactly where ranges meet"), note->to);
    case OASIS_NOTE_SOUND_FOR_PAUSES:
      return g_strdup_printf (_("Converted to %s, since players of %s files lose its pauses"), note->to, container);
    case OASIS_NOTE_SOUND_AFTER_ALL:
      return g_strdup_printf (_("Converted to %s, since the file does not take it as it is"), note->to);
    case OASIS_NOTE_SOUND_CHANGES:
      return g_strdup_printf (ngettext ("Changes its rate or channels %d time, and gets one for all", "Changes its rate or channels %d times, and gets one for all", note->before), note->before);
    case OASIS_NOTE_SOUND_MIXED_DOWN:
      return g_strdup_printf (_("Mixed down from %d to %d channels"), note->before, note->after);
    default:
      return g_strdup_printf (_("Converted to %s, as you chose"), note->to);
    }
}

static char *
end_words (const OasisPlanNote *note)
{
  switch (note->kind)
    {
    case OASIS_NOTE_TRACK_CANNOT_BE_READ:
      return g_strdup_printf (_("Ends early: it cannot be read further than %.1f s"), note->amount);
    case OASIS_NOTE_TRACK_CANNOT_BE_WRITTEN:
      return g_strdup_printf (_("Ends early: it cannot be written further than %.1f s"), note->amount);
    case OASIS_NOTE_TRACK_CANNOT_BE_OPENED:
      return g_strdup (_("Left out: it cannot be read"));
    default:
      return g_strdup (_("Left out: it cannot be carried over"));
    }
}

static char *
picture_words (const OasisPlanNote *note)
{
  switch (note->kind)
    {
    case OASIS_NOTE_COLOUR_AS_ASKED:
      return g_strdup_printf (_("Colour is stored as %s instead of %s, as you chose"), note->to, note->codec);
    case OASIS_NOTE_COLOUR_FOR_CODEC:
      return g_strdup_printf (_("Colour is stored as %s instead of %s, since the codec takes nothing else"), note->to, note->codec);
    case OASIS_NOTE_COLOUR_FOR_PLAYERS:
      return g_strdup_printf (_("Colour is stored as %s instead of %s, since ordinary players take nothing else"), note->to, note->codec);
    case OASIS_NOTE_DEPTH:
      return g_strdup_printf (_("Stored in %d bits instead of %d"), note->after, note->before);
    case OASIS_NOTE_COLUMN_REPEATED:
      return g_strdup_printf (_("The last column is repeated, since %s needs an even size"), note->to);
    case OASIS_NOTE_ROW_REPEATED:
      return g_strdup_printf (_("The last row is repeated, since %s needs an even size"), note->to);
    case OASIS_NOTE_COLUMN_AND_ROW_REPEATED:
      return g_strdup_printf (_("The last column and row are repeated, since %s needs an even size"), note->to);
    case OASIS_NOTE_DOLBY_LEFT_OUT:
      return g_strdup_printf (_("Dolby Vision’s own layer is left out. What is kept is its base, %s"), note->codec);
    case OASIS_NOTE_HDR_UNSAID:
      return g_strdup_printf (_("Picture files do not say that they are %s"), note->codec);
    case OASIS_NOTE_HDR_IN_H264:
      return g_strdup_printf (_("Few players show %s in H.264. H.265 suits it"), note->codec);
    case OASIS_NOTE_SHAPES_FITTED:
      return g_strdup_printf (ngettext ("Its size or shape changes %d time. What differs is fitted with bars", "Its size or shape changes %d times. What differs is fitted with bars", note->before), note->before);
    case OASIS_NOTE_CONCEALED:
      return g_strdup_printf (ngettext ("%d picture could not be read whole. Another stands in", "%d pictures could not be read whole. Others stand in", note->before), note->before);
    case OASIS_NOTE_ALPHA:
      return g_strdup (_("Transparent parts lie over black"));
    case OASIS_NOTE_IMAGES_A_SECOND:
      return g_strdup_printf (_("%.5g pictures a second, which the files do not say"), note->amount);
    case OASIS_NOTE_TIMES_LEFT_OUT:
      return g_strdup_printf (_("When each picture is shown is left out: %.5g a second, which the files do not say"), note->amount);
    case OASIS_NOTE_RATE_ENOUGH:
      return g_strdup_printf (_("The picture needs no more than %.0f kbit/s, and has no more"), note->amount / 1000);
    default:
      return g_strdup_printf (_("The picture needs %.0f kbit/s at the least, and has them"), note->amount / 1000);
    }
}

static char *
file_words (const OasisPlanNote *note)
{
  g_autofree char *size = NULL;

  switch (note->kind)
    {
    case OASIS_NOTE_TAGS_LEFT_OUT:
      return g_strdup (_("Tags and chapters are left out: picture files hold none"));
    case OASIS_NOTE_CLOCK_SET:
      return g_strdup_printf (ngettext ("The recording’s clock was set %d time. Picture and sound go on", "The recording’s clock was set %d times. Picture and sound go on", note->before), note->before);
    case OASIS_NOTE_LONG_FRAME:
      return g_strdup_printf (_("One picture is shown for %.0f s, from %.1f s on"), note->amount, note->at);
    default:
      size = g_format_size ((guint64) note->amount);
      return g_strdup_printf (_("The disk has less room than the %s that it will need"), size);
    }
}

char *
rk_note_words (const OasisPlanNote *note)
{
  g_autofree char *container = g_ascii_strup (note->container, -1);

  if (note->kind <= OASIS_NOTE_TRACK_NO_SENSE)
    return left_out_words (note, container);
  if (note->kind <= OASIS_NOTE_SOUND_MIXED_DOWN)
    return sound_words (note, container);
  if (note->kind == OASIS_NOTE_TEXT_CONVERTED)
    return g_strdup_printf (_("Converted to %s, for players of %s files"), note->to, container);
  if (note->kind == OASIS_NOTE_TEXT_WITHOUT_PLACES)
    return g_strdup_printf (_("Converted to %s, which keeps the words but not the places"), note->to);
  if (note->kind <= OASIS_NOTE_TRACK_CANNOT_BE_WRITTEN)
    return end_words (note);
  if (note->kind <= OASIS_NOTE_RATE_LEAST)
    return picture_words (note);

  return file_words (note);
}

char *
rk_note_sentence (const OasisPlanNote *note)
{
  g_autofree char *words = rk_note_words (note);
  g_autoptr (GString) sentence = g_string_new (NULL);

  if (note->track < 0)
    return g_steal_pointer (&words);

  g_string_append (sentence, rk_track_kind_words (note->track_kind));
  if (note->nth > 0)
    g_string_append_printf (sentence, " %d", note->nth);
  if (*note->language != '\0')
    g_string_append_printf (sentence, " (%s)", note->language);
  g_string_append_printf (sentence, ": %s", words);

  return g_string_free (g_steal_pointer (&sentence), FALSE);
}
