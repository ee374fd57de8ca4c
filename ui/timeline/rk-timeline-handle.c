/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timeline-handle.h"

#include <glib/gi18n.h>
#include <math.h>

#include "rk-time.h"

struct _RkTimelineHandle
{
  GtkWidget parent_instance;

  RkSession *session; /* NULL without one */
  gboolean is_end;
};

static void accessible_range_init (GtkAccessibleRangeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (RkTimelineHandle, rk_timeline_handle, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_RANGE, accessible_range_init))

static gint64
get_frame (RkTimelineHandle *self)
{
  return self->is_end ? rk_session_get_range_end (self->session) - 1 : rk_session_get_range_first (self->session);
}

static gboolean
set_frame (RkTimelineHandle *self,
           gint64            frame)
{
  if (self->session == NULL || rk_session_get_clip (self->session) == NULL)
    return FALSE;

  if (self->is_end)
    rk_session_set_range_end (self->session, frame + 1);
  else
    rk_session_set_range_first (self->session, frame);

  return TRUE;
}

static gboolean
step_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   user_data)
{
  RkTimelineHandle *self = RK_TIMELINE_HANDLE (widget);
  gint64 by;

  g_variant_get (arguments, "(x)", &by);
  return set_frame (self, get_frame (self) + by);
}

static gboolean
set_current_value (GtkAccessibleRange *range,
                   double              value)
{
  return set_frame (RK_TIMELINE_HANDLE (range), (gint64) round (value));
}

static void
accessible_range_init (GtkAccessibleRangeInterface *iface)
{
  iface->set_current_value = set_current_value;
}

static void
rk_timeline_handle_dispose (GObject *object)
{
  RkTimelineHandle *self = RK_TIMELINE_HANDLE (object);

  g_clear_object (&self->session);

  G_OBJECT_CLASS (rk_timeline_handle_parent_class)->dispose (object);
}

static void
rk_timeline_handle_class_init (RkTimelineHandleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = rk_timeline_handle_dispose;

  gtk_widget_class_set_css_name (widget_class, "handle");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, step_cb, "(x)", G_GINT64_CONSTANT (-1));
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, step_cb, "(x)", G_GINT64_CONSTANT (1));
}

static void
rk_timeline_handle_init (RkTimelineHandle *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

RkTimelineHandle *
rk_timeline_handle_new (GtkWidget *timeline,
                        gboolean   is_end)
{
  RkTimelineHandle *self = g_object_new (RK_TYPE_TIMELINE_HANDLE, NULL);

  self->is_end = is_end;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, is_end ? _("End of the range") : _("Start of the range"),
                                  -1);
  gtk_widget_set_parent (GTK_WIDGET (self), timeline);

  return self;
}

void
rk_timeline_handle_set_session (RkTimelineHandle *self,
                                RkSession        *session)
{
  g_set_object (&self->session, session);
  rk_timeline_handle_update (self);
}

void
rk_timeline_handle_update (RkTimelineHandle *self)
{
  RkClip *clip = self->session != NULL ? rk_session_get_clip (self->session) : NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), clip != NULL);
  if (clip == NULL)
    return;

  text = rk_time_format (rk_clip_get_frame_time (clip, get_frame (self) + self->is_end), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double) rk_clip_get_n_frames (clip) - 1,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double) get_frame (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                  -1);
}
