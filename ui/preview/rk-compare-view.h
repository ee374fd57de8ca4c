/* The clip before and after restoration, in one place on the screen.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "rk-compare-scene.h"
#include "rk-session.h"

G_BEGIN_DECLS

#define RK_TYPE_COMPARE_MODE (rk_compare_mode_get_type ())
GType rk_compare_mode_get_type (void);

/* Both sides show the same frame, place and size always; what stands in until the wanted frame is
 * there does so on both. Property: zoom, notified, the factor against the restored frame's pixels or
 * RK_ZOOM_FIT. */
#define RK_TYPE_COMPARE_VIEW (rk_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (RkCompareView, rk_compare_view, RK, COMPARE_VIEW, GtkWidget)

/* In place of the one before, if any. */
void   rk_compare_view_set_session (RkCompareView *self,
                                    RkSession     *session);
void   rk_compare_view_set_mode    (RkCompareView *self,
                                    RkCompareMode  mode);
/* Where the before side ends, 0..1 of what is seen of the picture. */
double rk_compare_view_get_split   (RkCompareView *self);
void   rk_compare_view_set_split   (RkCompareView *self,
                                    double         split);
double rk_compare_view_get_zoom    (RkCompareView *self);
/* The view's middle stays. */
void   rk_compare_view_set_zoom    (RkCompareView *self,
                                    double         zoom);
/* Shows the side that is hidden, for as long as a key is held. */
void   rk_compare_view_set_peek    (RkCompareView *self,
                                    gboolean       peek);

G_END_DECLS
