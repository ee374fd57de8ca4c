/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-estimate.h"

#include <glib/gi18n.h>

#include "rk-time.h"

double
rk_estimate_seconds (RkSession *session,
                     gint64     first,
                     gint64     end)
{
  RkPreview *preview = rk_session_get_preview (session);
  double rate;
  gint64 missing;

  if (preview == NULL)
    return -1;

  missing = rk_preview_count_missing (preview, first, end);
  if (missing == 0)
    return 0;

  rate = rk_rates_get (rk_queue_get_rates (rk_session_get_queue (session)), rk_preview_get_recipe (preview), rk_preview_get_format (preview));
  return rate > 0 ? missing / rate : -1;
}

char *
rk_estimate_describe (RkSession              *session,
                      const RkExportSettings *settings,
                      const RkExportPlan     *plan)
{
  g_autofree char *size = plan != NULL ? g_format_size (plan->bytes) : NULL;
  g_autofree char *free = NULL;
  g_autofree char *time = NULL;
  GString *line = g_string_new (NULL);
  double seconds;
  gint64 first, end;

  rk_session_get_export_range (session, settings->whole, &first, &end);
  seconds = rk_estimate_seconds (session, first, end);

  if (seconds == 0)
    g_string_append (line, _("Everything is restored already"));
  else if (seconds < 0)
    g_string_append (line, _("Preview something first to learn the time"));
  else
    time = rk_time_format_about (seconds);
  if (time != NULL)
    g_string_append_printf (line, _("Ready in %s"), time);

  if (plan == NULL)
    return g_string_free (line, FALSE);

  g_string_append_printf (line, _("; about %s"), size);
  if (plan->free_bytes >= 0)
    {
      free = g_format_size (plan->free_bytes);
      g_string_append_printf (line, _(" of %s that are free"), free);
    }

  return g_string_free (line, FALSE);
}
