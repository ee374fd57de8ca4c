/* How the editor moves its playhead: playing, steps, leaps, scenes; and by which keys.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rk-editor-private.h"

#define SECOND G_GINT64_CONSTANT (1000000000)

static RkPlayhead *
get_playhead (GtkWidget *widget)
{
  return rk_session_get_playhead (RK_EDITOR (widget)->session);
}

/* --- playing ----------------------------------------------------------------------------------- */

static void
play_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  RkPlayhead *playhead = get_playhead (widget);

  rk_playhead_set_speed (playhead, 1);
  rk_playhead_set_playing (playhead, !rk_playhead_get_playing (playhead));
}

/* Begins to play, or plays so many times faster. */
static void
faster_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  RkPlayhead *playhead = get_playhead (widget);
  const double times = g_variant_get_double (parameter);

  if (rk_playhead_get_playing (playhead))
    rk_playhead_set_speed (playhead, rk_playhead_get_speed (playhead) * times);
  else
    rk_playhead_set_speed (playhead, MIN (times, 1));
  rk_playhead_set_playing (playhead, TRUE);
}

static void
loop_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  RkPlayhead *playhead = get_playhead (widget);

  rk_playhead_set_looping (playhead, !rk_playhead_get_looping (playhead));
}

/* Space plays, but a row of the sidebar opens by it. */
static gboolean
space_cb (GtkWidget *widget,
          GVariant  *arguments,
          gpointer   user_data)
{
  if (GTK_IS_LIST_BOX_ROW (gtk_root_get_focus (gtk_widget_get_root (widget))))
    return GDK_EVENT_PROPAGATE;

  gtk_widget_activate_action (widget, "editor.play", NULL);
  return GDK_EVENT_STOP;
}

/* --- going elsewhere --------------------------------------------------------------------------- */

static void
step_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  rk_playhead_step (get_playhead (widget), g_variant_get_int64 (parameter));
}

/* So many seconds on or back. */
static void
leap_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  RkClip *clip = rk_session_get_clip (RK_EDITOR (widget)->session);
  RkPlayhead *playhead = get_playhead (widget);
  gint64 time;

  if (clip == NULL)
    return;

  time = rk_clip_get_frame_time (clip, rk_playhead_get_position (playhead));
  rk_playhead_set_position (playhead, rk_clip_get_frame_at (clip, time + g_variant_get_int64 (parameter) * SECOND));
}

static void
home_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  rk_playhead_set_position (get_playhead (widget), 0);
}

static void
end_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  rk_playhead_set_position (get_playhead (widget), G_MAXINT64);
}

/* To where the next scene, or the one before, begins, or the range does or ends. */
static void
mark_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  RkSession *session = RK_EDITOR (widget)->session;

  if (rk_session_get_clip (session) != NULL)
    rk_playhead_set_position (get_playhead (widget),
                              rk_session_find_mark (session, rk_playhead_get_position (get_playhead (widget)),
                                                    g_variant_get_int64 (parameter) > 0));
}

/* --- the timeline ------------------------------------------------------------------------------ */

static void
timeline_zoom_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  rk_timeline_zoom (RK_EDITOR (widget)->timeline, g_variant_get_double (parameter));
}

static void
timeline_fit_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  rk_timeline_fit (RK_EDITOR (widget)->timeline);
}

/* --- keys -------------------------------------------------------------------------------------- */

static void
add_keys (GtkWidgetClass *widget_class)
{
  static const struct {
    guint key;
    GdkModifierType modifiers;
    const char *action;
    gint64 number;
  } moves[] = {
    { GDK_KEY_comma, 0, "editor.step", -1 },
    { GDK_KEY_period, 0, "editor.step", 1 },
    { GDK_KEY_Left, 0, "editor.step", -1 },
    { GDK_KEY_Right, 0, "editor.step", 1 },
    { GDK_KEY_KP_Left, 0, "editor.step", -1 },
    { GDK_KEY_KP_Right, 0, "editor.step", 1 },
    { GDK_KEY_Left, GDK_SHIFT_MASK, "editor.leap", -1 },
    { GDK_KEY_Right, GDK_SHIFT_MASK, "editor.leap", 1 },
    { GDK_KEY_Left, GDK_CONTROL_MASK, "editor.leap", -10 },
    { GDK_KEY_Right, GDK_CONTROL_MASK, "editor.leap", 10 },
    { GDK_KEY_Page_Up, 0, "editor.leap", -60 },
    { GDK_KEY_Page_Down, 0, "editor.leap", 60 },
    { GDK_KEY_Up, 0, "editor.mark", -1 },
    { GDK_KEY_Down, 0, "editor.mark", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding_action (widget_class, moves[i].key, moves[i].modifiers, moves[i].action, "x", moves[i].number);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, space_cb, NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_j, 0, "editor.faster", "d", 0.5);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_k, 0, "editor.play", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, 0, "editor.faster", "d", 2.0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, 0, "editor.loop", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, 0, "editor.timeline-zoom", "d", 0.5);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Add, 0, "editor.timeline-zoom", "d", 0.5);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_minus, 0, "editor.timeline-zoom", "d", 2.0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Subtract, 0, "editor.timeline-zoom", "d", 2.0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, 0, "editor.timeline-fit", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Home, 0, "editor.home", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_End, 0, "editor.end", NULL);
}

void
_rk_editor_class_add_moving (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "editor.play", NULL, play_action);
  gtk_widget_class_install_action (widget_class, "editor.faster", "d", faster_action);
  gtk_widget_class_install_action (widget_class, "editor.loop", NULL, loop_action);
  gtk_widget_class_install_action (widget_class, "editor.step", "x", step_action);
  gtk_widget_class_install_action (widget_class, "editor.leap", "x", leap_action);
  gtk_widget_class_install_action (widget_class, "editor.home", NULL, home_action);
  gtk_widget_class_install_action (widget_class, "editor.end", NULL, end_action);
  gtk_widget_class_install_action (widget_class, "editor.mark", "x", mark_action);
  gtk_widget_class_install_action (widget_class, "editor.timeline-zoom", "d", timeline_zoom_action);
  gtk_widget_class_install_action (widget_class, "editor.timeline-fit", NULL, timeline_fit_action);

  add_keys (widget_class);
}
