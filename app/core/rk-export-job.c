/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-export-job.h"

#include <glib/gi18n.h>

#include "config.h"
#include "folders/folders.h"
#include "oasis/export.h"
#include "rk-error.h"
#include "rk-note-words.h"

struct _RkExportJob
{
  RkJob parent_instance;

  RkExportSettings settings; /* a copy */
  RkRecipe *recipe;
  GArray *ranges; /* of OasisFrameRange, one at least */
  gboolean start_over;
  GString *warnings;
  GPtrArray *expected; /* char *, that the plan said */
  RkLap lap;

  /* Opened by the first run, if it is not given. */
  RkPreview *preview;
  /* For that. */
  RkCatalogue *catalogue;
  RkPreviewStore *store;
};

G_DEFINE_FINAL_TYPE (RkExportJob, rk_export_job, RK_TYPE_JOB)

/* --- the work ---------------------------------------------------------------------------------- */

static void
progress_cb (const OasisProgress *progress,
             void                *data)
{
  RkExportJob *self = data;

  rk_lap_report (&self->lap, progress->fraction);
  rk_job_report (data, progress);
}

/* People have seen the plan before, so that only what it did not say is told. */
static void
note_plan (RkExportJob            *self,
           const OasisMediaTarget *target)
{
  OasisMediaPlan *plan = NULL;

  g_ptr_array_set_size (self->expected, 0);
  if (oasis_media_plan_new (g_file_peek_path (self->settings.target), target,
                            rk_clip_get_media_info (rk_preview_get_clip (self->preview)), &plan, NULL) != OASIS_OK)
    return;

  for (size_t i = 0; i < plan->n_notes; i++)
    g_ptr_array_add (self->expected, rk_note_sentence (&plan->notes[i]));
  oasis_media_plan_free (&plan);
}

static void
warn_cb (const OasisPlanNote *note,
         void                *data)
{
  RkExportJob *self = data;
  g_autofree char *message = rk_note_sentence (note);

  if (g_ptr_array_find_with_equal_func (self->expected, message, g_str_equal, NULL))
    return;

  if (self->warnings->len > 0)
    g_string_append_c (self->warnings, '\n');
  g_string_append (self->warnings, message);
}

static gboolean
open_preview (RkExportJob  *self,
              GError      **error)
{
  g_autoptr (RkClip) clip = NULL;

  if (self->preview != NULL)
    return TRUE;

  clip = rk_clip_open (rk_job_get_file (RK_JOB (self)), self->recipe, rk_job_get_cancel (RK_JOB (self)), error);
  if (clip != NULL)
    self->preview = rk_preview_open (self->store, self->catalogue, clip, self->recipe, error);

  return self->preview != NULL;
}

static void
wait_cb (const OasisExportWait *wait,
         void                  *data)
{
  rk_job_report_wait (data, wait->missing_bytes, wait->gone);
}

static void
joining_cb (double  done,
            void   *data)
{
  rk_job_report_joining (data, done);
}

/* What was to be dropped is. */
static void
begin_cb (void *data)
{
  RK_EXPORT_JOB (data)->start_over = FALSE;
}

static const OasisFrameRange *
get_range (RkExportJob *self,
           guint        i)
{
  return &g_array_index (self->ranges, OasisFrameRange, i);
}

/* Where the ranges behind the first lie in time. */
static GArray *
find_further_spans (RkExportJob *self)
{
  RkClip *clip = rk_preview_get_clip (self->preview);
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (OasisSpan));

  for (guint i = 1; i < self->ranges->len; i++)
    {
      const OasisFrameRange *range = get_range (self, i);
      const gboolean to_end = range->end == rk_clip_get_n_frames (clip);
      const OasisSpan span = {
        .start_ns = rk_clip_get_frame_time (clip, range->first),
        .end_ns = to_end ? 0 : rk_clip_get_frame_time (clip, range->end),
      };

      g_array_append_val (spans, span);
    }

  return spans;
}

/* Whether something lies there that can go on, or that may be dropped. */
static void
keep_if_there (RkExportJob  *self,
               const GError *error)
{
  OasisExportState state = { 0 };

  if (g_error_matches (error, RK_ENGINE_ERROR, OASIS_ERR_DIFFERS) ||
      oasis_export_look (g_file_peek_path (self->settings.target), &state, NULL) == OASIS_OK)
    rk_job_keep (RK_JOB (self));
  oasis_export_state_clear (&state);
}

