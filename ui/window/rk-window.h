/* The main window: nothing open, opening, or one clip at work.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-session.h"

G_BEGIN_DECLS

#define RK_TYPE_WINDOW (rk_window_get_type ())
G_DECLARE_FINAL_TYPE (RkWindow, rk_window, RK, WINDOW, AdwApplicationWindow)

RkWindow  *rk_window_new         (AdwApplication *application,
                                 RkQueue        *queue,
                                 RkPreviewStore *store,
                                 RkCatalogue    *catalogue,
                                 GSettings      *settings);
void       rk_window_open        (RkWindow       *self,
                                 GFile          *file);
/* Opens a file in a window that was made for it while people worked in `asker`. If that fails, the
 * window goes again, and asker, if it is still there, says what went wrong. */
void       rk_window_open_for    (RkWindow       *self,
                                 GFile          *file,
                                 RkWindow       *asker);
/* A dialog, which can be copied from; one that is on screen already is not shown twice. */
void       rk_window_tell        (RkWindow       *self,
                                 const char     *heading,
                                 const char     *body);
/* Takes the toast. */
void       rk_window_add_toast   (RkWindow       *self,
                                 AdwToast       *toast);
gboolean   rk_window_has_clip    (RkWindow       *self);
RkSession *rk_window_get_session (RkWindow       *self);

G_END_DECLS
