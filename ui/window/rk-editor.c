/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-editor-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "rk-compare-pointer.h"
#include "rk-estimate.h"
#include "rk-focus.h"
#include "rk-time.h"
#include "rk-timeline-pointer.h"

G_DEFINE_FINAL_TYPE (RkEditor, rk_editor, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_SHOW_SIDEBAR,
  PROP_COLLAPSED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static RkClip *
get_clip (RkEditor *self)
{
  return self->session != NULL ? rk_session_get_clip (self->session) : NULL;
}

static RkPlayhead *
get_playhead (RkEditor *self)
{
  return self->session != NULL ? rk_session_get_playhead (self->session) : NULL;
}

/* --- going to a time --------------------------------------------------------------------------- */

/* The button below the popover takes the focus as that closes, and Space, which people press next,
 * would open it again instead of playing. */
static void
close_going (RkEditor  *self,
             GtkWidget *focus)
{
  gtk_popover_popdown (self->go_popover);
  rk_focus_soon (focus);
}

static void
go_cb (RkEditor *self)
{
  gint64 time;

  if (get_clip (self) == NULL || !rk_time_parse (gtk_editable_get_text (GTK_EDITABLE (self->go_entry)), &time))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->go_entry), "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->go_entry), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
      return;
    }

  rk_playhead_set_position (get_playhead (self), rk_clip_get_frame_at (get_clip (self), time));
  close_going (self, self->focus_before_going != NULL ? self->focus_before_going : GTK_WIDGET (self->compare));
}

static gboolean
go_key_cb (RkEditor *self,
           guint     keyval)
{
  if (keyval != GDK_KEY_Escape || self->focus_before_going == NULL)
    return GDK_EVENT_PROPAGATE;

  close_going (self, self->focus_before_going);
  return GDK_EVENT_STOP;
}

static void
go_entry_changed_cb (RkEditor *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->go_entry), "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (self->go_entry), GTK_ACCESSIBLE_STATE_INVALID);
}

static void
go_closed_cb (RkEditor *self)
{
  g_clear_weak_pointer (&self->focus_before_going);
}

/* --- what is shown ----------------------------------------------------------------------------- */

static void
mode_cb (RkEditor *self)
{
  GEnumClass *enum_class = g_type_class_ref (RK_TYPE_COMPARE_MODE);
  const GEnumValue *value = g_enum_get_value_by_nick (enum_class, adw_toggle_group_get_active_name (self->modes));

  if (value != NULL)
    rk_compare_view_set_mode (self->compare, value->value);
  g_type_class_unref (enum_class);
}

static void
zoom_cb (RkEditor *self)
{
  const double zoom = rk_compare_view_get_zoom (self->compare);
  g_autofree char *percent = zoom > 0 ? g_strdup_printf ("%d %%", (int) round (zoom * 100)) : g_strdup (_("Fit"));

  gtk_label_set_label (self->zoom_label, percent);
}

/* How long a preview will take, once it is known how fast this machine is. */
static void
estimate_cb (RkEditor *self)
{
  g_autofree char *time = NULL;
  gint64 first, end;
  double seconds;

  if (get_clip (self) == NULL)
    return;

  rk_session_get_preview_range (self->session, &first, &end);
  seconds = rk_estimate_seconds (self->session, first, end);
  if (seconds > 0)
    time = rk_time_format_about_short (seconds);
  gtk_label_set_label (self->preview_time, time != NULL ? time : "");
  gtk_widget_set_visible (GTK_WIDGET (self->preview_time), time != NULL);
}

static void
position_cb (RkEditor *self)
{
  RkClip *clip = get_clip (self);
  g_autofree char *now = NULL;
  g_autofree char *all = NULL;
  g_autofree char *text = NULL;

  if (clip == NULL)
    return;

  now = rk_time_format (rk_clip_get_frame_time (clip, rk_playhead_get_position (get_playhead (self))), TRUE);
  all = rk_time_format (rk_clip_get_frame_time (clip, rk_clip_get_n_frames (clip)), TRUE);
  text = g_strdup_printf ("%s / %s", now, all);
  gtk_label_set_label (self->time_label, text);
  estimate_cb (self);
}

static void
range_cb (RkEditor *self)
{
  RkClip *clip = get_clip (self);
  g_autofree char *length = NULL;
  gboolean whole;

  if (clip == NULL)
    return;

  whole = rk_session_get_whole_range (self->session);
  length = rk_time_format (rk_clip_get_frame_time (clip, rk_session_get_range_end (self->session)) -
                           rk_clip_get_frame_time (clip, rk_session_get_range_first (self->session)), TRUE);
  gtk_widget_set_visible (self->range_button, !whole);
  gtk_label_set_label (self->range_label, length);
  gtk_button_set_label (self->preview_button, whole ? _("_Preview Here") : _("_Preview Range"));
  estimate_cb (self);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->preview_button),
                               whole ? _("Restore what is around the playhead (P)") : _("Restore the chosen range (P)"));
}

