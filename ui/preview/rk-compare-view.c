/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-compare-view.h"

#include <glib/gi18n.h>
#include <math.h>

#define HANDLE_REACH 14 /* how near the pointer must be to the split to take it */
#define WHEEL_STEP 1.2

/* What one side shows. */
typedef struct {
  RkPicture *picture;
  GdkTexture *texture; /* NULL where the picture has no bytes */
} Side;

struct _RkCompareView
{
  GtkWidget parent_instance;

  /* Owned. */
  RkSession *session;
  Side before, after;

  RkCompareMode mode;
  RkViewport viewport;
  double split;
  gboolean peek;

  guint tick_id;
  gboolean dragging_split;
  double drag_x, drag_y; /* how far the drag had come at the last update */
  double pinch_zoom;     /* when the pinch began */
  double pointer_x, pointer_y;
};

G_DEFINE_FINAL_TYPE (RkCompareView, rk_compare_view, GTK_TYPE_WIDGET)

G_DEFINE_ENUM_TYPE (RkCompareMode, rk_compare_mode,
                    G_DEFINE_ENUM_VALUE (RK_COMPARE_SPLIT, "split"),
                    G_DEFINE_ENUM_VALUE (RK_COMPARE_SIDE_BY_SIDE, "side-by-side"),
                    G_DEFINE_ENUM_VALUE (RK_COMPARE_BEFORE, "before"),
                    G_DEFINE_ENUM_VALUE (RK_COMPARE_AFTER, "after"))

enum {
  PROP_0,
  PROP_SESSION,
  PROP_MODE,
  PROP_SPLIT,
  PROP_ZOOM,
  PROP_PEEK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- pictures ---------------------------------------------------------------------------------- */

static void
side_clear (Side *side)
{
  g_clear_pointer (&side->picture, rk_picture_unref);
  g_clear_object (&side->texture);
}

/* Takes the picture. */
static void
side_set (Side      *side,
          RkPicture *picture)
{
  if (side->picture == picture)
    {
      g_clear_pointer (&picture, rk_picture_unref);
      return;
    }

  side_clear (side);
  side->picture = picture;
  if (picture != NULL && picture->rgba != NULL)
    side->texture = gdk_memory_texture_new (picture->width, picture->height, GDK_MEMORY_R8G8B8A8,
                                            picture->rgba, picture->stride);
}

static RkPlayhead *
get_playhead (RkCompareView *self)
{
  return self->session != NULL ? rk_session_get_playhead (self->session) : NULL;
}

static void
update_accessible (RkCompareView *self)
{
  const char *state;

  if (self->before.picture == NULL)
    state = _("No frame yet");
  else if (self->after.texture != NULL)
    state = _("This frame is restored");
  else
    state = _("This frame is not restored yet");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, state, -1);
}

