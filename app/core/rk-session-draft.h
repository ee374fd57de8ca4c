/* The frame at the playhead, restored roughly: what is seen until the exact one is there.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-draft.h"

G_BEGIN_DECLS

typedef struct _RkSession RkSession;

/* What people see of the picture, and how wide the whole of it is shown, in pixels: what the next
 * draft is made for. */
void     rk_session_set_seen  (RkSession    *self,
                               const RkPart *part,
                               int           width);
/* The last draft that is done, of the session's preview; NULL without one. */
RkDraft *rk_session_get_draft (RkSession    *self);

/* Makes a draft of the frame at the playhead, unless that is restored already. The latest call wins. */
void    _rk_session_draft      (RkSession   *self);
/* There is none any more, nor on its way. */
void    _rk_session_drop_draft (RkSession   *self);

G_END_DECLS
