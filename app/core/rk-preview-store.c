/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preview-store.h"

#include <glib/gstdio.h>

#include "rk-preview-private.h"

struct _RkPreviewStore
{
  GObject parent_instance;

  char *folder;

  GMutex mutex;
  guint64 limit;     /* by mutex */
  GPtrArray *previews; /* alive, borrowed, by mutex */
};

G_DEFINE_FINAL_TYPE (RkPreviewStore, rk_preview_store, G_TYPE_OBJECT)

/* A file of this age that is no segment was left behind by a job that died. */
#define ABANDONED_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef struct {
  char *key;
  char *path;
  gint64 chunk; /* -1: being written, or left behind */
  guint64 bytes;
  gint64 used; /* microseconds */
} Segment;

static void
segment_free (gpointer data)
{
  Segment *segment = data;

  g_free (segment->key);
  g_free (segment->path);
  g_free (segment);
}

static void
rk_preview_store_finalize (GObject *object)
{
  RkPreviewStore *self = RK_PREVIEW_STORE (object);

  g_free (self->folder);
  g_ptr_array_unref (self->previews);
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
  g_mutex_init (&self->mutex);
  self->limit = RK_PREVIEW_STORE_DEFAULT_LIMIT;
  self->previews = g_ptr_array_new ();
}

RkPreviewStore *
rk_preview_store_new (const char *folder)
{
  RkPreviewStore *self = g_object_new (RK_TYPE_PREVIEW_STORE, NULL);

  self->folder = folder != NULL ? g_strdup (folder)
                                : g_build_filename (g_get_user_cache_dir (), "rekindle", "preview", NULL);

  return self;
}

const char *
_rk_preview_store_get_folder (RkPreviewStore *self)
{
  return self->folder;
}

void
_rk_preview_store_add (RkPreviewStore *self,
                       RkPreview      *preview)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->previews, preview);
  g_mutex_unlock (&self->mutex);
}

void
_rk_preview_store_remove (RkPreviewStore *self,
                          RkPreview      *preview)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_remove_fast (self->previews, preview);
  g_mutex_unlock (&self->mutex);
}

/* --- keeping within the limit ------------------------------------------------------------------ */

static void
list_key (GPtrArray  *segments,
          const char *folder,
          const char *key)
{
  g_autofree char *path = g_build_filename (folder, key, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      GStatBuf info;
      Segment *segment;

      if (g_stat (file, &info) != 0 || !S_ISREG (info.st_mode))
        continue;

      segment = g_new0 (Segment, 1);
      segment->key = g_strdup (key);
      segment->path = g_steal_pointer (&file);
      segment->chunk = _rk_preview_parse_segment_name (name);
      segment->bytes = info.st_size;
      segment->used = (gint64) info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
      g_ptr_array_add (segments, segment);
    }
}

static GPtrArray *
list_segments (RkPreviewStore *self)
{
  GPtrArray *segments = g_ptr_array_new_with_free_func (segment_free);
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *key;

  while (dir != NULL && (key = g_dir_read_name (dir)) != NULL)
    list_key (segments, self->folder, key);

  return segments;
}

static int
compare_used (gconstpointer a,
              gconstpointer b)
{
  const Segment *first = *(Segment **) a, *second = *(Segment **) b;

  return (first->used > second->used) - (first->used < second->used);
}

static guint64
total_size (GPtrArray *segments)
{
  guint64 total = 0;

  for (guint i = 0; i < segments->len; i++)
    total += ((Segment *) segments->pdata[i])->bytes;

  return total;
}

/* The previews alive that show this key; the caller holds the mutex. */
static gboolean
is_pinned (RkPreviewStore *self,
           const char     *key)
{
  for (guint i = 0; i < self->previews->len; i++)
    if (g_str_has_suffix (_rk_preview_get_folder (self->previews->pdata[i]), key) &&
        _rk_preview_is_pinned (self->previews->pdata[i]))
      return TRUE;

  return FALSE;
}

static void
remove_segment (RkPreviewStore *self,
                const Segment  *segment)
{
  g_autofree char *folder = g_path_get_dirname (segment->path);

  if (g_unlink (segment->path) != 0)
    return;

  g_rmdir (folder); /* only if that was the last one */
  for (guint i = 0; i < self->previews->len; i++)
    if (g_str_has_suffix (_rk_preview_get_folder (self->previews->pdata[i]), segment->key))
      _rk_preview_forget (self->previews->pdata[i], segment->chunk);
}

static void
shrink (RkPreviewStore *self,
        guint64         limit)
{
  g_autoptr (GPtrArray) segments = list_segments (self);
  const gint64 abandoned = g_get_real_time () - ABANDONED_US;
  guint64 total = total_size (segments);

  g_ptr_array_sort (segments, compare_used);
  for (guint i = 0; i < segments->len && total > limit; i++)
    {
      const Segment *segment = segments->pdata[i];

      if (is_pinned (self, segment->key) || (segment->chunk < 0 && segment->used > abandoned))
        continue;

      remove_segment (self, segment);
      total -= segment->bytes;
    }
}

void
rk_preview_store_set_limit (RkPreviewStore *self,
                            guint64         limit_bytes)
{
  g_mutex_lock (&self->mutex);
  self->limit = limit_bytes;
  g_mutex_unlock (&self->mutex);
}

guint64
rk_preview_store_get_size (RkPreviewStore *self)
{
  g_autoptr (GPtrArray) segments = list_segments (self);

  return total_size (segments);
}

void
rk_preview_store_trim (RkPreviewStore *self)
{
  g_mutex_lock (&self->mutex);
  shrink (self, self->limit);
  g_mutex_unlock (&self->mutex);
}

void
rk_preview_store_clear (RkPreviewStore *self)
{
  g_mutex_lock (&self->mutex);
  shrink (self, 0);
  g_mutex_unlock (&self->mutex);
}

/* --- opening ----------------------------------------------------------------------------------- */

typedef struct {
  RkClip *clip;
  RkRecipe *recipe;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->clip);
  g_object_unref (request->recipe);
  g_free (request);
}

static void
open_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Request *request = task_data;
  GError *error = NULL;
  RkPreview *preview = _rk_preview_new (source_object, request->clip, request->recipe, &error);

  if (preview != NULL)
    g_task_return_pointer (task, preview, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
rk_preview_store_open_async (RkPreviewStore      *self,
                             RkClip              *clip,
                             RkRecipe            *recipe,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->clip = g_object_ref (clip);
  request->recipe = rk_recipe_copy (recipe);

  g_task_set_source_tag (task, rk_preview_store_open_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, open_thread);
}

RkPreview *
rk_preview_store_open_finish (RkPreviewStore  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