/* Both sides change in one go, so they cannot drift apart. */
static void
update_pictures (RkCompareView *self)
{
  RkPlayhead *playhead = get_playhead (self);
  RkFrameReader *before = playhead != NULL ? rk_playhead_get_before (playhead) : NULL;
  RkFrameReader *after = playhead != NULL ? rk_playhead_get_after (playhead) : NULL;
  g_autoptr (RkPicture) left = NULL, right = NULL;
  gint64 position;

  if (before == NULL)
    {
      side_clear (&self->before);
      side_clear (&self->after);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }

  position = rk_playhead_get_position (playhead);
  left = rk_frame_reader_dup (before, position);
  right = after != NULL ? rk_frame_reader_dup (after, position) : NULL;
  if (left == NULL || (after != NULL && right == NULL))
    return;

  if (left == self->before.picture && right == self->after.picture)
    return;

  side_set (&self->before, g_steal_pointer (&left));
  side_set (&self->after, g_steal_pointer (&right));
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- geometry ---------------------------------------------------------------------------------- */

static RkCompareMode
get_shown_mode (RkCompareView *self)
{
  if (!self->peek)
    return self->mode;

  return self->mode == RK_COMPARE_BEFORE ? RK_COMPARE_AFTER : RK_COMPARE_BEFORE;
}

static gboolean
is_clip_size_known (RkCompareView *self)
{
  return self->session != NULL && rk_session_get_clip (self->session) != NULL;
}

/* The frame's size in square device pixels at zoom 1: the restored one's, once that is known. */
static void
get_picture_pixels (RkCompareView *self,
                    double        *width,
                    double        *height)
{
  RkPreview *preview = rk_session_get_preview (self->session);
  double clip_width, clip_height;

  rk_clip_get_display_size (rk_session_get_clip (self->session), &clip_width, &clip_height);
  *width = clip_width;
  *height = clip_height;
  if (preview != NULL)
    {
      const double scale = MAX (rk_preview_get_format (preview)->width / clip_width,
                                rk_preview_get_format (preview)->height / clip_height);

      *width *= scale;
      *height *= scale;
    }
}

/* Tells the session how large the frames are shown, but never larger than they are. */
static void
update_geometry (RkCompareView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double scale, width, height, shown;

  if (!is_clip_size_known (self) || !gtk_widget_get_realized (widget) || gtk_widget_get_width (widget) <= 0)
    return;

  scale = gdk_surface_get_scale (gtk_native_get_surface (gtk_widget_get_native (widget)));
  get_picture_pixels (self, &width, &height);
  self->viewport.picture_width = width / scale;
  self->viewport.picture_height = height / scale;
  self->viewport.view_width = gtk_widget_get_width (widget);
  self->viewport.view_height = gtk_widget_get_height (widget);
  if (self->mode == RK_COMPARE_SIDE_BY_SIDE)
    self->viewport.view_width = (self->viewport.view_width - 1) / 2;
  rk_viewport_pan (&self->viewport, 0, 0);

  shown = MIN (rk_viewport_get_zoom (&self->viewport), 1);
  rk_playhead_set_picture_size (get_playhead (self), MAX ((int) round (width * shown), 1), MAX ((int) round (height * shown), 1));
}

static void
viewport_changed (RkCompareView *self)
{
  update_geometry (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
}

/* The view's own coordinates as those of one side. */
static double
side_x (RkCompareView *self,
        double         x)
{
  return self->mode == RK_COMPARE_SIDE_BY_SIDE && x > self->viewport.view_width + 1 ? x - self->viewport.view_width - 1 : x;
}

/* Where the split lies, within the picture. */
static double
get_split_x (RkCompareView *self)
{
  const graphene_rect_t rect = rk_viewport_get_rect (&self->viewport);
  const double left = MAX (rect.origin.x, 0);
  const double right = MIN (rect.origin.x + rect.size.width, self->viewport.view_width);

  return left + self->split * (right - left);
}

static gboolean
is_on_split (RkCompareView *self,
             double         x)
{
  return get_shown_mode (self) == RK_COMPARE_SPLIT && fabs (x - get_split_x (self)) <= HANDLE_REACH;
}

/* --- drawing ----------------------------------------------------------------------------------- */

static void
rk_compare_view_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  RkCompareView *self = RK_COMPARE_VIEW (widget);

  if (self->before.picture == NULL)
    return;

  rk_compare_scene_snapshot (&(RkCompareScene) {
    .widget = widget,
    .mode = get_shown_mode (self),
    .viewport = &self->viewport,
    .width = gtk_widget_get_width (widget),
    .height = gtk_widget_get_height (widget),
    .split_x = get_split_x (self),
    .before = self->before.texture,
    .after = self->after.texture,
    .strength = rk_recipe_get_strength (rk_session_get_recipe (self->session)),
  }, snapshot);
}

static void
rk_compare_view_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  update_geometry (RK_COMPARE_VIEW (widget));
}

static void
rk_compare_view_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : 120;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 640 : 400;
}

