/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preview-store.h"

#include <glib/gstdio.h>
#include <utime.h>

#include "rk-preview-ledger.h"

/* A file of this age that was never finished was left behind by a job that died. */
#define ABANDONED_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef struct {
  char *key;
  RkPreviewStoreWatch watch;
  gpointer user_data;
} Watcher;

struct _RkPreviewStore
{
  GObject parent_instance;

  char *folder;

  GMutex listing; /* while the folder is being listed; taken before the other one */
  gboolean listed; /* by listing */

  GMutex mutex;
  /* By mutex. */
  guint64 limit;
  RkPreviewLedger *ledger;
  GPtrArray *watchers;
};

G_DEFINE_FINAL_TYPE (RkPreviewStore, rk_preview_store, G_TYPE_OBJECT)

static void
watcher_free (gpointer data)
{
  Watcher *watcher = data;

  g_free (watcher->key);
  g_free (watcher);
}

static void
rk_preview_store_finalize (GObject *object)
{
  RkPreviewStore *self = RK_PREVIEW_STORE (object);

  g_free (self->folder);
  rk_preview_ledger_free (self->ledger);
  g_ptr_array_unref (self->watchers);
  g_mutex_clear (&self->listing);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (rk_preview_store_parent_class)->finalize (object);
}

static void
rk_preview_store_class_init (RkPreviewStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rk_preview_store_finalize;
}

static void
rk_preview_store_init (RkPreviewStore *self)
{
  g_mutex_init (&self->listing);
  g_mutex_init (&self->mutex);
  self->limit = RK_PREVIEW_STORE_DEFAULT_LIMIT;
  self->ledger = rk_preview_ledger_new ();
  self->watchers = g_ptr_array_new_with_free_func (watcher_free);
}

RkPreviewStore *
rk_preview_store_new (const char *folder)
{
  RkPreviewStore *self = g_object_new (RK_TYPE_PREVIEW_STORE, NULL);

  self->folder = folder != NULL ? g_strdup (folder)
                                : g_build_filename (g_get_user_cache_dir (), "rekindle", "preview", NULL);

  return self;
}

/* --- files ------------------------------------------------------------------------------------- */

static char *
file_name (gint64 chunk)
{
  return g_strdup_printf ("%08" G_GINT64_FORMAT ".mkv", chunk);
}

/* The chunk whose file has this name, or -1. */
static gint64
parse_file_name (const char *name)
{
  const gint64 chunk = g_ascii_strtoll (name, NULL, 10);
  g_autofree char *expected = file_name (chunk);

  return chunk >= 0 && g_str_equal (name, expected) ? chunk : -1;
}

char *
rk_preview_store_dup_folder (RkPreviewStore *self,
                             const char     *key)
{
  return g_build_filename (self->folder, key, NULL);
}

char *
rk_preview_store_dup_path (RkPreviewStore *self,
                           const char     *key,
                           gint64          chunk)
{
  g_autofree char *name = file_name (chunk);

  return g_build_filename (self->folder, key, name, NULL);
}

/* --- listing the folder, once ------------------------------------------------------------------ */

typedef struct {
  char *key;
  gint64 chunk;
  guint64 bytes;
  gint64 used_us;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->key);
  g_free (found);
}

static int
compare_used (gconstpointer a,
              gconstpointer b)
{
  const Found *first = *(Found **) a, *second = *(Found **) b;

  return (first->used_us > second->used_us) - (first->used_us < second->used_us);
}

static gboolean
is_abandoned (const char *name,
              gint64      used_us)
{
  return name[0] == '.' && strstr (name, ".part.") != NULL && used_us < g_get_real_time () - ABANDONED_US;
}

