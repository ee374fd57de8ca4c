/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timeline.h"

#include <glib/gi18n.h>
#include <math.h>

#include "rk-thumbnailer.h"
#include "rk-time.h"
#include "rk-timeline-scene.h"
#include "rk-timescale.h"

#define MARGIN 14 /* left and right, so that handles at the ends can be taken */
#define HANDLE_REACH 12

typedef enum {
  GRIP_PLAYHEAD,
  GRIP_FIRST,
  GRIP_END,
} Grip;

struct _RkTimeline
{
  GtkWidget parent_instance;

  /* Owned. */
  RkSession *session;
  GSignalGroup *session_signals, *playhead_signals, *preview_signals, *thumbnailer_signals;
  RkThumbnailer *thumbnailer;
  GHashTable *textures; /* RkPicture -> GdkTexture, of the thumbnails shown */

  Grip grip;
  double drag_x;
};

static void accessible_range_init (GtkAccessibleRangeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (RkTimeline, rk_timeline, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_RANGE, accessible_range_init))

static RkClip *
get_clip (RkTimeline *self)
{
  return self->session != NULL ? rk_session_get_clip (self->session) : NULL;
}

static RkPlayhead *
get_playhead (RkTimeline *self)
{
  return self->session != NULL ? rk_session_get_playhead (self->session) : NULL;
}

/* There has to be a clip. */
static RkTimescale
get_scale (RkTimeline *self)
{
  return (RkTimescale) {
    .clip = get_clip (self),
    .left = MARGIN,
    .width = MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN, 1),
  };
}

/* --- the widget -------------------------------------------------------------------------------- */

static void
request_thumbnails (RkTimeline *self)
{
  RkTimescale scale;

  if (self->thumbnailer == NULL || gtk_widget_get_width (GTK_WIDGET (self)) <= 0)
    return;

  scale = get_scale (self);
  rk_thumbnailer_request (self->thumbnailer, rk_timeline_scene_count_thumbnails (&scale),
                          RK_TIMELINE_TRACK_HEIGHT * gtk_widget_get_scale_factor (GTK_WIDGET (self)));
}

static void
rk_timeline_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  RkTimeline *self = RK_TIMELINE (widget);

  if (get_clip (self) == NULL)
    return;

  rk_timeline_scene_snapshot (&(RkTimelineScene) {
    .widget = widget,
    .scale = get_scale (self),
    .thumbnailer = self->thumbnailer,
    .textures = self->textures,
    .preview = rk_session_get_preview (self->session),
    .range_first = rk_session_get_range_first (self->session),
    .range_end = rk_session_get_range_end (self->session),
    .position = rk_playhead_get_position (get_playhead (self)),
  }, snapshot);
}

static void
rk_timeline_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? RK_TIMELINE_HEIGHT : 200;
}

static void
rk_timeline_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  if (get_clip (RK_TIMELINE (widget)) != NULL)
    request_thumbnails (RK_TIMELINE (widget));
}

/* --- pointer ----------------------------------------------------------------------------------- */

static Grip
grip_at (RkTimeline *self,
         double      x,
         double      y)
{
  const RkTimescale scale = get_scale (self);
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

/* Handles lie between frames, the playhead on one. */
static void
move_grip (RkTimeline *self,
           double      x)
{
  const RkTimescale scale = get_scale (self);

  switch (self->grip)
    {
    case GRIP_PLAYHEAD:
      rk_playhead_set_position (get_playhead (self), rk_timescale_frame_at (&scale, x));
      break;
    case GRIP_FIRST:
      rk_session_set_range_first (self->session, rk_timescale_boundary_at (&scale, x));
      break;
    case GRIP_END:
      rk_session_set_range_end (self->session, rk_timescale_boundary_at (&scale, x));
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
drag_begin_cb (RkTimeline     *self,
               double          x,
               double          y,
               GtkGestureDrag *gesture)
{
  if (get_clip (self) == NULL)
    return;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->grip = grip_at (self, x, y);
  self->drag_x = x;
  if (self->grip == GRIP_PLAYHEAD)
    {
      rk_playhead_set_playing (get_playhead (self), FALSE);
      move_grip (self, x);
    }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (RkTimeline *self,
                double      offset_x,
                double      offset_y)
{
  if (get_clip (self) != NULL)
    move_grip (self, self->drag_x + offset_x);
}

static void
motion_cb (RkTimeline *self,
           double      x,
           double      y)
{
  const gboolean on_handle = get_clip (self) != NULL && grip_at (self, x, y) != GRIP_PLAYHEAD;

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), on_handle ? "ew-resize" : NULL);
}

/* --- session ----------------------------------------------------------------------------------- */

static void
position_cb (RkTimeline *self)
{
  RkClip *clip = get_clip (self);

  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (clip != NULL)
    {
      g_autofree char *text = rk_time_format (rk_clip_get_frame_time (clip, rk_playhead_get_position (get_playhead (self))), TRUE);

      gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                      GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                      GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double) rk_clip_get_n_frames (clip) - 1,
                                      GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double) rk_playhead_get_position (get_playhead (self)),
                                      GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                      -1);
    }
}

