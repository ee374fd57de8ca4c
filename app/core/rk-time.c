/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-time.h"

#include <glib/gi18n.h>
#include <math.h>

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

char *
rk_time_format (gint64   ns,
                gboolean milliseconds)
{
  const gint64 total_ms = milliseconds ? (ns + 500000) / 1000000 : ns / NS_PER_SECOND * 1000;
  const gint64 seconds = total_ms / 1000;
  const int hours = seconds / 3600, minutes = seconds / 60 % 60, rest = seconds % 60;
  g_autofree char *fraction = milliseconds ? g_strdup_printf (".%03d", (int) (total_ms % 1000)) : g_strdup ("");

  if (hours > 0)
    return g_strdup_printf ("%d:%02d:%02d%s", hours, minutes, rest, fraction);

  return g_strdup_printf ("%d:%02d%s", minutes, rest, fraction);
}

gboolean
rk_time_parse (const char *text,
               gint64     *ns)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *trimmed = g_strstrip (g_strdelimit (g_strdup (text), ",", '.'));
  double seconds = 0;
  guint n;

  parts = g_strsplit (trimmed, ":", -1);
  n = g_strv_length (parts);
  if (n < 1 || n > 3)
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      char *end;
      const double value = g_ascii_strtod (parts[i], &end);

      if (!g_ascii_isdigit (parts[i][0]) || *end != '\0' || !isfinite (value) ||
          (i > 0 && value >= 60) || (i + 1 < n && value != floor (value)))
        return FALSE;

      seconds = seconds * 60 + value;
    }

  if (seconds > 1e6)
    return FALSE;

  *ns = (gint64) (seconds * NS_PER_SECOND + 0.5);
  return TRUE;
}

typedef enum {
  SECONDS,
  MINUTES,
  HOURS,
  DAYS,
} Unit;

/* Rounds to what people say: 40 s, 3 min, 5 h, 4 days. */
static int
round_time (double  seconds,
            Unit   *unit)
{
  *unit = seconds < 55 ? SECONDS : seconds < 3300 ? MINUTES : seconds < 47.5 * 3600 ? HOURS : DAYS;

  switch (*unit)
    {
    case SECONDS:
      return (int) (seconds / 5 + 1) * 5;
    case MINUTES:
      return (int) (seconds / 60 + 0.7);
    case HOURS:
      return (int) (seconds / 3600 + 0.5);
    case DAYS:
    default:
      return (int) (MIN (seconds, 1e12) / 86400 + 0.5);
    }
}

char *
rk_time_format_left (double seconds)
{
  Unit unit;
  int n;

  if (seconds < 0)
    return NULL;
  if (seconds < 5)
    return g_strdup (_("Almost done"));

  n = round_time (seconds, &unit);
  switch (unit)
    {
    case SECONDS:
      return g_strdup_printf (ngettext ("About %d second left", "About %d seconds left", n), n);
    case MINUTES:
      return g_strdup_printf (ngettext ("About %d minute left", "About %d minutes left", n), n);
    case HOURS:
      return g_strdup_printf (ngettext ("About %d hour left", "About %d hours left", n), n);
    case DAYS:
    default:
      return g_strdup_printf (ngettext ("About %d day left", "About %d days left", n), n);
    }
}

char *
rk_time_format_about (double seconds)
{
  Unit unit;
  const int n = round_time (seconds, &unit);

  switch (unit)
    {
    case SECONDS:
      return g_strdup_printf (ngettext ("about %d second", "about %d seconds", n), n);
    case MINUTES:
      return g_strdup_printf (ngettext ("about %d minute", "about %d minutes", n), n);
    case HOURS:
      return g_strdup_printf (ngettext ("about %d hour", "about %d hours", n), n);
    case DAYS:
    default:
      return g_strdup_printf (ngettext ("about %d day", "about %d days", n), n);
    }
}

char *
rk_time_format_about_short (double seconds)
{
  Unit unit;
  const int n = round_time (seconds, &unit);

  switch (unit)
    {
    case SECONDS:
      return g_strdup_printf (_("about %d s"), n);
    case MINUTES:
      return g_strdup_printf (_("about %d min"), n);
    case HOURS:
      return g_strdup_printf (_("about %d h"), n);
    case DAYS:
    default:
      return rk_time_format_about (seconds);
    }
}

char *
rk_time_format_rate (double rate)
{
  const double seconds = 1 / rate;

  if (rate >= 9.95)
    return g_strdup_printf (_("%.0f fps"), rate);
  if (rate >= 0.95)
    return g_strdup_printf (_("%.1f fps"), rate);
  if (seconds < 9.95)
    return g_strdup_printf (_("%.1f s a frame"), seconds);

  return g_strdup_printf (_("%.0f s a frame"), seconds);
}

gint64
rk_time_round_step (gint64 least_ns)
{
  static const double steps[] = {
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000,
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] * NS_PER_SECOND >= least_ns)
      return (gint64) (steps[i] * NS_PER_SECOND);

  return (least_ns / (36000 * NS_PER_SECOND) + 1) * 36000 * NS_PER_SECOND;
}
