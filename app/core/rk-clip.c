/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-clip.h"

#include <glib/gi18n.h>

#include "folders/folders.h"
#include "rk-error.h"

struct _RkClip
{
  GObject parent_instance;

  GFile *file;
  char *path;
  char *identity;
  OasisMediaParams settings;
  gboolean find_borders;
  OasisCrop crop;
  OasisSourceInfo source_info;
  OasisAnalysis *analysis; /* of the whole film; NULL = none was kept when it was opened */
  OasisMediaInfo *media_info;
  gint64 *cuts;
  gsize n_cuts;
  gint64 *times_ns; /* n_frames + 1 */

  /* Measured when it is first asked for. */
  GMutex mutex;
  gboolean noise_known;
  OasisNoise noise[OASIS_BRIGHTNESSES];
};

G_DEFINE_FINAL_TYPE (RkClip, rk_clip, G_TYPE_OBJECT)

static void
rk_clip_finalize (GObject *object)
{
  RkClip *self = RK_CLIP (object);

  g_clear_object (&self->file);
  g_free (self->path);
  g_free (self->identity);
  oasis_analysis_free (&self->analysis);
  oasis_media_info_free (&self->media_info);
  g_free (self->cuts);
  g_free (self->times_ns);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (rk_clip_parent_class)->finalize (object);
}

static void
rk_clip_class_init (RkClipClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rk_clip_finalize;
}

static void
rk_clip_init (RkClip *self)
{
  g_mutex_init (&self->mutex);
}

/* --- opening ---------------------------------------------------------------------------------- */

typedef struct {
  gatomicrefcount ref_count;
  RkClip *clip;
  OasisCancel *cancel;
  GCancellable *cancellable;
  gulong cancelled_id;
  RkClipProgress progress;
  gpointer progress_data;
  gint done_permille; /* atomic */
  gint idle_pending;  /* atomic */
} Opening;

static void
opening_unref (gpointer data)
{
  Opening *opening = data;

  if (!g_atomic_ref_count_dec (&opening->ref_count))
    return;

  g_clear_object (&opening->clip);
  g_clear_object (&opening->cancellable);
  oasis_cancel_free (&opening->cancel);
  g_free (opening);
}

static gboolean
report_progress_cb (gpointer data)
{
  Opening *opening = data;

  g_atomic_int_set (&opening->idle_pending, FALSE);
  if (opening->progress != NULL && !oasis_cancel_is_triggered (opening->cancel))
    opening->progress (g_atomic_int_get (&opening->done_permille) / 1000.0, opening->progress_data);

  return G_SOURCE_REMOVE;
}

/* Runs on the opening thread; at most one idle is under way. */
static void
index_progress_cb (double  done,
                   void   *data)
{
  Opening *opening = data;

  g_atomic_int_set (&opening->done_permille, (gint) (done * 1000));
  if (opening->progress == NULL ||
      !g_atomic_int_compare_and_exchange (&opening->idle_pending, FALSE, TRUE))
    return;

  g_atomic_ref_count_inc (&opening->ref_count);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, report_progress_cb, opening, opening_unref);
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      data)
{
  oasis_cancel_trigger (data);
}

static void
read_times (RkClip      *self,
            OasisSource *source)
{
  const OasisRational base = self->source_info.time_base;
  const gint64 n = self->source_info.frames;
  gint64 end;

  self->times_ns = g_new (gint64, n + 1);
  for (gint64 i = 0; i < n; i++)
    self->times_ns[i] = (gint64) ((double) oasis_source_pts (source, i) * base.num / base.den * 1e9 + 0.5);

  end = MAX (self->media_info->duration_ns, self->times_ns[n - 1] + 1);
  if (n > 1)
    end = MAX (end, self->times_ns[n - 1] + (self->times_ns[n - 1] - self->times_ns[0]) / (n - 1));
  self->times_ns[n] = end;
}

static void
read_cuts (RkClip      *self,
           OasisSource *source)
{
  const int64_t *cuts = oasis_media_source_cuts (source, &self->n_cuts);

  self->cuts = g_memdup2 (cuts, self->n_cuts * sizeof *cuts);
}

static gboolean
identify (RkClip   *self,
          GError  **error)
{
  g_autoptr (GFileInfo) info = NULL;
  g_autofree char *facts = NULL;

  info = g_file_query_info (self->file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_NSEC,
                            G_FILE_QUERY_INFO_NONE, NULL, error);
  if (info == NULL)
    return FALSE;

  facts = g_strdup_printf ("%s\n%" G_GOFFSET_FORMAT "\n%" G_GUINT64_FORMAT ".%09u", self->path,
                           g_file_info_get_size (info),
                           g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED),
                           g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_NSEC));
  self->identity = g_compute_checksum_for_string (G_CHECKSUM_SHA256, facts, -1);

  return TRUE;
}

