/* How fast frames are decoded, as seen so far, and what follows for what is shown first.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sums in which what is past counts less and less. One thread at a time. */
typedef struct {
  double us;
  double frames;
} RkPace;
/* A guess, soon outweighed: 5 ms a frame. */
#define RK_PACE_INIT { .us = 20000, .frames = 4 }

void    rk_pace_add        (RkPace       *self,
                            gint64        frames,
                            gint64        us);

/* How long decoding so many frames is likely to take, in microseconds. */
gint64  rk_pace_estimate   (const RkPace *self,
                            gint64        frames);

/* How to go to a frame. */
typedef struct {
  gint64 first;      /* what to show first: the frame itself if it can be waited for, else one on the
                      * way that is there in time */
  gboolean alone;    /* and that one is a keyframe, which can be had by itself */
  gboolean long_way; /* so long that whoever wants another frame by then does not wait for the end */
} RkRoute;

/* To frame wanted by decoding way frames; start is the first on the way that can be shown. */
RkRoute rk_pace_find_route (const RkPace *self,
                            gint64        start,
                            gint64        wanted,
                            gint64        way);

G_END_DECLS