static void
list_key (RkPreviewStore *self,
          const char     *key,
          GPtrArray      *chunks)
{
  g_autofree char *folder = rk_preview_store_dup_folder (self, key);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      const gint64 chunk = parse_file_name (name);
      GStatBuf info;
      gint64 used_us;

      if (g_stat (path, &info) != 0 || !S_ISREG (info.st_mode))
        continue;

      used_us = (gint64) info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
      if (chunk >= 0)
        g_ptr_array_add (chunks, g_memdup2 (&(Found) { g_strdup (key), chunk, info.st_size, used_us }, sizeof (Found)));
      else if (is_abandoned (name, used_us))
        g_unlink (path);
    }
}

/* What was used longest ago comes first, as the ledger likes it. */
static GPtrArray *
list_chunks (RkPreviewStore *self)
{
  GPtrArray *chunks = g_ptr_array_new_with_free_func (found_free);
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *key;

  while (dir != NULL && (key = g_dir_read_name (dir)) != NULL)
    list_key (self, key, chunks);
  g_ptr_array_sort (chunks, compare_used);

  return chunks;
}

/* Others that need the list wait; those that do not, go on. */
static void
ensure_listed (RkPreviewStore *self)
{
  g_mutex_lock (&self->listing);
  if (!self->listed)
    {
      g_autoptr (GPtrArray) chunks = list_chunks (self);

      g_mutex_lock (&self->mutex);
      for (guint i = 0; i < chunks->len; i++)
        {
          const Found *found = chunks->pdata[i];

          rk_preview_ledger_put (self->ledger, found->key, found->chunk, found->bytes, found->used_us);
        }
      g_mutex_unlock (&self->mutex);
      self->listed = TRUE;
    }
  g_mutex_unlock (&self->listing);
}

/* --- chunks ------------------------------------------------------------------------------------ */

/* By mutex. */
static void
tell (RkPreviewStore *self,
      const char     *key,
      gint64          chunk,
      gboolean        present)
{
  for (guint i = 0; i < self->watchers->len; i++)
    {
      const Watcher *watcher = self->watchers->pdata[i];

      if (g_str_equal (watcher->key, key))
        watcher->watch (chunk, present, watcher->user_data);
    }
}

/* One that cannot be removed from disk is not counted any more. By mutex. */
static void
drop (RkPreviewStore *self,
      const char     *key,
      gint64          chunk)
{
  g_autofree char *path = rk_preview_store_dup_path (self, key, chunk);

  g_unlink (path);
  if (!rk_preview_ledger_remove (self->ledger, key, chunk))
    return;

  if (!rk_preview_ledger_has_key (self->ledger, key))
    {
      g_autofree char *folder = rk_preview_store_dup_folder (self, key);

      g_rmdir (folder); /* what others have put there keeps it */
    }
  tell (self, key, chunk, FALSE);
}

void
rk_preview_store_add (RkPreviewStore *self,
                      const char     *key,
                      gint64          chunk)
{
  g_autofree char *path = rk_preview_store_dup_path (self, key, chunk);
  GStatBuf info;

  ensure_listed (self);
  if (g_stat (path, &info) != 0)
    return;

  g_mutex_lock (&self->mutex);
  rk_preview_ledger_put (self->ledger, key, chunk, info.st_size, g_get_real_time ());
  tell (self, key, chunk, TRUE);
  g_mutex_unlock (&self->mutex);

  rk_preview_store_trim (self);
}

void
rk_preview_store_use (RkPreviewStore *self,
                      const char     *key,
                      gint64          chunk)
{
  g_autofree char *path = rk_preview_store_dup_path (self, key, chunk);

  g_utime (path, NULL); /* for the next program that lists the folder */
  g_mutex_lock (&self->mutex);
  rk_preview_ledger_use (self->ledger, key, chunk, g_get_real_time ());
  g_mutex_unlock (&self->mutex);
}

void
rk_preview_store_remove (RkPreviewStore *self,
                         const char     *key,
                         gint64          chunk)
{
  g_mutex_lock (&self->mutex);
  drop (self, key, chunk);
  g_mutex_unlock (&self->mutex);
}

