/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timeline.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "rk-thumbnailer.h"
#include "rk-time.h"

#define MARGIN 14 /* left and right, so that handles at the ends can be taken */
#define RULER_HEIGHT 24
#define TRACK_HEIGHT 52
#define BAR_HEIGHT 5 /* of what is restored, below the track */
#define HANDLE_WIDTH 8
#define HANDLE_REACH 12
#define LABEL_DISTANCE 90

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
  RkThumbnailer *thumbnailer;
  RkPreview *preview; /* whose changes are watched */
  GHashTable *textures; /* RkPicture -> GdkTexture, of the thumbnails shown */

  Grip grip;
  double drag_x;
};

static void accessible_range_init (GtkAccessibleRangeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (RkTimeline, rk_timeline, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_RANGE, accessible_range_init))

/* --- time and place ---------------------------------------------------------------------------- */

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

static double
get_track_width (RkTimeline *self)
{
  return MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN, 1);
}

static gint64
get_duration (RkClip *clip)
{
  return rk_clip_get_frame_time (clip, rk_clip_get_n_frames (clip));
}

static double
x_of_time (RkTimeline *self,
           gint64      ns)
{
  return MARGIN + (double) ns / get_duration (get_clip (self)) * get_track_width (self);
}

static double
x_of_frame (RkTimeline *self,
            gint64      frame)
{
  return x_of_time (self, rk_clip_get_frame_time (get_clip (self), frame));
}

static gint64
frame_of_x (RkTimeline *self,
            double      x)
{
  RkClip *clip = get_clip (self);
  const double part = CLAMP ((x - MARGIN) / get_track_width (self), 0, 1);

  return rk_clip_get_frame_at (clip, (gint64) (part * get_duration (clip)));
}

/* The boundary between frames that is nearest: handles lie between frames, not on them. */
static gint64
boundary_of_x (RkTimeline *self,
               double      x)
{
  const gint64 frame = frame_of_x (self, x);

  return x - x_of_frame (self, frame) > x_of_frame (self, frame + 1) - x ? frame + 1 : frame;
}

static Grip
grip_at (RkTimeline *self,
         double      x,
         double      y)
{
  const double first = x_of_frame (self, rk_session_get_range_first (self->session));
  const double end = x_of_frame (self, rk_session_get_range_end (self->session));

  if (y < RULER_HEIGHT)
    return GRIP_PLAYHEAD;
  if (x <= first && first - x <= HANDLE_REACH)
    return GRIP_FIRST;
  if (x >= end && x - end <= HANDLE_REACH)
    return GRIP_END;

  return GRIP_PLAYHEAD;
}

/* --- drawing ----------------------------------------------------------------------------------- */

static GdkTexture *
get_texture (RkTimeline *self,
             RkPicture  *picture)
{
  GdkTexture *texture = g_hash_table_lookup (self->textures, picture);

  if (texture == NULL)
    {
      texture = gdk_memory_texture_new (picture->width, picture->height, GDK_MEMORY_R8G8B8A8, picture->rgba, picture->stride);
      g_hash_table_insert (self->textures, rk_picture_ref (picture), texture);
    }

  return texture;
}

static double
get_thumbnail_width (RkTimeline *self)
{
  double width, height;

  rk_clip_get_display_size (get_clip (self), &width, &height);

  return CLAMP (TRACK_HEIGHT * width / height, 20, 200);
}

static int
get_n_thumbnails (RkTimeline *self)
{
  return CLAMP ((int) ceil (get_track_width (self) / get_thumbnail_width (self)), 1, 200);
}

static void
request_thumbnails (RkTimeline *self)
{
  if (self->thumbnailer == NULL || gtk_widget_get_width (GTK_WIDGET (self)) <= 0)
    return;

  rk_thumbnailer_request (self->thumbnailer, get_n_thumbnails (self),
                          TRACK_HEIGHT * gtk_widget_get_scale_factor (GTK_WIDGET (self)));
}

