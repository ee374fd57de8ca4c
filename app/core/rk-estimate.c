/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-estimate.h"

#include <glib/gi18n.h>
#include <math.h>

#include "rk-time.h"

/* Bits a pixel of x264 at crf 18 (0.38 on the sample clip, less on larger pictures); every 6 steps of
 * crf halve it. */
#define X264_BITS_AT_18 0.3
#define FFV1_BITS 6.0

static double
get_bytes (RkSession              *session,
           const RkExportSettings *settings)
{
  const OasisFrameFormat *format = rk_preview_get_format (rk_session_get_preview (session));
  const double pixels = (double) format->width * format->height * (settings->end - settings->first);
  const double bits = g_str_equal (settings->codec, "ffv1") ? FFV1_BITS : X264_BITS_AT_18 * pow (2, (18 - settings->crf) / 6);

  return pixels * bits / 8;
}

/* Frames of the range that have to be computed. */
static gint64
count_missing (RkSession              *session,
               const RkExportSettings *settings)
{
  RkPreview *preview = rk_session_get_preview (session);
  gint64 missing = settings->end - settings->first;
  gint64 first, end;

  for (gint64 from = settings->first; rk_preview_find_run (preview, from, &first, &end) && first < settings->end; from = end)
    missing -= MIN (end, settings->end) - MAX (first, from);

  return MAX (missing, 0);
}

char *
rk_estimate_describe (RkSession              *session,
                      const RkExportSettings *settings)
{
  const double rate = rk_session_get_last_rate (session);
  const gint64 missing = count_missing (session, settings);
  g_autofree char *size = g_format_size ((guint64) get_bytes (session, settings));
  g_autofree char *time = NULL;

  if (missing == 0)
    return g_strdup_printf (_("About %s; everything is restored already"), size);
  if (rate <= 0)
    return g_strdup_printf (_("About %s; preview something first to learn the time"), size);

  time = rk_time_format ((gint64) (missing / rate * 1e9), FALSE);
  return g_strdup_printf (_("About %s, in about %s"), size, time);
}
