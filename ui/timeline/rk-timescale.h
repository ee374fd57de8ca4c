/* Where the frames of a clip lie along a line of pixels.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"

G_BEGIN_DECLS

typedef struct {
  RkClip *clip; /* borrowed */
  double left;  /* pixels, where time 0 lies */
  double width; /* pixels, of the whole clip; > 0 */
} RkTimescale;

gint64 rk_timescale_get_duration (const RkTimescale *self);
double rk_timescale_x_of_time    (const RkTimescale *self,
                                  gint64             ns);
/* Where a frame begins; that of the clip's end is one past its last frame. */
double rk_timescale_x_of_frame   (const RkTimescale *self,
                                  gint64             frame);
/* The frame shown at x; the first or the last one beyond the ends. */
gint64 rk_timescale_frame_at     (const RkTimescale *self,
                                  double             x);
/* The boundary between frames that is nearest to x, as the frame that begins there. */
gint64 rk_timescale_boundary_at  (const RkTimescale *self,
                                  double             x);

G_END_DECLS
