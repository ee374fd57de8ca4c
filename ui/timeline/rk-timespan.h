/* What of a clip a timeline shows: zoom and scrolling along one axis.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The least that is shown: a dozen frames or so. */
#define RK_TIMESPAN_LEAST G_GINT64_CONSTANT (400000000)

/* Nanoseconds. The whole is shown while span is duration. */
typedef struct {
  gint64 duration; /* of the clip, > 0 */
  gint64 first;    /* where what is shown begins */
  gint64 span;     /* how much that is */
} RkTimespan;

void     rk_timespan_reset   (RkTimespan       *self,
                              gint64            duration);
gboolean rk_timespan_is_whole (const RkTimespan *self);
/* Shows factor times as much; a time stays where it is. */
void     rk_timespan_zoom_at (RkTimespan       *self,
                              double            factor,
                              gint64            time);
/* What is between two times fills most of it. */
void     rk_timespan_fit     (RkTimespan       *self,
                              gint64            first,
                              gint64            end);
void     rk_timespan_scroll  (RkTimespan       *self,
                              gint64            by);
/* Scrolls as far as a time needs to be seen; returns whether that was so. */
gboolean rk_timespan_keep    (RkTimespan       *self,
                              gint64            time);

G_END_DECLS
