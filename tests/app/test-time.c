/* Times as people write them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include "rk-time.h"

#define MS G_GINT64_CONSTANT (1000000)
#define S (1000 * MS)

static void
test_format (void)
{
  static const struct {
    gint64 ns;
    gboolean milliseconds;
    const char *text;
  } table[] = {
    { 0, FALSE, "0:00" },
    { 0, TRUE, "0:00.000" },
    { 999 * MS, FALSE, "0:00" },
    { 999 * MS, TRUE, "0:00.999" },
    { 999 * MS + 500000, TRUE, "0:01.000" },
    { 40 * MS, TRUE, "0:00.040" },
    { 61 * S, FALSE, "1:01" },
    { 123 * S + 250 * MS, TRUE, "2:03.250" },
    { 3599 * S + 999 * MS + 600000, TRUE, "1:00:00.000" },
    { 3600 * S, FALSE, "1:00:00" },
    { 3723 * S + 250 * MS, TRUE, "1:02:03.250" },
    { 100 * 3600 * S, FALSE, "100:00:00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = rk_time_format (table[i].ns, table[i].milliseconds);

      g_assert_cmpstr (text, ==, table[i].text);
    }
}

static void
test_parse (void)
{
  static const struct {
    const char *text;
    gint64 ns; /* -1 = refused */
  } table[] = {
    { "0", 0 },
    { "7", 7 * S },
    { "7.5", 7 * S + 500 * MS },
    { "7,5", 7 * S + 500 * MS },
    { " 7.5 ", 7 * S + 500 * MS },
    { "90", 90 * S },
    { "1:02.5", 62 * S + 500 * MS },
    { "1:2", 62 * S },
    { "99:59", 5999 * S },
    { "1:02:03,250", 3723 * S + 250 * MS },
    { "0:00:00.040", 40 * MS },
    { "", -1 },
    { " ", -1 },
    { "x", -1 },
    { "1:", -1 },
    { ":1", -1 },
    { "1:60", -1 },
    { "1:60:00", -1 },
    { "1.5:00", -1 },
    { "1:2:3:4", -1 },
    { "-1", -1 },
    { "+1", -1 },
    { "1e3x", -1 },
    { "nan", -1 },
    { "inf", -1 },
    { "1 2", -1 },
    { "1000001", -1 },
    { "99999999999999999999", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gint64 ns = -1;
      const gboolean parsed = rk_time_parse (table[i].text, &ns);

      g_test_message ("“%s”", table[i].text);
      g_assert_cmpint (parsed, ==, table[i].ns >= 0);
      g_assert_cmpint (ns, ==, table[i].ns);
    }
}

/* What is shown can be typed in again. */
static void
test_round_trip (void)
{
  for (int i = 0; i < 1000; i++)
    {
      const gint64 expected = g_test_rand_int_range (0, 300000000) * MS;
      g_autofree char *text = rk_time_format (expected, TRUE);
      gint64 ns;

      g_assert_true (rk_time_parse (text, &ns));
      g_assert_cmpint (ns / 1000, ==, expected / 1000);
    }
}

static void
test_left (void)
{
  static const struct {
    double seconds;
    const char *text;
  } table[] = {
    { -1, NULL },
    { 0, "Almost done" },
    { 4.9, "Almost done" },
    { 5, "About 10 seconds left" },
    { 54, "About 55 seconds left" },
    { 55, "About 1 minute left" },
    { 100, "About 2 minutes left" },
    { 3299, "About 55 minutes left" },
    { 3300, "About 1 hour left" },
    { 9000, "About 3 hours left" },
    { 47 * 3600, "About 47 hours left" },
    { 48 * 3600, "About 2 days left" },
    { 4.2 * 86400, "About 4 days left" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = rk_time_format_left (table[i].seconds);

      g_assert_cmpstr (text, ==, table[i].text);
    }
}

static void
test_words (void)
{
  static const struct {
    double seconds;
    const char *text, *shortly;
  } times[] = {
    { 0, "about 5 seconds", "about 5 s" },
    { 170, "about 3 minutes", "about 3 min" },
    { 5 * 3600, "about 5 hours", "about 5 h" },
    { 4 * 86400, "about 4 days", "about 4 days" },
    { 1e300, "about 11574074 days", "about 11574074 days" },
  };
  static const struct {
    double rate;
    const char *text;
  } rates[] = {
    { 25, "25 fps" }, { 2.5, "2.5 fps" }, { 0.5, "2.0 s a frame" }, { 0.04, "25 s a frame" }, { 0.001, "1000 s a frame" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = rk_time_format_about (times[i].seconds);
      g_autofree char *shortly = rk_time_format_about_short (times[i].seconds);

      g_assert_cmpstr (text, ==, times[i].text);
      g_assert_cmpstr (shortly, ==, times[i].shortly);
    }
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autofree char *text = rk_time_format_rate (rates[i].rate);

      g_assert_cmpstr (text, ==, rates[i].text);
    }
}

static void
test_round_step (void)
{
  gint64 last = 0;

  g_assert_cmpint (rk_time_round_step (0), ==, 100 * MS);
  g_assert_cmpint (rk_time_round_step (100 * MS), ==, 100 * MS);
  g_assert_cmpint (rk_time_round_step (100 * MS + 1), ==, 200 * MS);
  g_assert_cmpint (rk_time_round_step (7 * S), ==, 10 * S);
  g_assert_cmpint (rk_time_round_step (36000 * S), ==, 36000 * S);

  for (gint64 least = 1; least < 1000000 * S; least = least * 3 / 2 + 1)
    {
      const gint64 step = rk_time_round_step (least);

      g_assert_cmpint (step, >=, least);
      g_assert_cmpint (step, >=, last);
      last = step;
    }
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add_func ("/time/format", test_format);
  g_test_add_func ("/time/parse", test_parse);
  g_test_add_func ("/time/round-trip", test_round_trip);
  g_test_add_func ("/time/left", test_left);
  g_test_add_func ("/time/words", test_words);
  g_test_add_func ("/time/round-step", test_round_step);

  return app_test_run ();
}