/* Goes on where an earlier run has come to a halt. */
static gboolean
write_film (RkExportJob    *self,
            OasisRestorer  *restorer,
            GError        **error)
{
  RkClip *clip = rk_preview_get_clip (self->preview);
  const OasisChunkCache cache = rk_preview_get_cache (self->preview);
  gsize n_cuts;
  const gint64 *cuts = rk_clip_get_cuts (clip, &n_cuts);
  const double grain_share = rk_recipe_get_grain (self->recipe);
  OasisGrain grain;
  OasisJobParams job = {
    .restorers = &restorer,
    .n_restorers = 1,
    .output = *rk_preview_get_format (self->preview),
    .crop = *rk_clip_get_crop (clip),
    .first = get_range (self, 0)->first,
    .end = get_range (self, 0)->end,
    .further = self->ranges->len > 1 ? get_range (self, 1) : NULL,
    .n_further = self->ranges->len - 1,
    .strength = rk_recipe_get_strength (self->recipe),
    .grain_share = grain_share,
    .cuts = cuts,
    .n_cuts = n_cuts,
    .cache = &cache,
    .cancel = rk_job_get_cancel (RK_JOB (self)),
    .progress = progress_cb,
    .data = self,
  };
  RkExportTarget aim;
  char folder[4096];
  const OasisExportParams params = {
    .path = g_file_peek_path (self->settings.target),
    .target = &aim.target,
    .job = &job,
    .info = rk_clip_get_media_info (clip),
    .version = REKINDLE_VERSION,
    .identity_folder = folders_cache ("models", folder, sizeof folder),
    .start_over = self->start_over,
    .begin = begin_cb,
    .wait = wait_cb,
    .joining = joining_cb,
    .data = self,
  };
  g_autoptr (GArray) further_spans = find_further_spans (self);
  OasisError engine_error;
  gboolean done;

  if (grain_share > 0 && rk_clip_measure_grain (clip, &job.output, &grain))
    job.grain = &grain;
  rk_export_settings_aim (&self->settings, self->preview, job.first, job.end, &aim);
  aim.target.further_spans = (const OasisSpan *) further_spans->data;
  aim.target.n_further_spans = further_spans->len;
  aim.target.warn = warn_cb;
  aim.target.data = self;
  note_plan (self, &aim.target);
  if (!rk_clip_open_source (clip, &job.source, error))
    return FALSE;

  rk_preview_pin (self->preview);
  done = oasis_export_run (&params, &engine_error) == OASIS_OK;
  if (!done)
    rk_set_engine_error (error, &engine_error);
  rk_preview_unpin (self->preview);
  oasis_source_close (&job.source);

  return done;
}

static gboolean
rk_export_job_run (RkJob     *job,
                   RkEngine  *engine,
                   GError   **error)
{
  RkExportJob *self = RK_EXPORT_JOB (job);
  g_autoptr (GError) own_error = NULL;
  OasisRestorer *restorer;
  RkRecipe *recipe;
  gint64 n_missing;
  gboolean done;

  g_string_truncate (self->warnings, 0);
  if (!open_preview (self, error))
    return FALSE;

  recipe = rk_preview_get_recipe (self->preview);
  if (!rk_engine_get_restorer (engine, rk_recipe_get_model (recipe), rk_recipe_get_device (recipe), &restorer, error))
    return FALSE;

  self->lap = (RkLap) { 0 };
  n_missing = 0;
  for (guint i = 0; i < self->ranges->len; i++)
    n_missing += rk_preview_count_missing (self->preview, get_range (self, i)->first, get_range (self, i)->end);
  done = write_film (self, restorer, &own_error);
  if (!done)
    keep_if_there (self, own_error);
  if (own_error != NULL)
    g_propagate_error (error, g_steal_pointer (&own_error));
  rk_rates_learn (rk_engine_get_rates (engine), recipe, rk_preview_get_format (self->preview), &self->lap, n_missing);

  return done;
}

static void
rk_export_job_discard (RkJob *job)
{
  OasisError engine_error;

  /* What cannot be removed stays beside the target, where people see it. */
  if (oasis_export_discard (g_file_peek_path (RK_EXPORT_JOB (job)->settings.target), &engine_error) != OASIS_OK)
    g_info ("%s: %s", engine_error.subject, engine_error.detail);
}

/* --- the description --------------------------------------------------------------------------- */

/* [[first, end], ...] */
static JsonArray *
describe_ranges (RkExportJob *self)
{
  JsonArray *ranges = json_array_new ();

  for (guint i = 0; i < self->ranges->len; i++)
    {
      JsonArray *range = json_array_new ();

      json_array_add_int_element (range, get_range (self, i)->first);
      json_array_add_int_element (range, get_range (self, i)->end);
      json_array_add_array_element (ranges, range);
    }

  return ranges;
}

/* FALSE where they make no sense. */
static gboolean
restore_ranges (JsonNode *node,
                GArray   *ranges)
{
  JsonArray *all = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gint64 least = 0;

  for (guint i = 0; all != NULL && i < json_array_get_length (all); i++)
    {
      JsonNode *element = json_array_get_element (all, i);
      JsonArray *pair = JSON_NODE_HOLDS_ARRAY (element) ? json_node_get_array (element) : NULL;
      OasisFrameRange range;

      if (pair == NULL || json_array_get_length (pair) != 2)
        return FALSE;

      range.first = json_array_get_int_element (pair, 0);
      range.end = json_array_get_int_element (pair, 1);
      if (range.first < least || range.end <= range.first)
        return FALSE;

      least = range.end;
      g_array_append_val (ranges, range);
    }

  return ranges->len > 0;
}