/* What is to be left out of its frames: as the analysis says, or else a look at some of them. */
static OasisStatus
find_borders (RkClip                 *self,
              const OasisMediaParams *params,
              OasisSource            *source,
              OasisError             *engine_error)
{
  const OasisAnalyseParams look = {
    .index_folder = params->index_folder,
    .look = true,
    .cancel = params->cancel,
  };
  OasisAnalysis *analysis = NULL;

  if (self->analysis != NULL)
    {
      self->crop = oasis_media_source_borders (source, self->analysis);
      return OASIS_OK;
    }

  OASIS_TRY (oasis_media_analyse (self->path, &look, &analysis, engine_error));
  self->crop = oasis_media_source_borders (source, analysis);
  oasis_analysis_free (&analysis);

  return OASIS_OK;
}

/* Opens a source over the file, as the analysis has it that was kept, if any. */
static OasisStatus
open_analysed (RkClip            *self,
               OasisMediaParams  *params,
               OasisSource      **source,
               OasisError        *engine_error)
{
  const OasisAnalyseParams kept = {
    .index_folder = params->index_folder,
    .kept_only = true,
    .cancel = params->cancel,
  };

  OASIS_TRY (oasis_media_source_open (self->path, params, source, engine_error));
  OASIS_TRY (oasis_media_analyse (self->path, &kept, &self->analysis, engine_error));
  if (self->analysis == NULL)
    return OASIS_OK;

  oasis_source_close (source);
  params->analysis = self->analysis;

  return oasis_media_source_open (self->path, params, source, engine_error);
}

/* Fills in all that the file has to tell. */
static gboolean
read_file (RkClip             *self,
           const OasisCancel  *cancel,
           Opening            *opening,
           GError            **error)
{
  OasisSource *source = NULL;
  OasisError engine_error;
  char folder[4096];
  OasisMediaParams params = self->settings;

  params.index_folder = folders_cache ("index", folder, sizeof folder);
  params.cancel = cancel;
  params.progress = opening != NULL ? index_progress_cb : NULL;
  params.data = opening;

  if (open_analysed (self, &params, &source, &engine_error) != OASIS_OK ||
      (self->find_borders &&
       find_borders (self, &params, source, &engine_error) != OASIS_OK))
    {
      oasis_source_close (&source);
      rk_set_engine_error (error, &engine_error);
      return FALSE;
    }

  if (!identify (self, error))
    {
      oasis_source_close (&source);
      return FALSE;
    }

  self->source_info = *oasis_source_info (source);
  self->media_info = oasis_media_info_copy (oasis_media_source_info (source));
  g_assert (self->media_info != NULL); /* GLib gives up without memory, too */
  read_times (self, source);
  read_cuts (self, source);
  oasis_source_close (&source);

  return TRUE;
}

/* A clip of which nothing is known yet; NULL for what is no file on this computer. */
static RkClip *
new_clip (GFile          *file,
          RkRecipe       *recipe,
          GError        **error)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *uri = NULL;
  RkClip *self;

  if (path == NULL)
    {
      uri = g_file_get_uri (file);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("“%s” is not a file on this computer"), uri);
      return NULL;
    }

  self = g_object_new (RK_TYPE_CLIP, NULL);
  self->file = g_object_ref (file);
  self->path = g_steal_pointer (&path);
  if (recipe != NULL)
    {
      self->settings = rk_recipe_get_media (recipe);
      self->find_borders = rk_recipe_get_crop (recipe);
    }

  return self;
}

RkClip *
rk_clip_open (GFile              *file,
              RkRecipe           *recipe,
              const OasisCancel  *cancel,
              GError            **error)
{
  g_autoptr (RkClip) self = new_clip (file, recipe, error);

  return self != NULL && read_file (self, cancel, NULL, error) ? g_steal_pointer (&self) : NULL;
}

static void
open_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Opening *opening = task_data;
  GError *error = NULL;

  if (read_file (opening->clip, opening->cancel, opening, &error))
    g_task_return_pointer (task, g_object_ref (opening->clip), g_object_unref);
  else
    g_task_return_error (task, error);
}

void
rk_clip_open_async (GFile               *file,
                    RkRecipe            *recipe,
                    GCancellable        *cancellable,
                    RkClipProgress       progress,
                    gpointer             progress_data,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  GError *error = NULL;
  RkClip *clip = new_clip (file, recipe, &error);
  Opening *opening;

  g_task_set_source_tag (task, rk_clip_open_async);

  if (clip == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  opening = g_new0 (Opening, 1);
  g_atomic_ref_count_init (&opening->ref_count);
  opening->clip = clip;
  opening->cancel = oasis_cancel_new (NULL);
  opening->progress = progress;
  opening->progress_data = progress_data;

  if (cancellable != NULL)
    {
      opening->cancellable = g_object_ref (cancellable);
      opening->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), opening->cancel, NULL);
    }

  g_task_set_task_data (task, opening, opening_unref);
  g_task_run_in_thread (task, open_thread);
}