static void
preview_cb (RkTimeline *self)
{
  g_signal_group_set_target (self->preview_signals, rk_session_get_preview (self->session));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
clip_cb (RkTimeline *self)
{
  RkClip *clip = get_clip (self);

  g_clear_object (&self->thumbnailer);
  g_hash_table_remove_all (self->textures);
  if (clip != NULL)
    {
      self->thumbnailer = rk_thumbnailer_new (clip);
      request_thumbnails (self);
    }
  g_signal_group_set_target (self->thumbnailer_signals, self->thumbnailer);
  position_cb (self);
}

void
rk_timeline_set_session (RkTimeline *self,
                         RkSession  *session)
{
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->playhead_signals, get_playhead (self));
  clip_cb (self);
  preview_cb (self);
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_timeline_dispose (GObject *object)
{
  RkTimeline *self = RK_TIMELINE (object);

  g_clear_object (&self->session_signals);
  g_clear_object (&self->playhead_signals);
  g_clear_object (&self->preview_signals);
  g_clear_object (&self->thumbnailer_signals);
  g_clear_object (&self->thumbnailer);
  g_clear_object (&self->session);
  g_clear_pointer (&self->textures, g_hash_table_unref);

  G_OBJECT_CLASS (rk_timeline_parent_class)->dispose (object);
}

/* The playhead, moved by assistive technology; the value is a frame's number. */
static gboolean
set_current_value (GtkAccessibleRange *range,
                   double              value)
{
  RkTimeline *self = RK_TIMELINE (range);

  if (get_clip (self) == NULL)
    return FALSE;

  rk_playhead_set_position (get_playhead (self), (gint64) round (value));
  return TRUE;
}

static void
accessible_range_init (GtkAccessibleRangeInterface *iface)
{
  iface->set_current_value = set_current_value;
}

static void
rk_timeline_class_init (RkTimelineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = rk_timeline_dispose;
  widget_class->snapshot = rk_timeline_snapshot;
  widget_class->measure = rk_timeline_measure;
  widget_class->size_allocate = rk_timeline_size_allocate;

  gtk_widget_class_set_css_name (widget_class, "timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
rk_timeline_init (RkTimeline *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->textures = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) rk_picture_unref, g_object_unref);
  self->session_signals = g_signal_group_new (RK_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::clip", G_CALLBACK (clip_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::preview", G_CALLBACK (preview_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::range-first", G_CALLBACK (gtk_widget_queue_draw), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::range-end", G_CALLBACK (gtk_widget_queue_draw), self);
  self->playhead_signals = g_signal_group_new (RK_TYPE_PLAYHEAD);
  g_signal_group_connect_swapped (self->playhead_signals, "notify::position", G_CALLBACK (position_cb), self);
  self->preview_signals = g_signal_group_new (RK_TYPE_PREVIEW);
  g_signal_group_connect_swapped (self->preview_signals, "changed", G_CALLBACK (gtk_widget_queue_draw), self);
  self->thumbnailer_signals = g_signal_group_new (RK_TYPE_THUMBNAILER);
  g_signal_group_connect_swapped (self->thumbnailer_signals, "ready", G_CALLBACK (gtk_widget_queue_draw), self);
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Timeline"), -1);

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (widget, motion);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
}
