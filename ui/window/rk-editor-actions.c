/* What the editor does by its actions, and by which keys.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rk-editor-private.h"

#define SPLIT_STEP 0.05

/* --- actions ----------------------------------------------------------------------------------- */

static void
mark_in_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  RkEditor *self = RK_EDITOR (widget);

  rk_session_set_range_first (self->session, rk_playhead_get_position (rk_session_get_playhead (self->session)));
}

/* The frame under the playhead is the last one in. */
static void
mark_out_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  RkEditor *self = RK_EDITOR (widget);

  rk_session_set_range_end (self->session, rk_playhead_get_position (rk_session_get_playhead (self->session)) + 1);
}

static void
mark_all_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  rk_session_reset_range (RK_EDITOR (widget)->session);
}

static void
range_times_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  gtk_menu_button_popup (RK_EDITOR (widget)->range_times);
}

static void
go_action (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  RkEditor *self = RK_EDITOR (widget);

  g_set_weak_pointer (&self->focus_before_going, gtk_root_get_focus (gtk_widget_get_root (widget)));
  gtk_menu_button_popup (self->time_button);
  gtk_widget_grab_focus (GTK_WIDGET (self->go_entry));
}

static void
look_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (RK_EDITOR (widget)->compare));
}

static void
mode_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  adw_toggle_group_set_active_name (RK_EDITOR (widget)->modes, g_variant_get_string (parameter, NULL));
}

static void
zoom_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  rk_compare_view_set_zoom (RK_EDITOR (widget)->compare, g_variant_get_double (parameter));
}

static void
split_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  RkEditor *self = RK_EDITOR (widget);

  rk_compare_view_set_split (self->compare, rk_compare_view_get_split (self->compare) + g_variant_get_double (parameter));
}

static void
add_keys (GtkWidgetClass *widget_class)
{
  static const struct {
    guint key;
    const char *mode;
  } modes[] = {
    { GDK_KEY_1, "split" }, { GDK_KEY_2, "side-by-side" }, { GDK_KEY_3, "before" }, { GDK_KEY_4, "after" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    gtk_widget_class_add_binding_action (widget_class, modes[i].key, 0, "editor.mode", "s", modes[i].mode);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_i, 0, "editor.mark-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, 0, "editor.mark-out", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_x, 0, "editor.mark-all", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_t, 0, "editor.range-times", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, 0, "editor.go", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, 0, "win.preview", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.cancel", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_0, GDK_CONTROL_MASK, "editor.zoom", "d", 0.0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, GDK_CONTROL_MASK, "editor.zoom", "d", 1.0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_2, GDK_CONTROL_MASK, "editor.zoom", "d", 2.0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_4, GDK_CONTROL_MASK, "editor.zoom", "d", 4.0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_bracketleft, 0, "editor.split", "d", -SPLIT_STEP);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_bracketright, 0, "editor.split", "d", SPLIT_STEP);
}

void
_rk_editor_class_add_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "editor.mark-in", NULL, mark_in_action);
  gtk_widget_class_install_action (widget_class, "editor.mark-out", NULL, mark_out_action);
  gtk_widget_class_install_action (widget_class, "editor.mark-all", NULL, mark_all_action);
  gtk_widget_class_install_action (widget_class, "editor.range-times", NULL, range_times_action);
  gtk_widget_class_install_action (widget_class, "editor.go", NULL, go_action);
  gtk_widget_class_install_action (widget_class, "editor.look", NULL, look_action);
  gtk_widget_class_install_action (widget_class, "editor.mode", "s", mode_action);
  gtk_widget_class_install_action (widget_class, "editor.zoom", "d", zoom_action);
  gtk_widget_class_install_action (widget_class, "editor.split", "d", split_action);

  add_keys (widget_class);
}

/* --- peeking ----------------------------------------------------------------------------------- */

static gboolean
key_pressed_cb (RkEditor              *self,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GtkEventControllerKey *controller)
{
  if (gdk_keyval_to_lower (keyval) != GDK_KEY_b || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)))
    return GDK_EVENT_PROPAGATE;

  rk_compare_view_set_peek (self->compare, TRUE);
  return GDK_EVENT_STOP;
}

static void
key_released_cb (RkEditor *self,
                 guint     keyval)
{
  if (gdk_keyval_to_lower (keyval) == GDK_KEY_b)
    rk_compare_view_set_peek (self->compare, FALSE);
}

static void
focus_left_cb (RkEditor *self)
{
  rk_compare_view_set_peek (self->compare, FALSE);
}

void
_rk_editor_add_peeking (RkEditor *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}
