/* The clip from left to right: thumbnails, time, playhead, the chosen range, what is restored.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "rk-session.h"

G_BEGIN_DECLS

/* Pressing or dragging moves the playhead; the range's handles can be dragged. */
#define RK_TYPE_TIMELINE (rk_timeline_get_type ())
G_DECLARE_FINAL_TYPE (RkTimeline, rk_timeline, RK, TIMELINE, GtkWidget)

/* Once. */
void rk_timeline_set_session (RkTimeline *self,
                              RkSession  *session);
/* Shows factor times as much around the playhead. */
void rk_timeline_zoom        (RkTimeline *self,
                              double      factor);
/* Shows the chosen range alone, or, where that or any other part is shown, the whole clip. */
void rk_timeline_fit         (RkTimeline *self);

G_END_DECLS
