/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preview.h"

#include "folders/folders.h"
#include "rk-error.h"
#include "rk-preview-segment.h"

struct _RkPreview
{
  GObject parent_instance;

  RkPreviewStore *store;
  RkClip *clip;
  RkRecipe *recipe;
  char *key; /* in the store */
  double default_strength;
  OasisChunkGrid grid;
  OasisFrameFormat format;
  gint64 n_chunks;

  GMutex mutex;
  guint8 *present; /* n_chunks, by mutex */
  gboolean idle_pending; /* by mutex */
};

G_DEFINE_FINAL_TYPE (RkPreview, rk_preview, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The store must not call the object any more once it is being finalized. */
static void
rk_preview_dispose (GObject *object)
{
  RkPreview *self = RK_PREVIEW (object);

  if (self->store != NULL)
    rk_preview_store_unwatch (self->store, self);

  G_OBJECT_CLASS (rk_preview_parent_class)->dispose (object);
}

static void
rk_preview_finalize (GObject *object)
{
  RkPreview *self = RK_PREVIEW (object);

  g_clear_object (&self->store);
  g_clear_object (&self->clip);
  g_clear_object (&self->recipe);
  g_free (self->key);
  g_free (self->present);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (rk_preview_parent_class)->finalize (object);
}

static void
rk_preview_class_init (RkPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = rk_preview_dispose;
  G_OBJECT_CLASS (klass)->finalize = rk_preview_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
rk_preview_init (RkPreview *self)
{
  g_mutex_init (&self->mutex);
}

static gboolean
changed_cb (gpointer data)
{
  RkPreview *self = data;

  g_mutex_lock (&self->mutex);
  self->idle_pending = FALSE;
  g_mutex_unlock (&self->mutex);

  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* A chunk's segment has come or gone; one that the clip does not have is ignored. Any thread. */
static void
segment_cb (gint64   number,
            gboolean present,
            gpointer user_data)
{
  RkPreview *self = user_data;
  const gint64 chunk = rk_preview_segment_find (&self->grid, number);
  gboolean pending;

  if (chunk < 0)
    return;

  g_mutex_lock (&self->mutex);
  self->present[chunk] = present;
  pending = self->idle_pending;
  self->idle_pending = TRUE;
  g_mutex_unlock (&self->mutex);

  if (!pending)
    g_idle_add_full (G_PRIORITY_DEFAULT, changed_cb, g_object_ref (self), g_object_unref);
}

/* --- opening ---------------------------------------------------------------------------------- */

/* Opens a model by name or path, NULL = the default. */
static OasisStatus
open_model (const char  *name,
            OasisModel **model,
            OasisError  *engine_error)
{
  g_autofree char **folders = folders_models ();
  char path[4096];

  if (folders == NULL)
    return oasis_fail_memory (engine_error, "models");

  OASIS_TRY (oasis_model_find (name, (const char *const *) folders, path, sizeof path, engine_error));
  return oasis_model_open (path, model, engine_error);
}

RkPreview *
rk_preview_open (RkPreviewStore  *store,
                 RkCatalogue     *catalogue,
                 RkClip          *clip,
                 RkRecipe        *recipe,
                 GError         **error)
{
  g_autoptr (RkPreview) self = g_object_new (RK_TYPE_PREVIEW, NULL);
  g_autofree char *settings = NULL;
  g_autofree char *facts = NULL;
  const OasisSize size = rk_recipe_get_size (recipe);
  const OasisModelInfo *info;
  OasisModel *model = NULL;
  OasisDeviceInfo device;
  OasisError engine_error;
  char identity[65], folder[4096];

  self->store = g_object_ref (store);
  self->clip = g_object_ref (clip);
  self->recipe = rk_recipe_copy (recipe);

  if (!rk_catalogue_find_device (catalogue, rk_recipe_get_device (recipe), &device, error) ||
      !rk_clip_get_output_format (clip, &size, &self->format, error))
    return NULL;

  if (open_model (rk_recipe_get_model (recipe), &model, &engine_error) != OASIS_OK)
    {
      rk_set_engine_error (error, &engine_error);
      return NULL;
    }

  info = oasis_model_info (model);
  oasis_model_identity (model, folders_cache ("models", folder, sizeof folder), identity);
  self->grid = (OasisChunkGrid) {
    .frames = rk_clip_get_n_frames (clip),
    .chunk_frames = info->chunk_frames,
    .chunk_overlap = info->chunk_overlap,
  };
  self->grid.cuts = rk_clip_get_cuts (clip, &self->grid.n_cuts);
  self->n_chunks = oasis_chunk_count (&self->grid);
  self->default_strength = info->default_strength;
  self->present = g_new0 (guint8, self->n_chunks);
  rk_recipe_set_device (self->recipe, device.name);
  rk_recipe_set_model (self->recipe, info->path);
  oasis_model_close (&model);

  settings = rk_clip_dup_key (clip);
  facts = g_strdup_printf ("3\n%s\n%dx%d\n%s\n%s\n%d", settings, self->format.width, self->format.height,
                           identity, device.name, device.dtype);
  self->key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, facts, -1);

  self->idle_pending = TRUE; /* nobody listens yet */
  rk_preview_store_watch (store, self->key, segment_cb, self);
  self->idle_pending = FALSE;

  return g_steal_pointer (&self);
}

typedef struct {
  RkCatalogue *catalogue;
  RkClip *clip;
  RkRecipe *recipe;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->catalogue);
  g_object_unref (request->clip);
  g_object_unref (request->recipe);
  g_free (request);
}

static void
open_thread (GTask        *task,
             gpointer      store,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Request *request = task_data;
  GError *error = NULL;
  RkPreview *preview = rk_preview_open (store, request->catalogue, request->clip, request->recipe, &error);

  if (preview != NULL)
    g_task_return_pointer (task, preview, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
rk_preview_open_async (RkPreviewStore      *store,
                       RkCatalogue         *catalogue,
                       RkClip              *clip,
                       RkRecipe            *recipe,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (store, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->catalogue = g_object_ref (catalogue);
  request->clip = g_object_ref (clip);
  request->recipe = rk_recipe_copy (recipe);

  g_task_set_source_tag (task, rk_preview_open_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, open_thread);
}

RkPreview *
rk_preview_open_finish (GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- facts ------------------------------------------------------------------------------------ */

RkClip *
rk_preview_get_clip (RkPreview *self)
{
  return self->clip;
}

RkRecipe *
rk_preview_get_recipe (RkPreview *self)
{
  return self->recipe;
}

const OasisFrameFormat *
rk_preview_get_format (RkPreview *self)
{
  return &self->format;
}

double
rk_preview_get_default_strength (RkPreview *self)
{
  return self->default_strength;
}

char *
rk_preview_dup_chunk_path (RkPreview *self,
                           gint64     chunk)
{
  return rk_preview_store_dup_path (self->store, self->key, rk_preview_segment_number (&self->grid, chunk));
}

gint64
rk_preview_get_n_chunks (RkPreview *self)
{
  return self->n_chunks;
}

gint64
rk_preview_get_chunk_at (RkPreview *self,
                         gint64     frame)
{
  return oasis_chunk_of_frame (&self->grid, CLAMP (frame, 0, self->grid.frames - 1));
}

void
rk_preview_get_chunk_range (RkPreview *self,
                            gint64     chunk,
                            gint64    *first,
                            gint64    *end)
{
  const OasisChunk info = oasis_chunk_get (&self->grid, chunk);

  *first = info.own_first;
  *end = info.own_first + info.own_frames;
}

gboolean
rk_preview_has_chunk (RkPreview *self,
                      gint64     chunk)
{
  gboolean present;

  g_mutex_lock (&self->mutex);
  present = self->present[chunk];
  g_mutex_unlock (&self->mutex);

  return present;
}

gboolean
rk_preview_find_run (RkPreview *self,
                     gint64     from,
                     gint64    *first,
                     gint64    *end)
{
  gint64 chunk, last;

  if (from >= self->grid.frames)
    return FALSE;

  g_mutex_lock (&self->mutex);
  for (chunk = oasis_chunk_of_frame (&self->grid, MAX (from, 0)); chunk < self->n_chunks; chunk++)
    if (self->present[chunk])
      break;
  for (last = chunk; last < self->n_chunks && self->present[last]; last++)
    ;
  g_mutex_unlock (&self->mutex);

  if (chunk == self->n_chunks)
    return FALSE;

  *first = oasis_chunk_get (&self->grid, chunk).own_first;
  rk_preview_get_chunk_range (self, last - 1, &(gint64) { 0 }, end);

  return TRUE;
}

gboolean
rk_preview_find_run_around (RkPreview *self,
                            gint64     frame,
                            gint64    *first,
                            gint64    *end)
{
  gint64 chunk = rk_preview_get_chunk_at (self, frame);

  if (!rk_preview_has_chunk (self, chunk))
    return FALSE;

  while (chunk > 0 && rk_preview_has_chunk (self, chunk - 1))
    chunk--;
  rk_preview_get_chunk_range (self, chunk, first, end);

  return rk_preview_find_run (self, *first, first, end);
}

gint64
rk_preview_count_missing (RkPreview *self,
                          gint64     first,
                          gint64     end)
{
  gint64 missing = end - first;
  gint64 run_first, run_end;

  for (gint64 from = first; rk_preview_find_run (self, from, &run_first, &run_end) && run_first < end; from = run_end)
    missing -= MIN (run_end, end) - MAX (run_first, from);

  return MAX (missing, 0);
}

/* --- frames ------------------------------------------------------------------------------------ */

static RkPreviewSegmentParams
get_segment_params (RkPreview *self)
{
  return (RkPreviewSegmentParams) {
    .format = self->format,
    .frame_rate = rk_clip_get_source_info (self->clip)->frame_rate,
    .grid = self->grid,
  };
}

static OasisStatus
open_chunk (RkPreview    *self,
            gint64        chunk,
            OasisSource **source,
            OasisError   *engine_error)
{
  const RkPreviewSegmentParams params = get_segment_params (self);

  return rk_preview_segment_open (self->store, self->key, chunk, &params, source, engine_error);
}

gboolean
rk_preview_open_chunk (RkPreview    *self,
                       gint64        chunk,
                       OasisSource **source,
                       GError      **error)
{
  OasisError engine_error;

  if (open_chunk (self, chunk, source, &engine_error) == OASIS_OK)
    return TRUE;

  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

OasisSink *
rk_preview_new_sink (RkPreview *self)
{
  const RkPreviewSegmentParams params = get_segment_params (self);

  return rk_preview_segment_sink_new (self->store, self->key, &params);
}

static bool
cache_has (void    *data,
           int64_t  chunk)
{
  return rk_preview_has_chunk (data, chunk);
}

static OasisStatus
cache_open (void         *data,
            int64_t       chunk,
            OasisSource **frames,
            OasisError   *engine_error)
{
  return open_chunk (data, chunk, frames, engine_error);
}

/* A long export would push out all else: it fills what room there is. A chunk that cannot be kept is
 * no fault of the job's. */
static void
cache_keep (void              *data,
            int64_t            chunk,
            OasisFrame *const *frames,
            int64_t            n_frames)
{
  RkPreview *self = data;
  const OasisChunkInfo info = { .index = chunk, .frames = n_frames };
  OasisSink *sink;
  OasisStatus status;

  if (!rk_preview_store_has_room (self->store))
    return;

  sink = rk_preview_new_sink (self);
  status = oasis_sink_begin_chunk (sink, &info, NULL);
  for (int64_t i = 0; i < n_frames && status == OASIS_OK; i++)
    status = oasis_sink_write (sink, frames[i], NULL);
  if (status == OASIS_OK && oasis_sink_end_chunk (sink, NULL) != OASIS_OK)
    g_debug ("chunk %" G_GINT64_FORMAT " was not kept", (gint64) chunk);
  oasis_sink_close (&sink);
}

OasisChunkCache
rk_preview_get_cache (RkPreview *self)
{
  return (OasisChunkCache) { .has = cache_has, .open = cache_open, .keep = cache_keep, .data = self };
}

void
rk_preview_pin (RkPreview *self)
{
  rk_preview_store_pin (self->store, self->key);
}

void
rk_preview_unpin (RkPreview *self)
{
  rk_preview_store_unpin (self->store, self->key);
}
