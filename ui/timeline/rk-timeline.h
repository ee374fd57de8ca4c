/* The clip from left to right: thumbnails, time, playhead, the chosen range, what is restored.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "rk-session.h"

G_BEGIN_DECLS

/* Pressing or dragging moves the playhead; the range's handles can be dragged. */
#define RK_TYPE_TIMELINE (rk_timeline_get_type ())
G_DECLARE_FINAL_TYPE (RkTimeline, rk_timeline, RK, TIMELINE, GtkWidget)

/* In place of the one before, if any. */
void rk_timeline_set_session (RkTimeline *self,
                              RkSession  *session);

G_END_DECLS
