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
           const RkExportSettings *settings,
           gint64                  n_frames)
{
  const OasisFrameFormat *format = rk_preview_get_format (rk_session_get_preview (session));
  const double pixels = (double) format->width * format->height * n_frames;
  const double bits = g_str_equal (settings->codec, "ffv1") ? FFV1_BITS : X264_BITS_AT_18 * pow (2, (18 - settings->quality) / 6);

  return pixels * bits / 8;
}

char *
rk_estimate_describe (RkSession              *session,
                      const RkExportSettings *settings)
{
  RkPreview *preview = rk_session_get_preview (session);
  const double rate = rk_rates_get (rk_queue_get_rates (rk_session_get_queue (session)), rk_preview_get_recipe (preview), rk_preview_get_format (preview));
  g_autofree char *size = NULL;
  g_autofree char *time = NULL;
  gint64 first, end, missing;

  rk_session_get_export_range (session, settings->whole, &first, &end);
  missing = rk_preview_count_missing (preview, first, end);
  size = g_format_size ((guint64) get_bytes (session, settings, end - first));

  if (missing == 0)
    return g_strdup_printf (_("About %s; everything is restored already"), size);
  if (rate <= 0)
    return g_strdup_printf (_("About %s; preview something first to learn the time"), size);

  time = rk_time_format ((gint64) (missing / rate * 1e9), FALSE);
  return g_strdup_printf (_("About %s, in about %s"), size, time);
}
