/* Where the frames of a clip lie along a line of pixels.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"
#include "rk-timespan.h"

G_BEGIN_DECLS

typedef struct {
  RkClip *clip;    /* borrowed */
  RkTimespan span; /* what is shown of it */
  double left;     /* pixels, where that begins */
  double width;    /* pixels; > 0 */
} RkTimescale;

double rk_timescale_x_of_time    (const RkTimescale *self,
                                  gint64             ns);
/* The time at x, within the clip. */
gint64 rk_timescale_time_at      (const RkTimescale *self,
                                  double             x);
/* Where a frame begins; that of the clip's end is one past its last frame. */
double rk_timescale_x_of_frame   (const RkTimescale *self,
                                  gint64             frame);
/* The frame shown at x; the first or the last one beyond the ends. */
gint64 rk_timescale_frame_at     (const RkTimescale *self,
                                  double             x);
/* The boundary between frames that is nearest to x, as the frame that begins there; one that begins a
 * scene from somewhat further away. */
gint64 rk_timescale_boundary_at  (const RkTimescale *self,
                                  double             x);

/* --- thumbnails: cells of equal time, which stay where they are while the view is scrolled --- */

/* The first and the last cell that is seen. cell_width: about how many pixels a cell is to have. */
void   rk_timescale_get_cells    (const RkTimescale *self,
                                  double             cell_width,
                                  gint64            *first,
                                  gint64            *last);
/* Where a cell lies, and the frame that stands for it. */
void   rk_timescale_get_cell     (const RkTimescale *self,
                                  double             cell_width,
                                  gint64             cell,
                                  double            *x,
                                  double            *width,
                                  gint64            *frame);

G_END_DECLS
