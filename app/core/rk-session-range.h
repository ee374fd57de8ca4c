/* The chosen range of a session, and which frames a preview or an export is made of.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _RkSession RkSession;

/* The chosen range is first <= n < end. */
gint64   rk_session_get_range_first   (RkSession *self);
gint64   rk_session_get_range_end     (RkSession *self);
/* Keeps at least one frame; a handle that would cross the other pushes it. */
void     rk_session_set_range_first   (RkSession *self,
                                       gint64     first);
void     rk_session_set_range_end     (RkSession *self,
                                       gint64     end);
/* Chooses the whole clip. */
void     rk_session_reset_range       (RkSession *self);
/* Whether that is what is chosen. */
gboolean rk_session_get_whole_range   (RkSession *self);

/* The frames that an export restores. */
void     rk_session_get_export_range  (RkSession *self,
                                       gboolean   whole,
                                       gint64    *first,
                                       gint64    *end);
/* The nearest frame before or after one that begins a scene, or at which the clip or the range begins or
 * ends; the frame itself if there is none. A clip has to be open. */
gint64   rk_session_find_mark         (RkSession *self,
                                       gint64     frame,
                                       gboolean   after);
/* The frames that a preview restores: the chosen range, or, when that is the whole clip, the chunk
 * under the playhead, with the next one if that is near. */
void     rk_session_get_preview_range (RkSession *self,
                                       gint64    *first,
                                       gint64    *end);

G_END_DECLS
