/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-compare-pointer.h"

#include <math.h>

#include "rk-compare-view-private.h"

#define WHEEL_STEP 1.2
#define PIXELS_A_STEP 40 /* that two fingers move on a touchpad, with Ctrl held */

typedef struct {
  RkCompareView *view; /* borrowed; it owns this */
  gboolean dragging_split;
  double drag_x, drag_y; /* how far the drag had come at the last update */
  double pinch_factor;   /* when the pinch began */
  double x, y;           /* where the pointer is */
} Pointer;

static void
motion_cb (Pointer *self,
           double   x,
           double   y)
{
  self->x = x;
  self->y = y;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->view), _rk_compare_view_is_on_split (self->view, x) ? "ew-resize" : NULL);
}

static void
drag_begin_cb (Pointer        *self,
               double          x,
               double          y,
               GtkGestureDrag *gesture)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  self->dragging_split = _rk_compare_view_is_on_split (self->view, x);
  self->drag_x = self->drag_y = 0;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (Pointer        *self,
                double          offset_x,
                double          offset_y,
                GtkGestureDrag *gesture)
{
  double x, y;

  if (self->dragging_split && gtk_gesture_drag_get_start_point (gesture, &x, &y))
    {
      _rk_compare_view_move_split_to (self->view, x + offset_x);
      return;
    }

  _rk_compare_view_pan (self->view, offset_x - self->drag_x, offset_y - self->drag_y);
  self->drag_x = offset_x;
  self->drag_y = offset_y;
}

/* A wheel zooms about the pointer; a touchpad's two fingers pan, and zoom with Ctrl. */
static gboolean
scroll_cb (Pointer                  *self,
           double                    dx,
           double                    dy,
           GtkEventControllerScroll *controller)
{
  const GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  const gboolean touchpad = gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE;

  if (touchpad && !(state & GDK_CONTROL_MASK))
    _rk_compare_view_pan (self->view, -dx, -dy);
  else
    _rk_compare_view_zoom_at (self->view,
                              _rk_compare_view_get_factor (self->view) * pow (WHEEL_STEP, touchpad ? -dy / PIXELS_A_STEP : -dy),
                              self->x, self->y);

  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (Pointer *self)
{
  self->pinch_factor = _rk_compare_view_get_factor (self->view);
}

static void
pinch_cb (Pointer        *self,
          double          scale,
          GtkGestureZoom *gesture)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    _rk_compare_view_zoom_at (self->view, self->pinch_factor * scale, x, y);
}

void
rk_compare_pointer_attach (RkCompareView *view)
{
  GtkWidget *widget = GTK_WIDGET (view);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  Pointer *self = g_new0 (Pointer, 1);

  self->view = view;
  g_object_set_data_full (G_OBJECT (view), "rk-pointer", self, g_free);

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (widget, motion);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (widget, scroll);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
}
