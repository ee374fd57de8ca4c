/* Opening a file in a session: one at a time, the latest call wins.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _RkSession RkSession;

/* Opens a file in place of the one that is open; the latest call wins. Outcome by notify::clip or
 * "failed". */
void rk_session_open           (RkSession *self,
                                GFile     *file);
/* Gives up opening; a clip that is open stays. */
void rk_session_cancel_opening (RkSession *self);
/* Cancels the session's jobs, too. */
void rk_session_close          (RkSession *self);

G_END_DECLS
