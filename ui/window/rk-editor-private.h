/* What the editor and its actions share.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-compare-view.h"
#include "rk-editor.h"
#include "rk-job-bar.h"
#include "rk-range-popover.h"
#include "rk-sidebar.h"
#include "rk-timeline.h"

G_BEGIN_DECLS

struct _RkEditor
{
  AdwBin parent_instance;

  /* Owned. */
  RkSession *session;
  GSignalGroup *session_signals, *playhead_signals;
  GBindingGroup *session_bindings, *playhead_bindings;

  gboolean show_sidebar;
  GtkWidget *focus_before_going; /* borrowed, weak; while a time is asked for by a key */

  /* Template. */
  AdwOverlaySplitView *split_view;
  AdwBanner *stale_banner;
  RkCompareView *compare;
  AdwToggleGroup *modes;
  GtkLabel *zoom_label;
  RkJobBar *job_bar;
  RkSidebar *sidebar;
  GtkButton *play_button;
  GtkToggleButton *loop_button;
  GtkMenuButton *time_button;
  GtkLabel *time_label;
  GtkPopover *go_popover;
  GtkEntry *go_entry;
  RkRangePopover *range_popover;
  GtkMenuButton *range_times;
  GtkWidget *range_button;
  GtkLabel *range_label;
  GtkButton *preview_button;
  GtkLabel *preview_time;
  RkTimeline *timeline;
};

/* Actions "editor.…" and the keys for them: those that move the playhead, and all others. */
void _rk_editor_class_add_moving  (GtkWidgetClass *widget_class);
void _rk_editor_class_add_actions (GtkWidgetClass *widget_class);

/* The other side shows as long as B is held. */
void _rk_editor_add_peeking       (RkEditor       *self);

G_END_DECLS