/* --- pointer ----------------------------------------------------------------------------------- */

static void
motion_cb (RkCompareView *self,
           double         x,
           double         y)
{
  self->pointer_x = x;
  self->pointer_y = y;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), is_on_split (self, x) ? "ew-resize" : NULL);
}

static void
drag_begin_cb (RkCompareView  *self,
               double          x,
               double          y,
               GtkGestureDrag *gesture)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->dragging_split = is_on_split (self, x);
  self->drag_x = self->drag_y = 0;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (RkCompareView  *self,
                double          offset_x,
                double          offset_y,
                GtkGestureDrag *gesture)
{
  if (self->dragging_split)
    {
      const graphene_rect_t rect = rk_viewport_get_rect (&self->viewport);
      const double left = MAX (rect.origin.x, 0);
      const double right = MIN (rect.origin.x + rect.size.width, self->viewport.view_width);
      double x, y;

      gtk_gesture_drag_get_start_point (gesture, &x, &y);
      if (right > left)
        rk_compare_view_set_split (self, (x + offset_x - left) / (right - left));
      return;
    }

  rk_viewport_pan (&self->viewport, offset_x - self->drag_x, offset_y - self->drag_y);
  self->drag_x = offset_x;
  self->drag_y = offset_y;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* A wheel zooms about the pointer; a touchpad's two fingers pan, and zoom with Ctrl. */
static gboolean
scroll_cb (RkCompareView            *self,
           double                    dx,
           double                    dy,
           GtkEventControllerScroll *controller)
{
  const GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (!is_clip_size_known (self))
    return GDK_EVENT_PROPAGATE;

  if (gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE && !(state & GDK_CONTROL_MASK))
    {
      rk_viewport_pan (&self->viewport, -dx, -dy);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return GDK_EVENT_STOP;
    }

  if (gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE)
    dy /= 40;
  rk_viewport_zoom_at (&self->viewport, rk_viewport_get_zoom (&self->viewport) * pow (WHEEL_STEP, -dy),
                       side_x (self, self->pointer_x), self->pointer_y);
  viewport_changed (self);

  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (RkCompareView *self)
{
  self->pinch_zoom = rk_viewport_get_zoom (&self->viewport);
}

static void
pinch_cb (RkCompareView  *self,
          double          scale,
          GtkGestureZoom *gesture)
{
  double x, y;

  if (!is_clip_size_known (self) || !gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    return;

  rk_viewport_zoom_at (&self->viewport, self->pinch_zoom * scale, side_x (self, x), y);
  viewport_changed (self);
}

/* --- session ----------------------------------------------------------------------------------- */

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  rk_playhead_tick (get_playhead (RK_COMPARE_VIEW (widget)), gdk_frame_clock_get_frame_time (clock));

  return G_SOURCE_CONTINUE;
}

static void
playing_cb (RkCompareView *self)
{
  const gboolean playing = self->session != NULL && rk_playhead_get_playing (get_playhead (self));

  if (playing && self->tick_id == 0)
    {
      self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
    }
  else if (!playing && self->tick_id != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
      self->tick_id = 0;
    }
}

static void
clip_cb (RkCompareView *self)
{
  rk_viewport_reset (&self->viewport);
  viewport_changed (self);
  update_pictures (self);
}

static void
preview_cb (RkCompareView *self)
{
  viewport_changed (self);
  update_pictures (self);
}

static void
strength_cb (RkCompareView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
rk_compare_view_set_session (RkCompareView *self,
                             RkSession     *session)
{
  if (self->session == session)
    return;

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (get_playhead (self), self);
      g_signal_handlers_disconnect_by_data (rk_session_get_recipe (self->session), self);
    }
  g_set_object (&self->session, session);
  if (session != NULL)
    {
      g_signal_connect_object (rk_session_get_playhead (session), "pictures-ready", G_CALLBACK (update_pictures), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (rk_session_get_playhead (session), "notify::position", G_CALLBACK (update_pictures), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (rk_session_get_playhead (session), "notify::playing", G_CALLBACK (playing_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::clip", G_CALLBACK (clip_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::preview", G_CALLBACK (preview_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (rk_session_get_recipe (session), "notify::strength", G_CALLBACK (strength_cb), self, G_CONNECT_SWAPPED);
    }
  playing_cb (self);
  clip_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_compare_view_dispose (GObject *object)
{
  RkCompareView *self = RK_COMPARE_VIEW (object);

  if (self->tick_id != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
      self->tick_id = 0;
    }
  side_clear (&self->before);
  side_clear (&self->after);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (rk_compare_view_parent_class)->dispose (object);
}

static void
rk_compare_view_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  RkCompareView *self = RK_COMPARE_VIEW (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;
    case PROP_SPLIT:
      g_value_set_double (value, self->split);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->viewport.zoom);
      break;
    case PROP_PEEK:
      g_value_set_boolean (value, self->peek);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_compare_view_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  RkCompareView *self = RK_COMPARE_VIEW (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      rk_compare_view_set_session (self, g_value_get_object (value));
      break;
    case PROP_MODE:
      rk_compare_view_set_mode (self, g_value_get_enum (value));
      break;
    case PROP_SPLIT:
      rk_compare_view_set_split (self, g_value_get_double (value));
      break;
    case PROP_ZOOM:
      rk_compare_view_set_zoom (self, g_value_get_double (value));
      break;
    case PROP_PEEK:
      rk_compare_view_set_peek (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_compare_view_class_init (RkCompareViewClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = rk_compare_view_dispose;
  object_class->get_property = rk_compare_view_get_property;
  object_class->set_property = rk_compare_view_set_property;
  widget_class->snapshot = rk_compare_view_snapshot;
  widget_class->size_allocate = rk_compare_view_size_allocate;
  widget_class->measure = rk_compare_view_measure;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, RK_TYPE_SESSION, flags);
  properties[PROP_MODE] =
    g_param_spec_enum ("mode", NULL, NULL, RK_TYPE_COMPARE_MODE, RK_COMPARE_SPLIT, flags);
  properties[PROP_SPLIT] = g_param_spec_double ("split", NULL, NULL, 0, 1, 0.5, flags);
  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 0, RK_ZOOM_MAX, RK_ZOOM_FIT, flags);
  properties[PROP_PEEK] = g_param_spec_boolean ("peek", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "compareview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
rk_compare_view_init (RkCompareView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  self->split = 0.5;
  rk_viewport_reset (&self->viewport);

  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Comparison before and after"), -1);

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

RkCompareMode
rk_compare_view_get_mode (RkCompareView *self)
{
  return self->mode;
}

void
rk_compare_view_set_mode (RkCompareView *self,
                          RkCompareMode  mode)
{
  if (self->mode == mode)
    return;

  self->mode = mode;
  viewport_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
}

double
rk_compare_view_get_split (RkCompareView *self)
{
  return self->split;
}

void
rk_compare_view_set_split (RkCompareView *self,
                           double         split)
{
  split = CLAMP (split, 0, 1);
  if (self->split == split)
    return;

  self->split = split;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPLIT]);
}

double
rk_compare_view_get_zoom (RkCompareView *self)
{
  return self->viewport.zoom;
}

void
rk_compare_view_set_zoom (RkCompareView *self,
                          double         zoom)
{
  if (zoom <= 0)
    rk_viewport_reset (&self->viewport);
  else
    rk_viewport_zoom_at (&self->viewport, zoom, self->viewport.view_width / 2, self->viewport.view_height / 2);

  viewport_changed (self);
}

void
rk_compare_view_set_peek (RkCompareView *self,
                          gboolean       peek)
{
  if (self->peek == peek)
    return;

  self->peek = peek;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PEEK]);
}
