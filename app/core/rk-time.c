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

char *
rk_time_format_left (double seconds)
{
  if (seconds < 0)
    return NULL;
  if (seconds < 5)
    return g_strdup (_("Almost done"));
  if (seconds < 55)
    return g_strdup_printf (ngettext ("About %d second left", "About %d seconds left", (int) (seconds / 5 + 1) * 5), (int) (seconds / 5 + 1) * 5);
  if (seconds < 3300)
    {
      const int minutes = (int) (seconds / 60 + 0.7);

      return g_strdup_printf (ngettext ("About %d minute left", "About %d minutes left", minutes), minutes);
    }

  {
    const int hours = (int) (seconds / 3600 + 0.5);

    return g_strdup_printf (ngettext ("About %d hour left", "About %d hours left", hours), hours);
  }
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
