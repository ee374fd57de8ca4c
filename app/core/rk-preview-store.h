/* Restored chunks on disk, least recently used ones going first.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-preview.h"

G_BEGIN_DECLS

#define RK_PREVIEW_STORE_DEFAULT_LIMIT (G_GUINT64_CONSTANT (10) * 1000 * 1000 * 1000)

/* Thread-safety: any thread. */
#define RK_TYPE_PREVIEW_STORE (rk_preview_store_get_type ())
G_DECLARE_FINAL_TYPE (RkPreviewStore, rk_preview_store, RK, PREVIEW_STORE, GObject)

/* folder NULL: rekindle/preview in the user's cache folder. */
RkPreviewStore *rk_preview_store_new         (const char           *folder);
void            rk_preview_store_set_limit   (RkPreviewStore       *self,
                                              guint64               limit_bytes);
guint64         rk_preview_store_get_size    (RkPreviewStore       *self);

/* Removes the least recently used segments until the store is within its limit. Blocks on disk. */
void            rk_preview_store_trim        (RkPreviewStore       *self);
/* Removes everything that is not pinned. */
void            rk_preview_store_clear       (RkPreviewStore       *self);

/* The preview of a clip by a recipe, with the chunks that are there already. Reads the model file,
 * so it runs on a thread of its own. */
void            rk_preview_store_open_async  (RkPreviewStore       *self,
                                              RkClip               *clip,
                                              RkRecipe             *recipe,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
RkPreview      *rk_preview_store_open_finish (RkPreviewStore       *self,
                                              GAsyncResult         *result,
                                              GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
