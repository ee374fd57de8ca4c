/* The time in a clip while it is played.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Zeroed, it runs at speed 0; set it before. */
typedef struct {
  /*< private >*/
  gint64 now_ns;  /* in the clip */
  gint64 tick_us; /* the last tick, on any steady clock; 0 = none yet */
  double speed;
} RkPlayClock;

/* Goes on from another time. */
void   rk_play_clock_set     (RkPlayClock *self,
                              gint64       now_ns);
void   rk_play_clock_set_speed (RkPlayClock *self,
                              double       speed);
double rk_play_clock_get_speed (const RkPlayClock *self);

/* The time in the clip at a tick. What passed while ticks were late is not made up for: playing
 * becomes slower, and no frame is left out. */
gint64 rk_play_clock_advance (RkPlayClock *self,
                              gint64       tick_us);

G_END_DECLS
