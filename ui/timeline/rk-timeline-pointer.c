/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timeline-pointer.h"

#include <math.h>

#include "rk-timeline-private.h"
#include "rk-timeline-scene.h"

#define HANDLE_REACH 12
#define WHEEL_STEP 1.3
#define WHEEL_PIXELS 60
#define PIXELS_A_STEP 40 /* that two fingers move on a touchpad, with Ctrl held */

typedef enum {
  GRIP_PLAYHEAD,
  GRIP_FIRST,
  GRIP_END,
} Grip;

typedef struct {
  RkTimeline *timeline; /* borrowed; it owns this */
  RkSession *session;
  Grip grip;
  double drag_x;        /* where the drag began */
  gint64 before;        /* the playhead's frame then */
  double x;             /* where the pointer is */
  double pinched;       /* how far the pinch had come */
} Pointer;

static gboolean
has_clip (Pointer *self)
{
  return rk_session_get_clip (self->session) != NULL;
}

static Grip
grip_at (Pointer *self,
         double   x,
         double   y)
{
  const RkTimescale scale = _rk_timeline_get_scale (self->timeline);
  const double first = rk_timescale_x_of_frame (&scale, rk_session_get_range_first (self->session));
  const double end = rk_timescale_x_of_frame (&scale, rk_session_get_range_end (self->session));

  if (y < RK_TIMELINE_RULER_HEIGHT)
    return GRIP_PLAYHEAD;
  if (x <= first && first - x <= HANDLE_REACH)
    return GRIP_FIRST;
  if (x >= end && x - end <= HANDLE_REACH)
    return GRIP_END;

  return GRIP_PLAYHEAD;
}

/* Handles lie between frames, the playhead on one: the first or the last frame that they leave in. */
static void
move_grip (Pointer *self,
           double   x)
{
  const RkTimescale scale = _rk_timeline_get_scale (self->timeline);
  RkPlayhead *playhead = rk_session_get_playhead (self->session);

  switch (self->grip)
    {
    case GRIP_PLAYHEAD:
      rk_playhead_set_position (playhead, rk_timescale_frame_at (&scale, x));
      break;
    case GRIP_FIRST:
      rk_session_set_range_first (self->session, rk_timescale_boundary_at (&scale, x));
      rk_playhead_set_position (playhead, rk_session_get_range_first (self->session));
      break;
    case GRIP_END:
      rk_session_set_range_end (self->session, rk_timescale_boundary_at (&scale, x));
      rk_playhead_set_position (playhead, rk_session_get_range_end (self->session) - 1);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
drag_begin_cb (Pointer        *self,
               double          x,
               double          y,
               GtkGestureDrag *gesture)
{
  if (!has_clip (self))
    return;

  _rk_timeline_leave (self->timeline);
  gtk_widget_grab_focus (GTK_WIDGET (self->timeline));
  rk_playhead_set_playing (rk_session_get_playhead (self->session), FALSE);
  self->grip = grip_at (self, x, y);
  self->drag_x = x;
  self->before = rk_playhead_get_position (rk_session_get_playhead (self->session));
  if (self->grip == GRIP_PLAYHEAD)
    move_grip (self, x);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (Pointer *self,
                double   offset_x,
                double   offset_y)
{
  if (has_clip (self))
    move_grip (self, self->drag_x + offset_x);
}

/* The playhead has only shown what the handle was at. */
static void
drag_end_cb (Pointer *self,
             double   offset_x,
             double   offset_y)
{
  if (has_clip (self) && self->grip != GRIP_PLAYHEAD)
    rk_playhead_set_position (rk_session_get_playhead (self->session), self->before);
}

static void
motion_cb (Pointer                  *self,
           double                    x,
           double                    y,
           GtkEventControllerMotion *controller)
{
  const GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  self->x = x;
  if (!has_clip (self))
    return;

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->timeline), grip_at (self, x, y) != GRIP_PLAYHEAD ? "ew-resize" : NULL);
  if (!(state & GDK_BUTTON1_MASK))
    _rk_timeline_hover (self->timeline, x);
}

static void
leave_cb (Pointer *self)
{
  _rk_timeline_leave (self->timeline);
}

static gboolean
scroll_cb (Pointer                  *self,
           double                    dx,
           double                    dy,
           GtkEventControllerScroll *controller)
{
  const GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  const gboolean touchpad = gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE;

  if (!has_clip (self))
    return GDK_EVENT_PROPAGATE;

  if (state & GDK_CONTROL_MASK)
    _rk_timeline_zoom_at (self->timeline, pow (WHEEL_STEP, touchpad ? dy / PIXELS_A_STEP : dy), self->x);
  else
    _rk_timeline_scroll (self->timeline, (dx + dy) * (touchpad ? 1 : WHEEL_PIXELS));

  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (Pointer *self)
{
  self->pinched = 1;
}

static void
pinch_cb (Pointer        *self,
          double          scale,
          GtkGestureZoom *gesture)
{
  double x, y;

  if (!has_clip (self) || scale <= 0 || !gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    return;

  _rk_timeline_zoom_at (self->timeline, self->pinched / scale, x);
  self->pinched = scale;
}

void
rk_timeline_pointer_attach (RkTimeline *timeline,
                            RkSession  *session)
{
  GtkWidget *widget = GTK_WIDGET (timeline);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  Pointer *self = g_new0 (Pointer, 1);

  self->timeline = timeline;
  self->session = session;
  g_object_set_data_full (G_OBJECT (timeline), "rk-pointer", self, g_free);

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (widget, motion);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (widget, scroll);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
}
