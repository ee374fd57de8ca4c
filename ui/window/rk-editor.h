/* The page on which a clip is looked at and worked on.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-session.h"

G_BEGIN_DECLS

/* Properties: show-sidebar, collapsed (the sidebar lies over the content). Its keys work while the
 * focus is inside. */
#define RK_TYPE_EDITOR (rk_editor_get_type ())
G_DECLARE_FINAL_TYPE (RkEditor, rk_editor, RK, EDITOR, AdwBin)

/* In place of the one before, if any. */
void rk_editor_set_session (RkEditor  *self,
                            RkSession *session);

G_END_DECLS
