/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timeline-hover.h"

#include "rk-time.h"

#define PICTURE_HEIGHT 90

struct _RkTimelineHover
{
  GtkPopover parent_instance;

  GtkWidget *picture;
  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (RkTimelineHover, rk_timeline_hover, GTK_TYPE_POPOVER)

static void
rk_timeline_hover_class_init (RkTimelineHoverClass *klass)
{
}

static void
rk_timeline_hover_init (RkTimelineHover *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->picture = gtk_picture_new ();
  gtk_picture_set_content_fit (GTK_PICTURE (self->picture), GTK_CONTENT_FIT_CONTAIN);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  self->label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_add_css_class (self->label, "caption");
  gtk_box_append (GTK_BOX (box), self->picture);
  gtk_box_append (GTK_BOX (box), self->label);

  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_TOP);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

RkTimelineHover *
rk_timeline_hover_new (GtkWidget *timeline)
{
  RkTimelineHover *self = g_object_new (RK_TYPE_TIMELINE_HOVER, NULL);

  gtk_widget_set_parent (GTK_WIDGET (self), timeline);

  return self;
}

void
rk_timeline_hover_show (RkTimelineHover *self,
                        double           x,
                        gint64           time_ns,
                        GdkTexture      *thumbnail)
{
  g_autofree char *text = rk_time_format (time_ns, TRUE);

  gtk_label_set_label (GTK_LABEL (self->label), text);
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (thumbnail));
  gtk_widget_set_visible (self->picture, thumbnail != NULL);
  if (thumbnail != NULL)
    gtk_widget_set_size_request (self->picture, PICTURE_HEIGHT * gdk_texture_get_width (thumbnail) / gdk_texture_get_height (thumbnail), PICTURE_HEIGHT);
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &(GdkRectangle) { (int) x, 0, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self));
}
