/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-export-job.h"

#include "folders/folders.h"
#include "rk-error.h"

struct _RkExportJob
{
  RkJob parent_instance;

  RkPreview *preview;
  RkExportSettings settings; /* target and codec owned */
  gint64 first, end;
  double strength;
  GString *warnings;
};

G_DEFINE_FINAL_TYPE (RkExportJob, rk_export_job, RK_TYPE_JOB)

static void
progress_cb (const OasisProgress *progress,
             void                *data)
{
  rk_job_report (data, progress);
}

static void
warn_cb (const char *message,
         void       *data)
{
  RkExportJob *self = data;

  if (self->warnings->len > 0)
    g_string_append_c (self->warnings, '\n');
  g_string_append (self->warnings, message);
}

static gboolean
open_sink (RkExportJob  *self,
           OasisSink   **sink,
           GError      **error)
{
  RkClip *clip = rk_preview_get_clip (self->preview);
  const gboolean to_end = self->end == rk_clip_get_n_frames (clip);
  char folder[4096];
  const OasisMediaTarget target = {
    .target = {
      .format = *rk_preview_get_format (self->preview),
      .frame_rate = rk_clip_get_source_info (clip)->frame_rate,
      .original = rk_clip_get_path (clip),
      .replace = self->settings.replace,
    },
    .codec = self->settings.codec,
    .quality = self->settings.crf,
    .tracks_from = rk_clip_get_path (clip),
    .sound = self->settings.audio ? NULL : "none",
    .index_folder = folders_cache ("index", folder, sizeof folder),
    .start_ns = rk_clip_get_frame_time (clip, self->first),
    .end_ns = to_end ? 0 : rk_clip_get_frame_time (clip, self->end),
    .warn = warn_cb,
    .data = self,
  };
  OasisError engine_error;

  if (oasis_media_sink_open (g_file_peek_path (self->settings.target), &target, sink, &engine_error) == OASIS_OK)
    return TRUE;

  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

static gboolean
rk_export_job_run (RkJob     *job,
                   RkEngine  *engine,
                   GError   **error)
{
  RkExportJob *self = RK_EXPORT_JOB (job);
  RkRecipe *recipe = rk_preview_get_recipe (self->preview);
  const OasisChunkCache cache = rk_preview_get_cache (self->preview);
  OasisRestorer *restorer;
  OasisJobParams params = {
    .restorers = &restorer,
    .n_restorers = 1,
    .output = *rk_preview_get_format (self->preview),
    .first = self->first,
    .end = self->end,
    .strength = self->strength,
    .cache = &cache,
    .cancel = rk_job_get_cancel (job),
    .progress = progress_cb,
    .data = self,
  };
  OasisError engine_error;
  gboolean done = FALSE;

  if (!rk_engine_get_restorer (engine, rk_recipe_get_model (recipe), rk_recipe_get_device (recipe), &restorer, error))
    return FALSE;

  rk_preview_pin (self->preview);

  if (rk_clip_open_source (rk_preview_get_clip (self->preview), &params.source, error) &&
      open_sink (self, &params.sink, error))
    {
      done = oasis_job_run (&params, &engine_error) == OASIS_OK;
      if (!done)
        rk_set_engine_error (error, &engine_error);
    }

  oasis_sink_close (&params.sink);
  oasis_source_close (&params.source);
  rk_preview_unpin (self->preview);

  return done;
}

static void
rk_export_job_finalize (GObject *object)
{
  RkExportJob *self = RK_EXPORT_JOB (object);

  g_clear_object (&self->preview);
  g_clear_object (&self->settings.target);
  g_free ((char *) self->settings.codec);
  g_string_free (self->warnings, TRUE);

  G_OBJECT_CLASS (rk_export_job_parent_class)->finalize (object);
}

static void
rk_export_job_class_init (RkExportJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rk_export_job_finalize;
  RK_JOB_CLASS (klass)->run = rk_export_job_run;
}

static void
rk_export_job_init (RkExportJob *self)
{
  self->warnings = g_string_new (NULL);
}

RkJob *
rk_export_job_new (const char             *title,
                   RkPreview              *preview,
                   const RkExportSettings *settings,
                   gint64                  first,
                   gint64                  end,
                   double                  strength)
{
  RkExportJob *self = g_object_new (RK_TYPE_EXPORT_JOB, "title", title, NULL);

  self->preview = g_object_ref (preview);
  self->settings = *settings;
  self->settings.target = g_object_ref (settings->target);
  self->settings.codec = g_strdup (settings->codec);
  self->first = first;
  self->end = end;
  self->strength = strength;

  return RK_JOB (self);
}

GFile *
rk_export_job_get_target (RkExportJob *self)
{
  return self->settings.target;
}

const char *
rk_export_job_get_warnings (RkExportJob *self)
{
  return self->warnings->len > 0 ? self->warnings->str : NULL;
}
