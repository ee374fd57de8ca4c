/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timespan.h"

static void
set (RkTimespan *self,
     double      first,
     double      span)
{
  self->span = (gint64) CLAMP (span, MIN (RK_TIMESPAN_LEAST, self->duration), self->duration);
  self->first = (gint64) CLAMP (first, 0, self->duration - self->span);
}

void
rk_timespan_reset (RkTimespan *self,
                   gint64      duration)
{
  *self = (RkTimespan) { .duration = duration, .span = duration };
}

gboolean
rk_timespan_is_whole (const RkTimespan *self)
{
  return self->span == self->duration;
}

void
rk_timespan_zoom_at (RkTimespan *self,
                     double      factor,
                     gint64      time)
{
  const double before = self->span;
  const double share = (time - self->first) / before;
  const double span = CLAMP (before * factor, MIN (RK_TIMESPAN_LEAST, self->duration), self->duration);

  set (self, time - share * span, span);
}

void
rk_timespan_fit (RkTimespan *self,
                 gint64      first,
                 gint64      end)
{
  const double margin = (end - first) * 0.05;

  set (self, first - margin, end - first + 2 * margin);
}

void
rk_timespan_scroll (RkTimespan *self,
                    gint64      by)
{
  set (self, self->first + by, self->span);
}

gboolean
rk_timespan_keep (RkTimespan *self,
                  gint64      time)
{
  if (time >= self->first && time < self->first + self->span)
    return FALSE;

  /* A page on, so that what plays does not push the view along. */
  set (self, time < self->first ? time - self->span * 0.9 : time - self->span * 0.1, self->span);
  return TRUE;
}
