/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-range-popover.h"

#include <glib/gi18n.h>

#include "rk-time.h"

struct _RkRangePopover
{
  GtkPopover parent_instance;

  RkSession *session;
  GSignalGroup *session_signals;
  GtkEntry *first, *end;
};

G_DEFINE_FINAL_TYPE (RkRangePopover, rk_range_popover, GTK_TYPE_POPOVER)

static void
show_time (RkRangePopover *self,
           GtkEntry       *entry,
           gint64          frame)
{
  g_autofree char *text = rk_time_format (rk_clip_get_frame_time (rk_session_get_clip (self->session), frame), TRUE);

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static void
update (RkRangePopover *self)
{
  if (rk_session_get_clip (self->session) == NULL)
    return;

  show_time (self, self->first, rk_session_get_range_first (self->session));
  show_time (self, self->end, rk_session_get_range_end (self->session));
}

/* What cannot be read as a time is set back to what holds. */
static void
first_cb (RkRangePopover *self)
{
  RkClip *clip = rk_session_get_clip (self->session);
  gint64 time;

  if (clip != NULL && rk_time_parse (gtk_editable_get_text (GTK_EDITABLE (self->first)), &time))
    rk_session_set_range_first (self->session, rk_clip_get_frame_at (clip, time));
  update (self);
}

/* A frame that begins at the time is the first one that is left out. */
static void
end_cb (RkRangePopover *self)
{
  RkClip *clip = rk_session_get_clip (self->session);
  gint64 time;

  if (clip != NULL && rk_time_parse (gtk_editable_get_text (GTK_EDITABLE (self->end)), &time))
    rk_session_set_range_end (self->session, time >= rk_clip_get_frame_time (clip, rk_clip_get_n_frames (clip))
                                               ? rk_clip_get_n_frames (clip) : rk_clip_get_frame_at (clip, time));
  update (self);
}

static GtkEntry *
add_entry (RkRangePopover *self,
           GtkGrid        *grid,
           int             row,
           const char     *text,
           GCallback       changed)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (text);
  GtkWidget *entry = gtk_entry_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 14);
  g_signal_connect_object (entry, "activate", changed, self, G_CONNECT_SWAPPED);
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, entry, 1, row, 1, 1);

  return GTK_ENTRY (entry);
}

static void
rk_range_popover_dispose (GObject *object)
{
  RkRangePopover *self = RK_RANGE_POPOVER (object);

  g_clear_object (&self->session_signals);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (rk_range_popover_parent_class)->dispose (object);
}

static void
rk_range_popover_class_init (RkRangePopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = rk_range_popover_dispose;
}

static void
rk_range_popover_init (RkRangePopover *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  self->first = add_entry (self, GTK_GRID (grid), 0, _("_Starts at"), G_CALLBACK (first_cb));
  self->end = add_entry (self, GTK_GRID (grid), 1, _("_Ends at"), G_CALLBACK (end_cb));
  gtk_popover_set_child (GTK_POPOVER (self), grid);

  self->session_signals = g_signal_group_new (RK_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::range-first", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::range-end", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::clip", G_CALLBACK (update), self);
}

void
rk_range_popover_set_session (RkRangePopover *self,
                              RkSession      *session)
{
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  update (self);
}
