/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timeline.h"

#include <glib/gi18n.h>
#include <math.h>

#include "rk-thumbnailer.h"
#include "rk-time.h"
#include "rk-timeline-handle.h"
#include "rk-timeline-hover.h"
#include "rk-timeline-private.h"
#include "rk-timeline-scene.h"

#define MARGIN 14 /* left and right, so that handles at the ends can be taken */
#define MOST_TEXTURES 600
#define HANDLE_WIDTH 8

struct _RkTimeline
{
  GtkWidget parent_instance;

  /* Owned. */
  RkSession *session;
  GSignalGroup *session_signals, *playhead_signals, *preview_signals, *thumbnailer_signals;
  RkThumbnailer *thumbnailer;
  GHashTable *textures; /* RkPicture -> GdkTexture, of the thumbnails shown */

  /* Children. */
  RkTimelineHandle *first, *end;
  RkTimelineHover *hover;

  RkTimespan span;
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

RkTimescale
_rk_timeline_get_scale (RkTimeline *self)
{
  return (RkTimescale) {
    .clip = get_clip (self),
    .span = self->span,
    .left = MARGIN,
    .width = MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN, 1),
  };
}

/* --- the widget -------------------------------------------------------------------------------- */

/* Those that are seen, from the middle outwards. */
static void
request_thumbnails (RkTimeline *self)
{
  g_autoptr (GArray) frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  const RkTimescale scale = _rk_timeline_get_scale (self);
  const double cell_width = rk_timeline_scene_get_cell_width (&scale);
  gint64 first, last;

  if (self->thumbnailer == NULL || gtk_widget_get_width (GTK_WIDGET (self)) <= 0)
    return;

  rk_timescale_get_cells (&scale, cell_width, &first, &last);
  for (gint64 i = 0, n = last - first + 1; i < n; i++)
    {
      const gint64 cell = first + n / 2 + (i % 2 == 0 ? i / 2 : -(i + 1) / 2);
      double x, width;
      gint64 frame;

      rk_timescale_get_cell (&scale, cell_width, cell, &x, &width, &frame);
      g_array_append_val (frames, frame);
    }
  if (g_hash_table_size (self->textures) > MOST_TEXTURES)
    g_hash_table_remove_all (self->textures);
  rk_thumbnailer_request (self->thumbnailer, (const gint64 *) (gpointer) frames->data, frames->len,
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
    .scale = _rk_timeline_get_scale (self),
    .thumbnailer = self->thumbnailer,
    .textures = self->textures,
    .preview = rk_session_get_preview (self->session),
    .range_first = rk_session_get_range_first (self->session),
    .range_end = rk_session_get_range_end (self->session),
    .position = rk_playhead_get_position (get_playhead (self)),
  }, snapshot);
  gtk_widget_snapshot_child (widget, GTK_WIDGET (self->first), snapshot);
  gtk_widget_snapshot_child (widget, GTK_WIDGET (self->end), snapshot);
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
allocate_handle (RkTimelineHandle *handle,
                 double            x)
{
  int minimum;

  if (!gtk_widget_get_visible (GTK_WIDGET (handle)))
    return;

  gtk_widget_measure (GTK_WIDGET (handle), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_allocate (GTK_WIDGET (handle), MAX (HANDLE_WIDTH, minimum), RK_TIMELINE_TRACK_HEIGHT, -1,
                       gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (x, RK_TIMELINE_RULER_HEIGHT)));
}

static void
rk_timeline_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  RkTimeline *self = RK_TIMELINE (widget);

  gtk_popover_present (GTK_POPOVER (self->hover));
  if (get_clip (self) != NULL)
    {
      const RkTimescale scale = _rk_timeline_get_scale (self);

      request_thumbnails (self);
      allocate_handle (self->first, rk_timescale_x_of_frame (&scale, rk_session_get_range_first (self->session)) - HANDLE_WIDTH);
      allocate_handle (self->end, rk_timescale_x_of_frame (&scale, rk_session_get_range_end (self->session)));
    }
}

/* --- what is shown of the clip ----------------------------------------------------------------- */

