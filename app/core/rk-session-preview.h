/* The preview that belongs to a session's clip and recipe.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-session-private.h"

G_BEGIN_DECLS

/* Looks for the preview of what is open; the latest call wins. Until it is found, the one that was
 * there stays. */
void _rk_session_look_up      (RkSession *self);
/* There is none any more. */
void _rk_session_drop_preview (RkSession *self);

G_END_DECLS
