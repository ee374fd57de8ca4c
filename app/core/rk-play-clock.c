/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-play-clock.h"

/* A tick that comes later than this is late. */
#define LONGEST_TICK_US 50000

void
rk_play_clock_set (RkPlayClock *self,
                   gint64       now_ns)
{
  self->now_ns = now_ns;
  self->tick_us = 0;
}

void
rk_play_clock_set_speed (RkPlayClock *self,
                         double       speed)
{
  self->speed = speed;
}

double
rk_play_clock_get_speed (const RkPlayClock *self)
{
  return self->speed;
}

gint64
rk_play_clock_advance (RkPlayClock *self,
                       gint64       tick_us)
{
  if (self->tick_us != 0)
    self->now_ns += (gint64) (CLAMP (tick_us - self->tick_us, 0, LONGEST_TICK_US) * 1000 * self->speed);
  self->tick_us = tick_us;

  return self->now_ns;
}
