/* What the engine has to say is said in the user's language, whatever it is.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "rk-note-words.h"

static void
speak (const char *language)
{
  g_setenv ("LANGUAGE", language, TRUE);
  textdomain ("rekindle"); /* so that words are looked up anew */
}

static OasisPlanNote
note_of (int kind)
{
  return (OasisPlanNote) {
    .kind = kind,
    .track = kind < OASIS_NOTE_COLOUR_AS_ASKED ? 1 : -1,
    .track_kind = OASIS_TRACK_SOUND,
    .nth = 2,
    .language = "ger",
    .codec = "mp2",
    .to = "AAC",
    .container = "mp4",
    .before = 6,
    .after = 2,
    .amount = 1.5e6,
    .at = 2.5,
  };
}

static void
test_each (void)
{
  for (int kind = 0; kind < OASIS_NOTE_KINDS; kind++)
    {
      const OasisPlanNote note = note_of (kind);
      g_autofree char *english = NULL, *german = NULL;

      speak ("C");
      english = rk_note_words (&note);
      speak ("de");
      german = rk_note_words (&note);
      g_test_message ("%s | %s", english, german);
      g_assert_cmpstr (english, !=, german);
      g_assert_true (g_utf8_validate (german, -1, NULL));
    }
}

static void
test_names (void)
{
  OasisPlanNote note = note_of (OASIS_NOTE_SOUND_MIXED_DOWN);
  g_autofree char *several = NULL, *only = NULL, *english = NULL;

  speak ("de");
  several = rk_note_sentence (&note);
  g_assert_cmpstr (several, ==, "Ton 2 (ger): Von 6 auf 2 Kanäle heruntergemischt");
  note.nth = 0;
  *note.language = '\0';
  only = rk_note_sentence (&note);
  g_assert_cmpstr (only, ==, "Ton: Von 6 auf 2 Kanäle heruntergemischt");
  speak ("C");
  note.kind = OASIS_NOTE_CLOCK_SET;
  note.track = -1;
  english = rk_note_sentence (&note);
  g_assert_cmpstr (english, ==, "The recording’s clock was set 6 times. Picture and sound go on");
}

static void
test_skipped (void)
{
  g_test_skip ("there is no German locale here");
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);
  bindtextdomain ("rekindle", TRANSLATIONS);
  bind_textdomain_codeset ("rekindle", "UTF-8");
  if (setlocale (LC_ALL, "de_DE.UTF-8") == NULL)
    {
      g_test_add_func ("/notes/skipped", test_skipped);
      return app_test_run ();
    }
  g_test_add_func ("/notes/each", test_each);
  g_test_add_func ("/notes/names", test_names);

  return app_test_run ();
}