static void
playing_cb (RkEditor *self)
{
  const gboolean playing = rk_playhead_get_playing (get_playhead (self));

  gtk_button_set_icon_name (self->play_button, playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play_button), playing ? _("Pause (Space)") : _("Play (Space)"));
}

static void
clip_cb (RkEditor *self)
{
  position_cb (self);
  range_cb (self);
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_editor_dispose (GObject *object)
{
  RkEditor *self = RK_EDITOR (object);

  g_clear_object (&self->session_signals);
  g_clear_object (&self->playhead_signals);
  g_clear_object (&self->session_bindings);
  g_clear_object (&self->playhead_bindings);
  g_clear_object (&self->session);
  g_clear_weak_pointer (&self->focus_before_going);
  /* Disposing of a template unparents its named children, even the bin's own. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_EDITOR);

  G_OBJECT_CLASS (rk_editor_parent_class)->dispose (object);
}

static void
rk_editor_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  RkEditor *self = RK_EDITOR (object);

  switch (prop_id)
    {
    case PROP_SHOW_SIDEBAR:
      g_value_set_boolean (value, self->show_sidebar);
      break;
    case PROP_COLLAPSED:
      g_value_set_boolean (value, adw_overlay_split_view_get_collapsed (self->split_view));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_editor_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  RkEditor *self = RK_EDITOR (object);

  switch (prop_id)
    {
    case PROP_SHOW_SIDEBAR:
      if (self->show_sidebar != g_value_get_boolean (value))
        {
          self->show_sidebar = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_COLLAPSED:
      adw_overlay_split_view_set_collapsed (self->split_view, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_editor_class_init (RkEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = rk_editor_dispose;
  object_class->get_property = rk_editor_get_property;
  object_class->set_property = rk_editor_set_property;

  properties[PROP_SHOW_SIDEBAR] =
    g_param_spec_boolean ("show-sidebar", NULL, NULL, TRUE, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_COLLAPSED] =
    g_param_spec_boolean ("collapsed", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (RK_TYPE_COMPARE_VIEW);
  g_type_ensure (RK_TYPE_JOB_BAR);
  g_type_ensure (RK_TYPE_RANGE_POPOVER);
  g_type_ensure (RK_TYPE_SIDEBAR);
  g_type_ensure (RK_TYPE_TIMELINE);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, RkEditor, split_view);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, stale_banner);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, compare);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, modes);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, zoom_label);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, job_bar);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, sidebar);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, play_button);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, loop_button);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, time_button);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, time_label);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, go_popover);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, go_entry);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, range_popover);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, range_times);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, range_button);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, range_label);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, preview_button);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, preview_time);
  gtk_widget_class_bind_template_child (widget_class, RkEditor, timeline);
  gtk_widget_class_bind_template_callback (widget_class, go_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_key_cb);

  _rk_editor_class_add_moving (widget_class);
  _rk_editor_class_add_actions (widget_class);
}

static void
rk_editor_init (RkEditor *self)
{
  self->show_sidebar = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  self->session_signals = g_signal_group_new (RK_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::clip", G_CALLBACK (clip_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::preview", G_CALLBACK (estimate_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::job", G_CALLBACK (estimate_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::range-first", G_CALLBACK (range_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::range-end", G_CALLBACK (range_cb), self);
  self->playhead_signals = g_signal_group_new (RK_TYPE_PLAYHEAD);
  g_signal_group_connect_swapped (self->playhead_signals, "notify::position", G_CALLBACK (position_cb), self);
  g_signal_group_connect_swapped (self->playhead_signals, "notify::playing", G_CALLBACK (playing_cb), self);
  self->session_bindings = g_binding_group_new ();
  g_binding_group_bind (self->session_bindings, "stale", self->stale_banner, "revealed", G_BINDING_SYNC_CREATE);
  self->playhead_bindings = g_binding_group_new ();
  g_binding_group_bind (self->playhead_bindings, "looping", self->loop_button, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);

  rk_compare_pointer_attach (self->compare);
  _rk_editor_add_peeking (self);
  g_signal_connect_object (self->modes, "notify::active-name", G_CALLBACK (mode_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->compare, "notify::zoom", G_CALLBACK (zoom_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->go_entry, "changed", G_CALLBACK (go_entry_changed_cb), self, G_CONNECT_SWAPPED);
  zoom_cb (self);
}

void
rk_editor_set_session (RkEditor  *self,
                       RkSession *session)
{
  g_set_object (&self->session, session);
  rk_compare_view_set_session (self->compare, session);
  rk_timeline_set_session (self->timeline, session);
  rk_timeline_pointer_attach (self->timeline, session);
  rk_range_popover_set_session (self->range_popover, session);
  rk_sidebar_set_session (self->sidebar, session);
  rk_job_bar_set_session (self->job_bar, session);

  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->playhead_signals, get_playhead (self));
  g_binding_group_set_source (self->session_bindings, session);
  g_binding_group_set_source (self->playhead_bindings, get_playhead (self));
  playing_cb (self);
  clip_cb (self);
}