static JsonNode *
rk_export_job_describe (RkJob *job)
{
  RkExportJob *self = RK_EXPORT_JOB (job);
  JsonObject *description = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (description, "source", g_file_peek_path (rk_job_get_file (job)));
  json_object_set_array_member (description, "ranges", describe_ranges (self));
  json_object_set_double_member (description, "done", rk_job_get_fraction (job));
  json_object_set_object_member (description, "recipe", rk_recipe_describe (self->recipe));
  rk_export_settings_describe (&self->settings, description);
  json_node_take_object (node, description);

  return node;
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_export_job_finalize (GObject *object)
{
  RkExportJob *self = RK_EXPORT_JOB (object);

  rk_export_settings_clear (&self->settings);
  g_clear_object (&self->recipe);
  g_clear_object (&self->preview);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->store);
  g_array_unref (self->ranges);
  g_string_free (self->warnings, TRUE);
  g_ptr_array_unref (self->expected);

  G_OBJECT_CLASS (rk_export_job_parent_class)->finalize (object);
}

static void
rk_export_job_class_init (RkExportJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rk_export_job_finalize;
  RK_JOB_CLASS (klass)->run = rk_export_job_run;
  RK_JOB_CLASS (klass)->describe = rk_export_job_describe;
  RK_JOB_CLASS (klass)->discard = rk_export_job_discard;
}

static void
rk_export_job_init (RkExportJob *self)
{
  self->ranges = g_array_new (FALSE, FALSE, sizeof (OasisFrameRange));
  self->warnings = g_string_new (NULL);
  self->expected = g_ptr_array_new_with_free_func (g_free);
}

/* How far it is, as its journal says. */
static void
look_thread (GTask        *task,
             gpointer      job,
             gpointer      task_data,
             GCancellable *cancellable)
{
  RkExportJob *self = job;
  OasisExportState state = { 0 };

  if (oasis_export_look (g_file_peek_path (self->settings.target), &state, NULL) == OASIS_OK && state.frames > 0)
    rk_job_report (job, &(OasisProgress) { .fraction = (double) state.frames_done / state.frames, .seconds_left = -1 });
  oasis_export_state_clear (&state);
  g_task_return_pointer (task, NULL, NULL);
}

/* On the main thread, where the job's last reference is dropped. */
static void
looked_cb (GObject      *job,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_task_propagate_pointer (G_TASK (result), NULL);
}

static RkExportJob *
new_job (GFile *source,
         GFile *target)
{
  g_autofree char *name = g_file_get_basename (target);
  g_autofree char *title = g_strdup_printf (_("Exporting “%s”"), name);

  return g_object_new (RK_TYPE_EXPORT_JOB, "title", title, "file", source, NULL);
}

RkJob *
rk_export_job_new (RkPreview              *preview,
                   const RkExportSettings *settings,
                   const OasisFrameRange  *ranges,
                   gsize                   n_ranges,
                   double                  strength,
                   double                  grain)
{
  RkExportJob *self = new_job (rk_clip_get_file (rk_preview_get_clip (preview)), settings->target);

  rk_export_settings_copy (settings, &self->settings);
  self->preview = g_object_ref (preview);
  self->recipe = rk_recipe_copy (rk_preview_get_recipe (preview));
  rk_recipe_set_strength (self->recipe, strength);
  rk_recipe_set_grain (self->recipe, grain);
  g_array_append_vals (self->ranges, ranges, n_ranges);

  return RK_JOB (self);
}

RkJob *
rk_export_job_restore (JsonNode       *node,
                       RkCatalogue    *catalogue,
                       RkPreviewStore *store)
{
  RkExportSettings settings = { 0 };
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (OasisFrameRange));
  g_autoptr (GFile) source = NULL;
  g_autoptr (GTask) task = NULL;
  JsonObject *description;
  RkExportJob *self;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  description = json_node_get_object (node);
  if (json_object_get_string_member_with_default (description, "source", NULL) == NULL ||
      !json_object_has_member (description, "recipe") || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (description, "recipe")) ||
      !restore_ranges (json_object_get_member (description, "ranges"), ranges) ||
      !rk_export_settings_restore (description, &settings))
    return NULL;

  source = g_file_new_for_path (json_object_get_string_member (description, "source"));
  self = new_job (source, settings.target);
  self->settings = settings;
  self->recipe = rk_recipe_restore (json_object_get_object_member (description, "recipe"));
  g_array_append_vals (self->ranges, ranges->data, ranges->len);
  self->catalogue = g_object_ref (catalogue);
  self->store = g_object_ref (store);
  rk_job_report (RK_JOB (self), &(OasisProgress) {
    .fraction = json_object_get_double_member_with_default (description, "done", 0),
    .seconds_left = -1,
  });
  rk_job_ask (RK_JOB (self), RK_JOB_STOPPED);
  rk_job_settle (RK_JOB (self));
  task = g_task_new (self, NULL, looked_cb, NULL);
  g_task_run_in_thread (task, look_thread);

  return RK_JOB (self);
}

void
rk_export_job_start_over (RkExportJob *self)
{
  self->start_over = TRUE;
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
