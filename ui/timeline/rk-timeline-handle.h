/* One end of the chosen range, for the keyboard and assistive technology.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "rk-session.h"

G_BEGIN_DECLS

/* A child of the timeline, which draws it and moves it by the pointer. Its value is a frame's number:
 * the first one of the range, or the last one. */
#define RK_TYPE_TIMELINE_HANDLE (rk_timeline_handle_get_type ())
G_DECLARE_FINAL_TYPE (RkTimelineHandle, rk_timeline_handle, RK, TIMELINE_HANDLE, GtkWidget)

RkTimelineHandle *rk_timeline_handle_new         (GtkWidget        *timeline,
                                                  gboolean          is_end);
void              rk_timeline_handle_set_session (RkTimelineHandle *self,
                                                  RkSession        *session);
/* The range or the clip has changed. */
void              rk_timeline_handle_update      (RkTimelineHandle *self);

G_END_DECLS
