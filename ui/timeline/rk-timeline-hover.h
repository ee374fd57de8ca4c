/* What lies under the pointer, above the timeline: its time, and its thumbnail.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A child of the timeline, which allots it its place. Takes neither focus nor pointer. */
#define RK_TYPE_TIMELINE_HOVER (rk_timeline_hover_get_type ())
G_DECLARE_FINAL_TYPE (RkTimelineHover, rk_timeline_hover, RK, TIMELINE_HOVER, GtkPopover)

RkTimelineHover *rk_timeline_hover_new  (GtkWidget       *timeline);
/* thumbnail NULL: it is not there yet. */
void             rk_timeline_hover_show (RkTimelineHover *self,
                                         double           x,
                                         gint64           time_ns,
                                         GdkTexture      *thumbnail);

G_END_DECLS
