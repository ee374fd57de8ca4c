/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timescale.h"

gint64
rk_timescale_get_duration (const RkTimescale *self)
{
  return rk_clip_get_frame_time (self->clip, rk_clip_get_n_frames (self->clip));
}

double
rk_timescale_x_of_time (const RkTimescale *self,
                        gint64             ns)
{
  return self->left + (double) ns / rk_timescale_get_duration (self) * self->width;
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
  const double part = CLAMP ((x - self->left) / self->width, 0, 1);

  return rk_clip_get_frame_at (self->clip, (gint64) (part * rk_timescale_get_duration (self)));
}

gint64
rk_timescale_boundary_at (const RkTimescale *self,
                          double             x)
{
  const gint64 frame = rk_timescale_frame_at (self, x);
  const double left = rk_timescale_x_of_frame (self, frame);
  const double right = rk_timescale_x_of_frame (self, frame + 1);

  return x - left > right - x ? frame + 1 : frame;
}
