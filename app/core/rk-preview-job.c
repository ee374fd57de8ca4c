/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preview-job.h"

#include "rk-error.h"

struct _RkPreviewJob
{
  RkJob parent_instance;

  RkPreview *preview;
  gint64 first_chunk, end_chunk;

  /* While running. */
  gint64 frames_before; /* written by the runs of chunks that are over */
  gint64 frames_total;
  RkLap lap;
};

G_DEFINE_FINAL_TYPE (RkPreviewJob, rk_preview_job, RK_TYPE_JOB)

/* One run's progress as the whole job's. */
static void
progress_cb (const OasisProgress *run,
             void                *data)
{
  RkPreviewJob *self = data;
  OasisProgress whole = *run;
  const double done = self->frames_before + run->fraction * run->frames_total;

  whole.frames_total = self->frames_total;
  whole.fraction = done / self->frames_total;
  if (run->frames_per_second > 0)
    whole.seconds_left = (self->frames_total - done) / run->frames_per_second;

  rk_lap_report (&self->lap, whole.fraction);
  rk_job_report (RK_JOB (self), &whole);
}

static gint64
count_frames (RkPreviewJob *self,
              gint64        from,
              gint64        to)
{
  gint64 frames = 0;

  for (gint64 chunk = from; chunk < to; chunk++)
    {
      gint64 first, end;

      rk_preview_get_chunk_range (self->preview, chunk, &first, &end);
      if (!rk_preview_has_chunk (self->preview, chunk))
        frames += end - first;
    }

  return frames;
}

static gboolean
run_chunks (RkPreviewJob   *self,
            OasisRestorer  *restorer,
            OasisSource    *source,
            gint64          from,
            gint64          to,
            GError        **error)
{
  RkClip *clip = rk_preview_get_clip (self->preview);
  OasisSink *sink = rk_preview_new_sink (self->preview);
  gsize n_cuts;
  const gint64 *cuts = rk_clip_get_cuts (clip, &n_cuts);
  OasisJobParams params = {
    .restorers = &restorer,
    .n_restorers = 1,
    .source = source,
    .sink = sink,
    .output = *rk_preview_get_format (self->preview),
    .crop = *rk_clip_get_crop (clip),
    .strength = 1,
    .cuts = cuts,
    .n_cuts = n_cuts,
    .cancel = rk_job_get_cancel (RK_JOB (self)),
    .progress = progress_cb,
    .data = self,
  };
  OasisError engine_error;
  OasisStatus status;
  gint64 unused;

  rk_preview_get_chunk_range (self->preview, from, &params.first, &unused);
  rk_preview_get_chunk_range (self->preview, to - 1, &unused, &params.end);
  status = oasis_job_run (&params, &engine_error);
  oasis_sink_close (&sink);
  self->frames_before += params.end - params.first;

  if (status == OASIS_OK)
    return TRUE;

  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

static gboolean
rk_preview_job_run (RkJob     *job,
                    RkEngine  *engine,
                    GError   **error)
{
  RkPreviewJob *self = RK_PREVIEW_JOB (job);
  RkRecipe *recipe = rk_preview_get_recipe (self->preview);
  OasisRestorer *restorer;
  OasisSource *source = NULL;
  gboolean done = TRUE;

  self->lap = (RkLap) { 0 };
  self->frames_before = 0;
  self->frames_total = count_frames (self, self->first_chunk, self->end_chunk);
  if (self->frames_total == 0)
    return TRUE;

  if (!rk_engine_get_restorer (engine, rk_recipe_get_model (recipe), rk_recipe_get_device (recipe), &restorer, error) ||
      !rk_clip_open_source (rk_preview_get_clip (self->preview), &source, error))
    return FALSE;

  for (gint64 from = self->first_chunk, to; done && from < self->end_chunk; from = to)
    {
      for (; from < self->end_chunk && rk_preview_has_chunk (self->preview, from); from++)
        ;
      for (to = from; to < self->end_chunk && !rk_preview_has_chunk (self->preview, to); to++)
        ;
      if (from < to)
        done = run_chunks (self, restorer, source, from, to, error);
    }

  oasis_source_close (&source);
  rk_rates_learn (rk_engine_get_rates (engine), recipe, rk_preview_get_format (self->preview), &self->lap, self->frames_total);

  return done;
}

static void
rk_preview_job_finalize (GObject *object)
{
  RkPreviewJob *self = RK_PREVIEW_JOB (object);

  g_clear_object (&self->preview);

  G_OBJECT_CLASS (rk_preview_job_parent_class)->finalize (object);
}

static void
rk_preview_job_class_init (RkPreviewJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rk_preview_job_finalize;
  RK_JOB_CLASS (klass)->run = rk_preview_job_run;
}

static void
rk_preview_job_init (RkPreviewJob *self)
{
}

RkJob *
rk_preview_job_new (const char *title,
                    RkPreview  *preview,
                    gint64      first,
                    gint64      end)
{
  GFile *file = rk_clip_get_file (rk_preview_get_clip (preview));
  RkPreviewJob *self = g_object_new (RK_TYPE_PREVIEW_JOB, "title", title, "file", file, NULL);

  self->preview = g_object_ref (preview);
  self->first_chunk = rk_preview_get_chunk_at (preview, first);
  self->end_chunk = rk_preview_get_chunk_at (preview, MAX (end - 1, first)) + 1;

  return RK_JOB (self);
}
