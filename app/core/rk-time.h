/* Times as people write them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "1:02:03.250", "2:03.250" or, without milliseconds, "2:03". */
char     *rk_time_format (gint64       ns,
                          gboolean     milliseconds) G_GNUC_WARN_UNUSED_RESULT;

/* Understands seconds, MM:SS and H:MM:SS, each with a fraction after a point or comma. */
gboolean  rk_time_parse  (const char  *text,
                          gint64      *ns) G_GNUC_WARN_UNUSED_RESULT;

/* "About 3 minutes left", for a progress; NULL while seconds is negative (not known). */
char     *rk_time_format_left (double  seconds) G_GNUC_WARN_UNUSED_RESULT;

/* "about 3 minutes", "about 4 days", and where there is little room "about 3 min". */
char     *rk_time_format_about       (double  seconds) G_GNUC_WARN_UNUSED_RESULT;
char     *rk_time_format_about_short (double  seconds) G_GNUC_WARN_UNUSED_RESULT;

/* "12.5 fps", or how long one frame takes: "25 s a frame". The rate is in frames a second, over 0. */
char     *rk_time_format_rate (double  rate) G_GNUC_WARN_UNUSED_RESULT;

/* A round distance between marks that are at least `least_ns` apart. */
gint64    rk_time_round_step (gint64   least_ns);

G_END_DECLS