/* --- keeping within the limit ------------------------------------------------------------------ */

void
rk_preview_store_set_limit (RkPreviewStore *self,
                            guint64         limit_bytes)
{
  g_mutex_lock (&self->mutex);
  self->limit = limit_bytes;
  g_mutex_unlock (&self->mutex);
}

gboolean
rk_preview_store_has_room (RkPreviewStore *self)
{
  gboolean has_room;

  ensure_listed (self);
  g_mutex_lock (&self->mutex);
  has_room = rk_preview_ledger_get_bytes (self->ledger) < self->limit;
  g_mutex_unlock (&self->mutex);

  return has_room;
}

guint64
rk_preview_store_get_size (RkPreviewStore *self)
{
  guint64 bytes;

  ensure_listed (self);
  g_mutex_lock (&self->mutex);
  bytes = rk_preview_ledger_get_bytes (self->ledger);
  g_mutex_unlock (&self->mutex);

  return bytes;
}

/* By mutex; whether there was one that may go. */
static gboolean
drop_oldest (RkPreviewStore *self)
{
  g_autofree char *key = NULL;
  const char *oldest;
  gint64 chunk;

  if (!rk_preview_ledger_find_oldest (self->ledger, &oldest, &chunk))
    return FALSE;

  key = g_strdup (oldest);
  drop (self, key, chunk);
  return TRUE;
}

/* The mutex is held for one chunk at a time: the main thread may be waiting for it. */
void
rk_preview_store_trim (RkPreviewStore *self)
{
  gboolean more = TRUE;

  ensure_listed (self);
  while (more)
    {
      g_mutex_lock (&self->mutex);
      more = rk_preview_ledger_get_bytes (self->ledger) > self->limit && drop_oldest (self);
      g_mutex_unlock (&self->mutex);
    }
}

void
rk_preview_store_clear (RkPreviewStore *self)
{
  gboolean more = TRUE;

  ensure_listed (self);
  while (more)
    {
      g_mutex_lock (&self->mutex);
      more = drop_oldest (self);
      g_mutex_unlock (&self->mutex);
    }
}

/* --- who uses what ----------------------------------------------------------------------------- */

void
rk_preview_store_pin (RkPreviewStore *self,
                      const char     *key)
{
  g_mutex_lock (&self->mutex);
  rk_preview_ledger_pin (self->ledger, key);
  g_mutex_unlock (&self->mutex);
}

void
rk_preview_store_unpin (RkPreviewStore *self,
                        const char     *key)
{
  g_mutex_lock (&self->mutex);
  rk_preview_ledger_unpin (self->ledger, key);
  g_mutex_unlock (&self->mutex);
}

static void
tell_present (gint64   chunk,
              gpointer user_data)
{
  const Watcher *watcher = user_data;

  watcher->watch (chunk, TRUE, watcher->user_data);
}

void
rk_preview_store_watch (RkPreviewStore      *self,
                        const char          *key,
                        RkPreviewStoreWatch  watch,
                        gpointer             user_data)
{
  Watcher *watcher = g_new0 (Watcher, 1);

  watcher->key = g_strdup (key);
  watcher->watch = watch;
  watcher->user_data = user_data;

  ensure_listed (self);
  g_mutex_lock (&self->mutex);
  rk_preview_ledger_foreach (self->ledger, key, tell_present, watcher);
  g_ptr_array_add (self->watchers, watcher);
  g_mutex_unlock (&self->mutex);
}

void
rk_preview_store_unwatch (RkPreviewStore *self,
                          gpointer        user_data)
{
  g_mutex_lock (&self->mutex);
  for (guint i = self->watchers->len; i-- > 0;)
    if (((Watcher *) self->watchers->pdata[i])->user_data == user_data)
      g_ptr_array_remove_index_fast (self->watchers, i);
  g_mutex_unlock (&self->mutex);
}
