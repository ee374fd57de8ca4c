/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timescale.h"

#include <math.h>

#define SNAP_PIXELS 8

double
rk_timescale_x_of_time (const RkTimescale *self,
                        gint64             ns)
{
  return self->left + (double) (ns - self->span.first) / self->span.span * self->width;
}

gint64
rk_timescale_time_at (const RkTimescale *self,
                      double             x)
{
  const double time = self->span.first + (x - self->left) / self->width * self->span.span;

  return (gint64) CLAMP (time, 0, self->span.duration);
}

double
rk_timescale_x_of_frame (const RkTimescale *self,
                         gint64             frame)
{
  return rk_timescale_x_of_time (self, rk_clip_get_frame_time (self->clip, frame));
}

gint64
rk_timescale_frame_at (const RkTimescale *self,
                       double             x)
{
  return rk_clip_get_frame_at (self->clip, rk_timescale_time_at (self, x));
}

/* The scene that begins nearest to x, if that is near. */
static gboolean
find_cut (const RkTimescale *self,
          double             x,
          gint64            *frame)
{
  gsize n_cuts;
  const gint64 *cuts = rk_clip_get_cuts (self->clip, &n_cuts);
  double best = SNAP_PIXELS;

  for (gsize i = 0; i < n_cuts; i++)
    {
      const double distance = fabs (rk_timescale_x_of_frame (self, cuts[i]) - x);

      if (distance < best)
        {
          best = distance;
          *frame = cuts[i];
        }
    }

  return best < SNAP_PIXELS;
}

gint64
rk_timescale_boundary_at (const RkTimescale *self,
                          double             x)
{
  const gint64 frame = rk_timescale_frame_at (self, x);
  const double left = rk_timescale_x_of_frame (self, frame);
  const double right = rk_timescale_x_of_frame (self, frame + 1);
  gint64 cut = frame;

  if (find_cut (self, x, &cut))
    return cut;

  return x - left > right - x ? frame + 1 : frame;
}

/* The time of a cell: a whole share of the clip's, halved as often as the zoom needs. */
static double
get_cell_time (const RkTimescale *self,
               double             cell_width)
{
  const double whole = self->span.duration / MAX (ceil (self->width / cell_width), 1);
  const double halvings = MAX (floor (log2 ((double) self->span.duration / self->span.span)), 0);

  return whole / exp2 (halvings);
}

void
rk_timescale_get_cells (const RkTimescale *self,
                        double             cell_width,
                        gint64            *first,
                        gint64            *last)
{
  const double time = get_cell_time (self, cell_width);
  const gint64 all = (gint64) round (self->span.duration / time);

  *first = (gint64) floor (self->span.first / time);
  *last = MIN ((gint64) floor ((self->span.first + self->span.span) / time), all - 1);
}

void
rk_timescale_get_cell (const RkTimescale *self,
                       double             cell_width,
                       gint64             cell,
                       double            *x,
                       double            *width,
                       gint64            *frame)
{
  const double time = get_cell_time (self, cell_width);

  *x = rk_timescale_x_of_time (self, (gint64) (cell * time));
  *width = time / self->span.span * self->width;
  *frame = rk_clip_get_frame_at (self->clip, (gint64) ((cell + 0.5) * time));
}
