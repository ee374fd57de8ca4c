/* Which part of a picture a view shows, and how large: zoom and pan as plain numbers. The view may
 * have two sides, which then show the same part of two pictures.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <graphene.h>
#include <glib.h>

G_BEGIN_DECLS

#define RK_ZOOM_FIT 0.0
#define RK_ZOOM_MIN 0.5
#define RK_ZOOM_MAX 8.0

/* All lengths are in the widget's logical pixels. A zeroed one fits and is centred once sized. */
typedef struct {
  double picture_width, picture_height; /* at zoom 1 */
  double view_width, view_height;       /* of one side */
  double other_x, other_y;              /* where the second side begins; 0, 0: there is none */
  double zoom;                          /* RK_ZOOM_FIT or a factor */
  double x, y;                          /* the picture's point at the view's middle, 0..1 */
} RkViewport;

void            rk_viewport_reset    (RkViewport *self);
/* Takes the sizes. Two sides lie beside each other, or, where that shows the pictures much larger,
 * above each other. */
void            rk_viewport_set_size (RkViewport *self,
                                      double      picture_width,
                                      double      picture_height,
                                      double      width,
                                      double      height,
                                      gboolean    two_sides);
/* The factor in force, whether chosen or fitted. */
double          rk_viewport_get_zoom (const RkViewport *self);
/* Where the picture lies in a side whose origin is 0, 0. */
graphene_rect_t rk_viewport_get_rect (const RkViewport *self);
/* Zooms so that the picture's point under (x, y) stays there, on whichever side that is. */
void            rk_viewport_zoom_at  (RkViewport *self,
                                      double      zoom,
                                      double      x,
                                      double      y);
void            rk_viewport_pan      (RkViewport *self,
                                      double      dx,
                                      double      dy);

G_END_DECLS
