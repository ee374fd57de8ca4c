/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-pace.h"

/* A step of the playhead is to be answered within 100 ms. What is left of them is for converting the
 * picture, and for an estimate that was too low. */
#define PATIENCE_US 85000
/* The way to a stand-in: short, since the exact frame waits for it. */
#define STAND_IN_US 40000

/* Less is not worth dropping: a hand that drags the playhead mostly wants frames further on the way. */
#define LONG_WAY_US 250000

#define KEPT 0.8 /* of what was seen before, with every new observation */

void
rk_pace_add (RkPace *self,
             gint64  frames,
             gint64  us)
{
  self->us = KEPT * self->us + (double) us;
  self->frames = KEPT * self->frames + (double) frames;
}

gint64
rk_pace_estimate (const RkPace *self,
                  gint64        frames)
{
  return (gint64) (self->us / self->frames * (double) frames);
}

RkRoute
rk_pace_find_route (const RkPace *self,
                    gint64        start,
                    gint64        wanted,
                    gint64        way)
{
  const gint64 estimate_us = rk_pace_estimate (self, way);
  RkRoute route = { .first = wanted, .long_way = estimate_us > LONG_WAY_US };

  if (estimate_us > PATIENCE_US)
    route.first = CLAMP (wanted - way + (gint64) (STAND_IN_US * self->frames / self->us), start, wanted);

  return route;
}