RkClip *
rk_clip_open_finish (GAsyncResult  *result,
                     GError       **error)
{
  Opening *opening = g_task_get_task_data (G_TASK (result));

  if (opening != NULL)
    {
      /* A report that is still under way comes too late; the thread has ended. */
      opening->progress = NULL;
      /* The callback holds a borrowed flag, so it goes before the flag does. */
      g_cancellable_disconnect (opening->cancellable, opening->cancelled_id);
      opening->cancelled_id = 0;
    }

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- facts ------------------------------------------------------------------------------------ */

GFile *
rk_clip_get_file (RkClip *self)
{
  return self->file;
}

const char *
rk_clip_get_path (RkClip *self)
{
  return self->path;
}

const OasisSourceInfo *
rk_clip_get_source_info (RkClip *self)
{
  return &self->source_info;
}

const OasisMediaInfo *
rk_clip_get_media_info (RkClip *self)
{
  return self->media_info;
}

gboolean
rk_clip_has_sound (RkClip *self)
{
  return oasis_media_info_find (self->media_info, OASIS_TRACK_SOUND) != NULL;
}

const OasisMediaParams *
rk_clip_get_settings (RkClip *self)
{
  return &self->settings;
}

const OasisCrop *
rk_clip_get_crop (RkClip *self)
{
  return &self->crop;
}

const gint64 *
rk_clip_get_cuts (RkClip *self,
                  gsize  *n_cuts)
{
  *n_cuts = self->n_cuts;
  return self->cuts;
}

const char *
rk_clip_get_identity (RkClip *self)
{
  return self->identity;
}

char *
rk_clip_dup_key (RkClip *self)
{
  const OasisMediaInfo *info = self->media_info;
  const OasisCrop *crop = &self->crop;

  return g_strdup_printf ("%s %" G_GINT64_MODIFIER "x %d %d %d %d %d:%d:%d:%d", self->identity, info->making,
                          self->settings.stream, self->settings.tonemap, info->rotation, info->mirrored, crop->left, crop->top, crop->right, crop->bottom);
}

gint64
rk_clip_get_n_frames (RkClip *self)
{
  return self->source_info.frames;
}

gint64
rk_clip_get_frame_time (RkClip *self,
                        gint64  frame)
{
  return self->times_ns[CLAMP (frame, 0, self->source_info.frames)];
}

gint64
rk_clip_get_frame_at (RkClip *self,
                      gint64  time_ns)
{
  gint64 low = 0, high = self->source_info.frames - 1;

  while (low < high)
    {
      gint64 middle = low + (high - low + 1) / 2;

      if (self->times_ns[middle] <= time_ns)
        low = middle;
      else
        high = middle - 1;
    }

  return low;
}

void
rk_clip_get_display_size (RkClip *self,
                          double *width,
                          double *height)
{
  const OasisFrameFormat *format = &self->source_info.format;
  const double aspect = (double) format->sample_aspect.num / format->sample_aspect.den;

  *width = format->width - self->crop.left - self->crop.right;
  *height = format->height - self->crop.top - self->crop.bottom;
  if (aspect > 1)
    *width *= aspect;
  else
    *height /= aspect;
}

gboolean
rk_clip_get_output_format (RkClip            *self,
                           const OasisSize   *size,
                           OasisFrameFormat  *format,
                           GError           **error)
{
  OasisSize cropped = *size;
  OasisError engine_error;

  cropped.crop = self->crop;
  if (oasis_output_format (&self->source_info.format, &cropped, format, &engine_error) == OASIS_OK)
    return TRUE;

  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

/* By mutex. What cannot be looked at has no noise. */
static void
measure_noise (RkClip *self)
{
  char folder[4096];
  const OasisAnalyseParams look = {
    .index_folder = folders_cache ("index", folder, sizeof folder),
    .look = true,
  };
  OasisAnalysis *analysis = NULL;

  self->noise_known = TRUE;
  if (self->analysis == NULL && oasis_media_analyse (self->path, &look, &analysis, NULL) != OASIS_OK)
    return;

  memcpy (self->noise, analysis != NULL ? analysis->noise : self->analysis->noise, sizeof self->noise);
  oasis_analysis_free (&analysis);
}

gboolean
rk_clip_measure_grain (RkClip                 *self,
                       const OasisFrameFormat *format,
                       OasisGrain             *grain)
{
  const int rows = self->source_info.format.height - self->crop.top - self->crop.bottom;

  g_mutex_lock (&self->mutex);
  if (!self->noise_known)
    measure_noise (self);
  g_mutex_unlock (&self->mutex);

  return oasis_grain_measured (self->noise, (double) format->height / rows, grain);
}

gboolean
rk_clip_open_source (RkClip       *self,
                     OasisSource **source,
                     GError      **error)
{
  char folder[4096];
  OasisMediaParams params = self->settings;
  OasisError engine_error;

  params.analysis = self->analysis;
  params.index_folder = folders_cache ("index", folder, sizeof folder);
  if (oasis_media_source_open (self->path, &params, source, &engine_error) == OASIS_OK)
    return TRUE;

  rk_set_engine_error (error, &engine_error);
  return FALSE;
}
