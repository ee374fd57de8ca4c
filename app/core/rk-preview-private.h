/* What the store, its previews and their segments know of each other.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-preview-store.h"

G_BEGIN_DECLS

/* Looks at the model and the folder; blocks on disk. Any thread. */
RkPreview      *_rk_preview_new        (RkPreviewStore  *store,
                                        RkClip          *clip,
                                        RkRecipe        *recipe,
                                        GError         **error);
RkPreviewStore *_rk_preview_get_store  (RkPreview       *self);
const char     *_rk_preview_get_folder (RkPreview       *self);
gboolean        _rk_preview_is_pinned  (RkPreview       *self);
/* A chunk's segment has come. Any thread. */
void            _rk_preview_remember   (RkPreview       *self,
                                        gint64           chunk);
/* It has gone; a chunk that the clip does not have is ignored. Any thread. */
void            _rk_preview_forget     (RkPreview       *self,
                                        gint64           chunk);

/* The chunk whose segment has this file name, or -1. */
gint64      _rk_preview_parse_segment_name (const char  *name);

const char *_rk_preview_store_get_folder (RkPreviewStore *self);
void        _rk_preview_store_add        (RkPreviewStore *self,
                                          RkPreview      *preview);
void        _rk_preview_store_remove     (RkPreviewStore *self,
                                          RkPreview      *preview);

G_END_DECLS