static void
snapshot_thumbnails (RkTimeline    *self,
                     GtkSnapshot   *snapshot,
                     const GdkRGBA *color)
{
  const int n = get_n_thumbnails (self);
  const double width = get_track_width (self) / n;
  const graphene_rect_t track = GRAPHENE_RECT_INIT (MARGIN, RULER_HEIGHT, get_track_width (self), TRACK_HEIGHT);
  GdkRGBA background = *color;

  background.alpha = 0.1f;
  gtk_snapshot_append_color (snapshot, &background, &track);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (RkPicture) picture = rk_thumbnailer_dup (self->thumbnailer, i);
      const graphene_rect_t place = GRAPHENE_RECT_INIT (MARGIN + i * width, RULER_HEIGHT, width, TRACK_HEIGHT);
      double shown;

      if (picture == NULL)
        continue;

      /* Fills its place in height; what is too wide is cut off at both sides. */
      shown = (double) TRACK_HEIGHT * picture->width / picture->height;
      gtk_snapshot_push_clip (snapshot, &place);
      gtk_snapshot_append_texture (snapshot, get_texture (self, picture),
                                   &GRAPHENE_RECT_INIT (MARGIN + (i + 0.5) * width - MAX (shown, width) / 2, RULER_HEIGHT,
                                                        MAX (shown, width), TRACK_HEIGHT));
      gtk_snapshot_pop (snapshot);
    }
}

static void
snapshot_ruler (RkTimeline    *self,
                GtkSnapshot   *snapshot,
                const GdkRGBA *color)
{
  const gint64 duration = get_duration (get_clip (self));
  const gint64 step = rk_time_round_step ((gint64) (duration * LABEL_DISTANCE / get_track_width (self)));
  const gboolean milliseconds = step < 1000000000;
  GdkRGBA mark = *color;

  mark.alpha *= 0.5f;
  for (gint64 time = 0; time <= duration; time += step)
    {
      g_autofree char *text = rk_time_format (time, milliseconds);
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
      const double x = x_of_time (self, time);
      int width;

      gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT (floor (x), RULER_HEIGHT - 5, 1, 5));
      pango_layout_get_pixel_size (layout, &width, NULL);
      if (x + 4 + width > gtk_widget_get_width (GTK_WIDGET (self)))
        break;

      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + 4, 0));
      gtk_snapshot_append_layout (snapshot, layout, color);
      gtk_snapshot_restore (snapshot);
    }
}

static void
snapshot_restored (RkTimeline    *self,
                   GtkSnapshot   *snapshot,
                   const GdkRGBA *color,
                   const GdkRGBA *accent)
{
  const double y = RULER_HEIGHT + TRACK_HEIGHT + 3;
  GdkRGBA empty = *color;
  gint64 first, end;

  empty.alpha = 0.12f;
  gtk_snapshot_append_color (snapshot, &empty, &GRAPHENE_RECT_INIT (MARGIN, y, get_track_width (self), BAR_HEIGHT));
  if (self->preview == NULL)
    return;

  for (gint64 from = 0; rk_preview_find_run (self->preview, from, &first, &end); from = end)
    gtk_snapshot_append_color (snapshot, accent,
                               &GRAPHENE_RECT_INIT (x_of_frame (self, first), y,
                                                    MAX (x_of_frame (self, end) - x_of_frame (self, first), 1), BAR_HEIGHT));
}

static void
append_handle (GtkSnapshot   *snapshot,
               const GdkRGBA *accent,
               double         x)
{
  gtk_snapshot_push_rounded_clip (snapshot, &(GskRoundedRect) {
    .bounds = GRAPHENE_RECT_INIT (x, RULER_HEIGHT, HANDLE_WIDTH, TRACK_HEIGHT),
    .corner = { { 4, 4 }, { 4, 4 }, { 4, 4 }, { 4, 4 } },
  });
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (x, RULER_HEIGHT, HANDLE_WIDTH, TRACK_HEIGHT));
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 1, 1, 0.9f },
                             &GRAPHENE_RECT_INIT (x + HANDLE_WIDTH / 2.0 - 1, RULER_HEIGHT + TRACK_HEIGHT / 2.0 - 8, 2, 16));
  gtk_snapshot_pop (snapshot);
}

static void
snapshot_range (RkTimeline    *self,
                GtkSnapshot   *snapshot,
                const GdkRGBA *accent)
{
  const double first = x_of_frame (self, rk_session_get_range_first (self->session));
  const double end = x_of_frame (self, rk_session_get_range_end (self->session));
  const double right = MARGIN + get_track_width (self);
  const GdkRGBA veil = { 0, 0, 0, 0.5f };

  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (MARGIN, RULER_HEIGHT, first - MARGIN, TRACK_HEIGHT));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (end, RULER_HEIGHT, right - end, TRACK_HEIGHT));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (first, RULER_HEIGHT, end - first, 2));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (first, RULER_HEIGHT + TRACK_HEIGHT - 2, end - first, 2));
  append_handle (snapshot, accent, first - HANDLE_WIDTH);
  append_handle (snapshot, accent, end);
}

