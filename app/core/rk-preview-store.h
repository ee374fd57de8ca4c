/* Restored chunks on disk, least recently used ones going first.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define RK_PREVIEW_STORE_DEFAULT_LIMIT (G_GUINT64_CONSTANT (10) * 1000 * 1000 * 1000)

/* A folder a key, a file a chunk. What lies there is listed once, by the first call that has to know
 * ("blocks on disk"); from then on it is kept in mind, and other programs that change the folder are
 * not noticed until a file cannot be read. Thread-safety: any thread. */
#define RK_TYPE_PREVIEW_STORE (rk_preview_store_get_type ())
G_DECLARE_FINAL_TYPE (RkPreviewStore, rk_preview_store, RK, PREVIEW_STORE, GObject)

/* folder NULL: rekindle/preview in the user's cache folder. */
RkPreviewStore *rk_preview_store_new         (const char           *folder);
void            rk_preview_store_set_limit   (RkPreviewStore       *self,
                                              guint64               limit_bytes);
/* Of all chunks. Blocks on disk. */
guint64         rk_preview_store_get_size    (RkPreviewStore       *self);

/* Whether it is within its limit. Blocks on disk. */
gboolean        rk_preview_store_has_room    (RkPreviewStore       *self);

/* Removes the least recently used chunks until the store is within its limit. Blocks on disk. */
void            rk_preview_store_trim        (RkPreviewStore       *self);
/* Removes everything that is not pinned. Blocks on disk. */
void            rk_preview_store_clear       (RkPreviewStore       *self);

/* Where the chunks of a key lie, and one of them. */
char           *rk_preview_store_dup_folder  (RkPreviewStore       *self,
                                              const char           *key) G_GNUC_WARN_UNUSED_RESULT;
char           *rk_preview_store_dup_path    (RkPreviewStore       *self,
                                              const char           *key,
                                              gint64                chunk) G_GNUC_WARN_UNUSED_RESULT;

/* A chunk's file is whole and in its place: counts it, and trims the store. Blocks on disk. */
void            rk_preview_store_add         (RkPreviewStore       *self,
                                              const char           *key,
                                              gint64                chunk);
/* A chunk is being read: it is the last to go. */
void            rk_preview_store_use         (RkPreviewStore       *self,
                                              const char           *key,
                                              gint64                chunk);
/* Removes a chunk's file, if there is one. */
void            rk_preview_store_remove      (RkPreviewStore       *self,
                                              const char           *key,
                                              gint64                chunk);

/* While a key is pinned, none of its chunks is trimmed or cleared away. */
void            rk_preview_store_pin         (RkPreviewStore       *self,
                                              const char           *key);
void            rk_preview_store_unpin       (RkPreviewStore       *self,
                                              const char           *key);

/* Calls `watch` for each chunk of a key that is there, then for each that comes or goes, until it is
 * unwatched (by its user_data; afterwards it is not called any more). It runs on whichever thread
 * changes the store, under the store's lock, so it must not call the store. Blocks on disk. */
typedef void  (*RkPreviewStoreWatch)         (gint64                chunk,
                                              gboolean              present,
                                              gpointer              user_data);
void            rk_preview_store_watch       (RkPreviewStore       *self,
                                              const char           *key,
                                              RkPreviewStoreWatch   watch,
                                              gpointer              user_data);
void            rk_preview_store_unwatch     (RkPreviewStore       *self,
                                              gpointer              user_data);

G_END_DECLS
