/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-viewport.h"

#define GAP 1 /* between two sides */
#define STACK_FROM 1.5 /* so much larger must pictures above each other be, to lie like that */

void
rk_viewport_reset (RkViewport *self)
{
  self->zoom = RK_ZOOM_FIT;
  self->x = 0.5;
  self->y = 0.5;
}

/* The zoom at which the whole picture is seen in an area. */
static double
fit (const RkViewport *self,
     double            width,
     double            height)
{
  if (self->picture_width <= 0 || self->picture_height <= 0)
    return 1;

  return MIN (width / self->picture_width, height / self->picture_height);
}

double
rk_viewport_get_zoom (const RkViewport *self)
{
  return self->zoom != RK_ZOOM_FIT ? self->zoom : fit (self, self->view_width, self->view_height);
}

graphene_rect_t
rk_viewport_get_rect (const RkViewport *self)
{
  const double zoom = rk_viewport_get_zoom (self);
  const double width = self->picture_width * zoom, height = self->picture_height * zoom;

  return GRAPHENE_RECT_INIT (self->view_width / 2 - self->x * width,
                             self->view_height / 2 - self->y * height,
                             width, height);
}

/* Along one axis: a picture smaller than the view is centred, a larger one leaves no margin. */
static double
keep_inside (double middle,
             double picture,
             double view)
{
  if (picture <= view)
    return 0.5;

  return CLAMP (middle, view / 2 / picture, 1 - view / 2 / picture);
}

static void
clamp_middle (RkViewport *self)
{
  const double zoom = rk_viewport_get_zoom (self);

  self->x = keep_inside (self->x, self->picture_width * zoom, self->view_width);
  self->y = keep_inside (self->y, self->picture_height * zoom, self->view_height);
}

void
rk_viewport_set_size (RkViewport *self,
                      double      picture_width,
                      double      picture_height,
                      double      width,
                      double      height,
                      gboolean    two_sides)
{
  const double half_width = (width - GAP) / 2, half_height = (height - GAP) / 2;

  self->picture_width = picture_width;
  self->picture_height = picture_height;
  self->view_width = width;
  self->view_height = height;
  self->other_x = self->other_y = 0;

  if (two_sides && STACK_FROM * fit (self, half_width, height) >= fit (self, width, half_height))
    {
      self->view_width = half_width;
      self->other_x = half_width + GAP;
    }
  else if (two_sides)
    {
      self->view_height = half_height;
      self->other_y = half_height + GAP;
    }

  clamp_middle (self);
}

void
rk_viewport_zoom_at (RkViewport *self,
                     double      zoom,
                     double      x,
                     double      y)
{
  const graphene_rect_t rect = rk_viewport_get_rect (self);
  double u, v;

  if (rect.size.width <= 0 || rect.size.height <= 0)
    return;

  if (self->other_x > 0 && x >= self->other_x)
    x -= self->other_x;
  if (self->other_y > 0 && y >= self->other_y)
    y -= self->other_y;
  u = (x - rect.origin.x) / rect.size.width;
  v = (y - rect.origin.y) / rect.size.height;

  self->zoom = CLAMP (zoom, RK_ZOOM_MIN, RK_ZOOM_MAX);
  self->x = u + (self->view_width / 2 - x) / (self->picture_width * self->zoom);
  self->y = v + (self->view_height / 2 - y) / (self->picture_height * self->zoom);
  clamp_middle (self);
}

void
rk_viewport_pan (RkViewport *self,
                 double      dx,
                 double      dy)
{
  const double zoom = rk_viewport_get_zoom (self);

  self->x -= dx / (self->picture_width * zoom);
  self->y -= dy / (self->picture_height * zoom);
  clamp_middle (self);
}