static void
snapshot_playhead (RkTimeline    *self,
                   GtkSnapshot   *snapshot,
                   const GdkRGBA *color)
{
  const double x = x_of_frame (self, rk_playhead_get_position (get_playhead (self)));
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 0.5f },
                             &GRAPHENE_RECT_INIT (x - 2, RULER_HEIGHT, 4, TRACK_HEIGHT + 3 + BAR_HEIGHT));
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 1, 1, 1 },
                             &GRAPHENE_RECT_INIT (x - 1, RULER_HEIGHT, 2, TRACK_HEIGHT + 3 + BAR_HEIGHT));

  gsk_path_builder_move_to (builder, x - 7, RULER_HEIGHT - 8);
  gsk_path_builder_line_to (builder, x + 7, RULER_HEIGHT - 8);
  gsk_path_builder_line_to (builder, x, RULER_HEIGHT + 2);
  gsk_path_builder_close (builder);
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, color);
}

static void
rk_timeline_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  RkTimeline *self = RK_TIMELINE (widget);
  AdwStyleManager *style = adw_style_manager_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (style);
  GdkRGBA color;

  if (get_clip (self) == NULL)
    return;

  gtk_widget_get_color (widget, &color);
  snapshot_ruler (self, snapshot, &color);
  snapshot_thumbnails (self, snapshot, &color);
  snapshot_restored (self, snapshot, &color, accent);
  snapshot_range (self, snapshot, accent);
  snapshot_playhead (self, snapshot, &color);
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
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? RULER_HEIGHT + TRACK_HEIGHT + 3 + BAR_HEIGHT : 200;
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

static void
move_grip (RkTimeline *self,
           double      x)
{
  switch (self->grip)
    {
    case GRIP_PLAYHEAD:
      rk_playhead_set_position (get_playhead (self), frame_of_x (self, x));
      break;
    case GRIP_FIRST:
      rk_session_set_range_first (self->session, boundary_of_x (self, x));
      break;
    case GRIP_END:
      rk_session_set_range_end (self->session, boundary_of_x (self, x));
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
queue_draw_cb (RkTimeline *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
preview_cb (RkTimeline *self)
{
  RkPreview *preview = rk_session_get_preview (self->session);

  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_func (self->preview, queue_draw_cb, self);
  g_set_object (&self->preview, preview);
  if (preview != NULL)
    g_signal_connect_object (preview, "changed", G_CALLBACK (queue_draw_cb), self, G_CONNECT_SWAPPED);

  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
clip_cb (RkTimeline *self)
{
  RkClip *clip = get_clip (self);

  if (self->thumbnailer != NULL)
    g_signal_handlers_disconnect_by_func (self->thumbnailer, queue_draw_cb, self);
  g_clear_object (&self->thumbnailer);
  g_hash_table_remove_all (self->textures);
  if (clip != NULL)
    {
      self->thumbnailer = rk_thumbnailer_new (clip);
      g_signal_connect_object (self->thumbnailer, "ready", G_CALLBACK (queue_draw_cb), self, G_CONNECT_SWAPPED);
      request_thumbnails (self);
    }
  position_cb (self);
}

void
rk_timeline_set_session (RkTimeline *self,
                         RkSession  *session)
{
  g_set_object (&self->session, session);
  g_signal_connect_object (session, "notify::clip", G_CALLBACK (clip_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::preview", G_CALLBACK (preview_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (rk_session_get_playhead (session), "notify::position", G_CALLBACK (position_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::range-first", G_CALLBACK (queue_draw_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::range-end", G_CALLBACK (queue_draw_cb), self, G_CONNECT_SWAPPED);
  clip_cb (self);
  preview_cb (self);
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_timeline_dispose (GObject *object)
{
  RkTimeline *self = RK_TIMELINE (object);

  g_clear_object (&self->thumbnailer);
  g_clear_object (&self->preview);
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
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Timeline"), -1);

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (widget, motion);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
}
