/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-compare-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "rk-compare-after.h"
#include "rk-compare-view-private.h"

#define HANDLE_REACH 14 /* how near the pointer must be to the split to take it */

struct _RkCompareView
{
  GtkWidget parent_instance;

  /* Owned. */
  RkSession *session;
  GSignalGroup *session_signals, *playhead_signals, *recipe_signals;
  GFile *file; /* that is looked at */
  RkComparePictures pictures;
  RkCompareAfter after;

  RkCompareMode mode;
  RkViewport viewport;
  double split;
  gboolean peek;
  guint tick_id;
};

G_DEFINE_FINAL_TYPE (RkCompareView, rk_compare_view, GTK_TYPE_WIDGET)

G_DEFINE_ENUM_TYPE (RkCompareMode, rk_compare_mode,
                    G_DEFINE_ENUM_VALUE (RK_COMPARE_SPLIT, "split"),
                    G_DEFINE_ENUM_VALUE (RK_COMPARE_SIDE_BY_SIDE, "side-by-side"),
                    G_DEFINE_ENUM_VALUE (RK_COMPARE_BEFORE, "before"),
                    G_DEFINE_ENUM_VALUE (RK_COMPARE_AFTER, "after"))

enum {
  PROP_0,
  PROP_ZOOM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- geometry ---------------------------------------------------------------------------------- */

/* While a key is held, the side that is hidden is shown; side by side, neither is. */
static RkCompareMode
get_shown_mode (RkCompareView *self)
{
  if (!self->peek || self->mode == RK_COMPARE_SIDE_BY_SIDE)
    return self->mode;

  return self->mode == RK_COMPARE_BEFORE ? RK_COMPARE_AFTER : RK_COMPARE_BEFORE;
}

static gboolean
is_clip_open (RkCompareView *self)
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

/* The size in pixels at which frames are shown, but never larger than they are. */
static void
get_shown_pixels (RkCompareView *self,
                  double        *width,
                  double        *height)
{
  const double shown = MIN (rk_viewport_get_zoom (&self->viewport), 1);

  get_picture_pixels (self, width, height);
  *width *= shown;
  *height *= shown;
}

/* The part of the picture that is seen of one side, for the session's next draft. */
static void
tell_seen (RkCompareView *self)
{
  const RkViewport *viewport = &self->viewport;
  const graphene_rect_t rect = rk_viewport_get_rect (viewport);
  double width, height;

  if (rect.size.width <= 0 || rect.size.height <= 0)
    return;

  get_shown_pixels (self, &width, &height);
  rk_session_set_seen (self->session, &(RkPart) {
    .left = CLAMP (-rect.origin.x / rect.size.width, 0, 1),
    .top = CLAMP (-rect.origin.y / rect.size.height, 0, 1),
    .right = CLAMP ((viewport->view_width - rect.origin.x) / rect.size.width, 0, 1),
    .bottom = CLAMP ((viewport->view_height - rect.origin.y) / rect.size.height, 0, 1),
  }, MAX ((int) round (width), 1));
}

/* Tells the session what is shown, and how large. */
static void
update_geometry (RkCompareView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double scale, width, height;

  if (!is_clip_open (self) || !gtk_widget_get_realized (widget) || gtk_widget_get_width (widget) <= 0)
    return;

  scale = gdk_surface_get_scale (gtk_native_get_surface (gtk_widget_get_native (widget)));
  get_picture_pixels (self, &width, &height);
  rk_viewport_set_size (&self->viewport, width / scale, height / scale,
                        gtk_widget_get_width (widget), gtk_widget_get_height (widget),
                        self->mode == RK_COMPARE_SIDE_BY_SIDE);

  get_shown_pixels (self, &width, &height);
  rk_playhead_set_picture_size (rk_session_get_playhead (self->session),
                                MAX ((int) round (width), 1), MAX ((int) round (height), 1));
  tell_seen (self);
}

static void
viewport_changed (RkCompareView *self)
{
  update_geometry (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
}

/* The part of the picture, from left to right, that is seen. */
static void
get_visible_span (RkCompareView *self,
                  double        *left,
                  double        *right)
{
  const graphene_rect_t rect = rk_viewport_get_rect (&self->viewport);

  *left = MAX (rect.origin.x, 0);
  *right = MIN (rect.origin.x + rect.size.width, self->viewport.view_width);
}

static double
get_split_x (RkCompareView *self)
{
  double left, right;

  get_visible_span (self, &left, &right);

  return left + self->split * (right - left);
}

/* --- for the pointer --------------------------------------------------------------------------- */

gboolean
_rk_compare_view_is_on_split (RkCompareView *self,
                              double         x)
{
  return get_shown_mode (self) == RK_COMPARE_SPLIT && fabs (x - get_split_x (self)) <= HANDLE_REACH;
}

void
_rk_compare_view_move_split_to (RkCompareView *self,
                                double         x)
{
  double left, right;

  get_visible_span (self, &left, &right);
  if (right > left)
    rk_compare_view_set_split (self, (x - left) / (right - left));
}

void
_rk_compare_view_pan (RkCompareView *self,
                      double         dx,
                      double         dy)
{
  if (!is_clip_open (self))
    return;

  rk_viewport_pan (&self->viewport, dx, dy);
  tell_seen (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

double
_rk_compare_view_get_factor (RkCompareView *self)
{
  return rk_viewport_get_zoom (&self->viewport);
}

void
_rk_compare_view_zoom_at (RkCompareView *self,
                          double         factor,
                          double         x,
                          double         y)
{
  if (!is_clip_open (self))
    return;

  rk_viewport_zoom_at (&self->viewport, factor, x, y);
  viewport_changed (self);
}

static graphene_rect_t
get_draft_part (RkCompareView *self)
{
  const RkPart *part;

  if (self->after.draft == NULL)
    return GRAPHENE_RECT_INIT (0, 0, 0, 0);

  part = rk_draft_get_part (self->after.draft);
  return GRAPHENE_RECT_INIT (part->left, part->top, part->right - part->left, part->bottom - part->top);
}

/* --- the widget -------------------------------------------------------------------------------- */

static void
rk_compare_view_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  RkCompareView *self = RK_COMPARE_VIEW (widget);
  g_autofree char *after_label = NULL;

  if (self->pictures.before_picture == NULL)
    return;

  after_label = rk_compare_after_dup_label (&self->after, &self->pictures);
  rk_compare_scene_snapshot (&(RkCompareScene) {
    .widget = widget,
    .mode = get_shown_mode (self),
    .viewport = &self->viewport,
    .width = gtk_widget_get_width (widget),
    .height = gtk_widget_get_height (widget),
    .split_x = get_split_x (self),
    .before = self->pictures.before,
    .after = self->pictures.after,
    .after_label = after_label,
    .draft = rk_compare_after_get_draft (&self->after, &self->pictures),
    .draft_part = get_draft_part (self),
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

/* --- session ----------------------------------------------------------------------------------- */

static void
update_pictures (RkCompareView *self)
{
  const gboolean other_pictures = rk_compare_pictures_update (&self->pictures, rk_session_get_playhead (self->session));
  const gboolean other_after = rk_compare_after_update (&self->after, self->session);

  if (!other_pictures && !other_after)
    return;

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, rk_compare_after_describe (&self->after, &self->pictures),
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  rk_playhead_tick (rk_session_get_playhead (RK_COMPARE_VIEW (widget)->session), gdk_frame_clock_get_frame_time (clock));

  return G_SOURCE_CONTINUE;
}

static void
stop_ticking (RkCompareView *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
}

static void
playing_cb (RkCompareView *self)
{
  stop_ticking (self);
  if (rk_playhead_get_playing (rk_session_get_playhead (self->session)))
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

/* Another file is looked at as a whole; the same one, read anew, where it was. */
static void
clip_cb (RkCompareView *self)
{
  RkClip *clip = rk_session_get_clip (self->session);
  GFile *file = clip != NULL ? rk_clip_get_file (clip) : NULL;

  if (file == NULL || self->file == NULL || !g_file_equal (file, self->file))
    rk_viewport_reset (&self->viewport);
  g_set_object (&self->file, file);
  viewport_changed (self);
  update_pictures (self);
}

static void
preview_cb (RkCompareView *self)
{
  viewport_changed (self);
  update_pictures (self);
}

void
rk_compare_view_set_session (RkCompareView *self,
                             RkSession     *session)
{
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->playhead_signals, rk_session_get_playhead (session));
  g_signal_group_set_target (self->recipe_signals, rk_session_get_recipe (session));
  playing_cb (self);
  clip_cb (self);
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_compare_view_dispose (GObject *object)
{
  RkCompareView *self = RK_COMPARE_VIEW (object);

  stop_ticking (self);
  rk_compare_pictures_clear (&self->pictures);
  rk_compare_after_clear (&self->after);
  g_clear_object (&self->file);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->playhead_signals);
  g_clear_object (&self->recipe_signals);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (rk_compare_view_parent_class)->dispose (object);
}

static void
rk_compare_view_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ZOOM:
      g_value_set_double (value, rk_compare_view_get_zoom (RK_COMPARE_VIEW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_compare_view_class_init (RkCompareViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = rk_compare_view_dispose;
  object_class->get_property = rk_compare_view_get_property;
  widget_class->snapshot = rk_compare_view_snapshot;
  widget_class->size_allocate = rk_compare_view_size_allocate;
  widget_class->measure = rk_compare_view_measure;

  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 0, RK_ZOOM_MAX, RK_ZOOM_FIT,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "compareview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
rk_compare_view_init (RkCompareView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->split = 0.5;
  rk_viewport_reset (&self->viewport);

  self->session_signals = g_signal_group_new (RK_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::clip", G_CALLBACK (clip_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::preview", G_CALLBACK (preview_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::draft", G_CALLBACK (update_pictures), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::stale", G_CALLBACK (update_pictures), self);
  self->playhead_signals = g_signal_group_new (RK_TYPE_PLAYHEAD);
  g_signal_group_connect_swapped (self->playhead_signals, "pictures-ready", G_CALLBACK (update_pictures), self);
  g_signal_group_connect_swapped (self->playhead_signals, "notify::position", G_CALLBACK (update_pictures), self);
  g_signal_group_connect_swapped (self->playhead_signals, "notify::playing", G_CALLBACK (playing_cb), self);
  self->recipe_signals = g_signal_group_new (RK_TYPE_RECIPE);
  g_signal_group_connect_swapped (self->recipe_signals, "notify::strength", G_CALLBACK (gtk_widget_queue_draw), self);

  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Comparison before and after"), -1);
}

void
rk_compare_view_set_mode (RkCompareView *self,
                          RkCompareMode  mode)
{
  if (self->mode == mode)
    return;

  self->mode = mode;
  viewport_changed (self);
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
  self->split = CLAMP (split, 0, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
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
  self->peek = peek;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
