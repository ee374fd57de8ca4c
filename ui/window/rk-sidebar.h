/* How the clip is to be restored, and what it is.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-session.h"

G_BEGIN_DECLS

#define RK_TYPE_SIDEBAR (rk_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (RkSidebar, rk_sidebar, RK, SIDEBAR, AdwBin)

/* In place of the one before, if any. */
void rk_sidebar_set_session (RkSidebar *self,
                             RkSession *session);

G_END_DECLS