static void
span_changed (RkTimeline *self)
{
  _rk_timeline_leave (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
_rk_timeline_zoom_at (RkTimeline *self,
                      double      factor,
                      double      x)
{
  const RkTimescale scale = _rk_timeline_get_scale (self);

  rk_timespan_zoom_at (&self->span, factor, rk_timescale_time_at (&scale, x));
  span_changed (self);
}

void
_rk_timeline_scroll (RkTimeline *self,
                     double      pixels)
{
  const RkTimescale scale = _rk_timeline_get_scale (self);

  rk_timespan_scroll (&self->span, (gint64) (pixels / scale.width * self->span.span));
  span_changed (self);
}

void
rk_timeline_zoom (RkTimeline *self,
                  double      factor)
{
  if (get_clip (self) == NULL)
    return;

  rk_timespan_zoom_at (&self->span, factor, rk_clip_get_frame_time (get_clip (self), rk_playhead_get_position (get_playhead (self))));
  span_changed (self);
}

void
rk_timeline_fit (RkTimeline *self)
{
  RkClip *clip = get_clip (self);

  if (clip == NULL)
    return;

  if (rk_timespan_is_whole (&self->span))
    rk_timespan_fit (&self->span, rk_clip_get_frame_time (clip, rk_session_get_range_first (self->session)),
                     rk_clip_get_frame_time (clip, rk_session_get_range_end (self->session)));
  else
    rk_timespan_reset (&self->span, self->span.duration);
  span_changed (self);
}

void
_rk_timeline_hover (RkTimeline *self,
                    double      x)
{
  const RkTimescale scale = _rk_timeline_get_scale (self);
  const double cell_width = rk_timeline_scene_get_cell_width (&scale);
  const gint64 frame = rk_timescale_frame_at (&scale, x);
  gint64 first, last, best = frame;
  double least = G_MAXDOUBLE;

  /* The nearest of those that are there anyway. */
  rk_timescale_get_cells (&scale, cell_width, &first, &last);
  for (gint64 cell = first; cell <= last; cell++)
    {
      double left, width;
      gint64 middle;

      rk_timescale_get_cell (&scale, cell_width, cell, &left, &width, &middle);
      if (fabs (left + width / 2 - x) < least)
        {
          least = fabs (left + width / 2 - x);
          best = middle;
        }
    }

  rk_timeline_hover_show (self->hover, x, rk_clip_get_frame_time (get_clip (self), frame),
                          rk_timeline_scene_get_thumbnail (self->thumbnailer, self->textures, best));
}

void
_rk_timeline_leave (RkTimeline *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->hover));
}

/* --- session ----------------------------------------------------------------------------------- */

static void
position_cb (RkTimeline *self)
{
  RkClip *clip = get_clip (self);

  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (clip != NULL)
    {
      if (rk_timespan_keep (&self->span, rk_clip_get_frame_time (clip, rk_playhead_get_position (get_playhead (self)))))
        span_changed (self);
    }
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
range_cb (RkTimeline *self)
{
  rk_timeline_handle_update (self->first);
  rk_timeline_handle_update (self->end);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
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
      const gint64 duration = rk_clip_get_frame_time (clip, rk_clip_get_n_frames (clip));

      self->thumbnailer = rk_thumbnailer_new (clip);
      if (duration != self->span.duration)
        rk_timespan_reset (&self->span, duration);
      request_thumbnails (self);
    }
  g_signal_group_set_target (self->thumbnailer_signals, self->thumbnailer);
  position_cb (self);
  range_cb (self);
}

void
rk_timeline_set_session (RkTimeline *self,
                         RkSession  *session)
{
  g_set_object (&self->session, session);
  rk_timeline_handle_set_session (self->first, session);
  rk_timeline_handle_set_session (self->end, session);
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
  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL;)
    gtk_widget_unparent (child);

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

  self->first = rk_timeline_handle_new (widget, FALSE);
  self->end = rk_timeline_handle_new (widget, TRUE);
  self->hover = rk_timeline_hover_new (widget);
  self->textures = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) rk_picture_unref, g_object_unref);
  self->session_signals = g_signal_group_new (RK_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::clip", G_CALLBACK (clip_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::preview", G_CALLBACK (preview_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::range-first", G_CALLBACK (range_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::range-end", G_CALLBACK (range_cb), self);
  self->playhead_signals = g_signal_group_new (RK_TYPE_PLAYHEAD);
  g_signal_group_connect_swapped (self->playhead_signals, "notify::position", G_CALLBACK (position_cb), self);
  self->preview_signals = g_signal_group_new (RK_TYPE_PREVIEW);
  g_signal_group_connect_swapped (self->preview_signals, "changed", G_CALLBACK (gtk_widget_queue_draw), self);
  self->thumbnailer_signals = g_signal_group_new (RK_TYPE_THUMBNAILER);
  g_signal_group_connect_swapped (self->thumbnailer_signals, "ready", G_CALLBACK (gtk_widget_queue_draw), self);
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Timeline"), -1);
}
