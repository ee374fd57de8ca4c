/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session.h"

#include <glib/gi18n.h>

#include "rk-preview-job.h"

struct _RkSession
{
  GObject parent_instance;

  /* Owned. */
  RkWorker *worker;
  RkPreviewStore *store;
  RkRecipe *recipe;
  RkClip *clip;
  RkPreview *preview;
  RkPlayhead *playhead;
  GPtrArray *jobs; /* of this session, queued or running, in order */

  /* Under way. */
  GCancellable *opening;
  GCancellable *looking_up;
  double opening_fraction;

  gboolean stale;
  char *strength_model; /* whose default strength has been taken over */
  double last_rate;
  gint64 range_first, range_end;
};

G_DEFINE_FINAL_TYPE (RkSession, rk_session, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_CLIP,
  PROP_OPENING,
  PROP_OPENING_FRACTION,
  PROP_RECIPE,
  PROP_PREVIEW,
  PROP_STALE,
  PROP_RANGE_FIRST,
  PROP_RANGE_END,
  PROP_JOB,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum {
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void open_clip    (RkSession *self,
                          GFile     *file);
static void look_up      (RkSession *self);

static void
notify (RkSession *self,
        guint      property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static gint64
get_n_frames (RkSession *self)
{
  return self->clip != NULL ? rk_clip_get_n_frames (self->clip) : 0;
}

/* --- the preview of clip and recipe ------------------------------------------------------------ */

static void
set_stale (RkSession *self,
           gboolean   stale)
{
  if (self->stale == stale)
    return;

  self->stale = stale;
  notify (self, PROP_STALE);
}

static gboolean
has_any_chunk (RkPreview *preview)
{
  return preview != NULL && rk_preview_find_run (preview, 0, &(gint64) { 0 }, &(gint64) { 0 });
}

static void
preview_changed_cb (RkSession *self)
{
  if (has_any_chunk (self->preview))
    set_stale (self, FALSE);
}

static void
set_preview (RkSession *self,
             RkPreview *preview)
{
  if (self->preview == preview)
    return;

  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_func (self->preview, preview_changed_cb, self);
  g_set_object (&self->preview, preview);
  if (preview != NULL)
    g_signal_connect_object (preview, "changed", G_CALLBACK (preview_changed_cb), self, G_CONNECT_SWAPPED);

  rk_playhead_set_preview (self->playhead, preview);
  notify (self, PROP_PREVIEW);
}

/* Each model knows what strength suits it; what people have chosen since is kept. */
static void
take_default_strength (RkSession *self)
{
  if (g_set_str (&self->strength_model, rk_recipe_get_model (rk_preview_get_recipe (self->preview))))
    rk_recipe_set_strength (self->recipe, rk_preview_get_default_strength (self->preview));
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (RkSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (RkPreview) preview = rk_preview_store_open_finish (RK_PREVIEW_STORE (source), result, &error);
  gboolean was_restored;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->looking_up);
  was_restored = self->stale || has_any_chunk (self->preview);
  set_preview (self, preview);
  set_stale (self, was_restored && preview != NULL && !has_any_chunk (preview));

  if (preview != NULL)
    take_default_strength (self);
  else
    g_signal_emit (self, signals[FAILED], 0, error);
}

static void
look_up (RkSession *self)
{
  g_cancellable_cancel (self->looking_up);
  g_clear_object (&self->looking_up);

  if (self->clip == NULL)
    return;

  self->looking_up = g_cancellable_new ();
  rk_preview_store_open_async (self->store, self->clip, self->recipe, self->looking_up,
                               looked_up_cb, g_object_ref (self));
}

static void
recipe_notify_cb (RkSession  *self,
                  GParamSpec *pspec)
{
  if (self->clip == NULL || g_str_equal (pspec->name, "strength"))
    return;

  self->last_rate = 0;

  if (g_str_equal (pspec->name, "deinterlace"))
    open_clip (self, rk_clip_get_file (self->clip));
  else
    look_up (self);
}

static void
set_range (RkSession *self,
           gint64     first,
           gint64     end)
{
  g_object_freeze_notify (G_OBJECT (self));

  if (self->range_first != first)
    {
      self->range_first = first;
      rk_playhead_set_start (self->playhead, first);
      notify (self, PROP_RANGE_FIRST);
    }

  if (self->range_end != end)
    {
      self->range_end = end;
      notify (self, PROP_RANGE_END);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

/* --- opening ----------------------------------------------------------------------------------- */

static void
set_opening (RkSession    *self,
             GCancellable *opening)
{
  const gboolean was_opening = self->opening != NULL;

  g_cancellable_cancel (self->opening);
  g_set_object (&self->opening, opening);
  self->opening_fraction = 0;

  notify (self, PROP_OPENING_FRACTION);
  if (was_opening != (opening != NULL))
    notify (self, PROP_OPENING);
}

static void
set_clip (RkSession *self,
          RkClip    *clip)
{
  /* The same file read in another way: the place and the range are still meant. */
  const gboolean same_file = self->clip != NULL && clip != NULL &&
                             g_file_equal (rk_clip_get_file (self->clip), rk_clip_get_file (clip)) &&
                             rk_clip_get_n_frames (self->clip) == rk_clip_get_n_frames (clip);

  if (!same_file)
    {
      set_preview (self, NULL);
      set_stale (self, FALSE);
    }
  g_set_object (&self->clip, clip);

  g_object_freeze_notify (G_OBJECT (self));
  rk_playhead_set_clip (self->playhead, clip);
  if (!same_file)
    {
      set_range (self, 0, get_n_frames (self));
      rk_playhead_set_position (self->playhead, 0);
    }
  notify (self, PROP_CLIP);
  g_object_thaw_notify (G_OBJECT (self));

  look_up (self);
}

typedef struct {
  RkSession *session;
  GCancellable *cancellable;
} Opening;

static void
opening_progress_cb (double   done,
                     gpointer user_data)
{
  Opening *opening = user_data;
  RkSession *self = opening->session;

  if (self->opening != opening->cancellable)
    return;

  self->opening_fraction = done;
  notify (self, PROP_OPENING_FRACTION);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Opening *opening = user_data;
  g_autoptr (RkSession) self = opening->session;
  g_autoptr (GCancellable) cancellable = opening->cancellable;
  g_autoptr (GError) error = NULL;
  g_autoptr (RkClip) clip = rk_clip_open_finish (result, &error);

  g_free (opening);
  if (self->opening != cancellable)
    return;

  set_opening (self, NULL);
  if (clip != NULL)
    set_clip (self, clip);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, error);
}

static void
open_clip (RkSession *self,
           GFile     *file)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Opening *opening = g_new0 (Opening, 1);

  set_opening (self, cancellable);
  opening->session = g_object_ref (self);
  opening->cancellable = g_object_ref (cancellable);
  rk_clip_open_async (file, rk_recipe_get_deinterlace (self->recipe), cancellable,
                      opening_progress_cb, opening, opened_cb, opening);
}

void
rk_session_open (RkSession *self,
                 GFile     *file)
{
  open_clip (self, file);
}

void
rk_session_cancel_opening (RkSession *self)
{
  set_opening (self, NULL);
}

void
rk_session_close (RkSession *self)
{
  set_opening (self, NULL);
  rk_session_cancel (self);
  if (self->clip != NULL)
    set_clip (self, NULL);
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_session_dispose (GObject *object)
{
  RkSession *self = RK_SESSION (object);

  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  g_cancellable_cancel (self->looking_up);
  g_clear_object (&self->looking_up);
  g_clear_object (&self->playhead);
  if (self->jobs != NULL)
    rk_session_cancel (self);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_object (&self->preview);
  g_clear_object (&self->clip);
  g_clear_object (&self->recipe);
  g_clear_pointer (&self->strength_model, g_free);
  g_clear_object (&self->store);
  g_clear_object (&self->worker);

  G_OBJECT_CLASS (rk_session_parent_class)->dispose (object);
}

static void
rk_session_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  RkSession *self = RK_SESSION (object);

  switch (prop_id)
    {
    case PROP_CLIP:
      g_value_set_object (value, self->clip);
      break;
    case PROP_OPENING:
      g_value_set_boolean (value, self->opening != NULL);
      break;
    case PROP_OPENING_FRACTION:
      g_value_set_double (value, self->opening_fraction);
      break;
    case PROP_RECIPE:
      g_value_set_object (value, self->recipe);
      break;
    case PROP_PREVIEW:
      g_value_set_object (value, self->preview);
      break;
    case PROP_STALE:
      g_value_set_boolean (value, self->stale);
      break;
    case PROP_RANGE_FIRST:
      g_value_set_int64 (value, self->range_first);
      break;
    case PROP_RANGE_END:
      g_value_set_int64 (value, self->range_end);
      break;
    case PROP_JOB:
      g_value_set_object (value, rk_session_get_job (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_session_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  RkSession *self = RK_SESSION (object);

  switch (prop_id)
    {
    case PROP_RANGE_FIRST:
      rk_session_set_range_first (self, g_value_get_int64 (value));
      break;
    case PROP_RANGE_END:
      rk_session_set_range_end (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_session_class_init (RkSessionClass *klass)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = rk_session_dispose;
  object_class->get_property = rk_session_get_property;
  object_class->set_property = rk_session_set_property;

  properties[PROP_CLIP] = g_param_spec_object ("clip", NULL, NULL, RK_TYPE_CLIP, readable);
  properties[PROP_OPENING] = g_param_spec_boolean ("opening", NULL, NULL, FALSE, readable);
  properties[PROP_OPENING_FRACTION] =
    g_param_spec_double ("opening-fraction", NULL, NULL, 0, 1, 0, readable);
  properties[PROP_RECIPE] = g_param_spec_object ("recipe", NULL, NULL, RK_TYPE_RECIPE, readable);
  properties[PROP_PREVIEW] = g_param_spec_object ("preview", NULL, NULL, RK_TYPE_PREVIEW, readable);
  properties[PROP_STALE] = g_param_spec_boolean ("stale", NULL, NULL, FALSE, readable);
  properties[PROP_RANGE_FIRST] =
    g_param_spec_int64 ("range-first", NULL, NULL, 0, G_MAXINT64, 0, writable);
  properties[PROP_RANGE_END] =
    g_param_spec_int64 ("range-end", NULL, NULL, 0, G_MAXINT64, 0, writable);
  properties[PROP_JOB] = g_param_spec_object ("job", NULL, NULL, RK_TYPE_JOB, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
failed_cb (RkSession    *self,
           const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
rk_session_init (RkSession *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->playhead = rk_playhead_new ();
  self->recipe = rk_recipe_new ();
  g_signal_connect_object (self->playhead, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recipe, "notify", G_CALLBACK (recipe_notify_cb), self, G_CONNECT_SWAPPED);
}

RkSession *
rk_session_new (RkWorker       *worker,
                RkPreviewStore *store)
{
  RkSession *self = g_object_new (RK_TYPE_SESSION, NULL);

  self->worker = g_object_ref (worker);
  self->store = g_object_ref (store);

  return self;
}

RkClip *
rk_session_get_clip (RkSession *self)
{
  return self->clip;
}

gboolean
rk_session_get_opening (RkSession *self)
{
  return self->opening != NULL;
}

double
rk_session_get_opening_fraction (RkSession *self)
{
  return self->opening_fraction;
}

RkPlayhead *
rk_session_get_playhead (RkSession *self)
{
  return self->playhead;
}

RkRecipe *
rk_session_get_recipe (RkSession *self)
{
  return self->recipe;
}

RkPreview *
rk_session_get_preview (RkSession *self)
{
  return self->preview;
}

gboolean
rk_session_get_stale (RkSession *self)
{
  return self->stale;
}

RkWorker *
rk_session_get_worker (RkSession *self)
{
  return self->worker;
}

/* --- range ------------------------------------------------------------------------------------- */

gint64
rk_session_get_range_first (RkSession *self)
{
  return self->range_first;
}

gint64
rk_session_get_range_end (RkSession *self)
{
  return self->range_end;
}

void
rk_session_set_range_first (RkSession *self,
                            gint64     first)
{
  first = CLAMP (first, 0, MAX (get_n_frames (self) - 1, 0));
  set_range (self, first, MAX (self->range_end, MIN (first + 1, get_n_frames (self))));
}

void
rk_session_set_range_end (RkSession *self,
                          gint64     end)
{
  end = CLAMP (end, MIN (1, get_n_frames (self)), get_n_frames (self));
  set_range (self, MIN (self->range_first, MAX (end - 1, 0)), end);
}

gboolean
rk_session_get_whole_range (RkSession *self)
{
  return self->range_first == 0 && self->range_end == get_n_frames (self);
}

/* --- jobs -------------------------------------------------------------------------------------- */

RkJob *
rk_session_get_job (RkSession *self)
{
  return self->jobs->len > 0 ? g_ptr_array_index (self->jobs, 0) : NULL;
}

static void
job_state_cb (RkSession  *self,
              GParamSpec *pspec,
              RkJob      *job)
{
  if (!rk_job_is_over (job))
    return;

  g_signal_handlers_disconnect_by_func (job, job_state_cb, self);
  if (self->jobs == NULL)
    return;
  /* One that was stopped may have told how fast it began, not how fast it is. */
  if (rk_job_get_state (job) == RK_JOB_DONE && rk_job_get_rate (job) > 0)
    self->last_rate = rk_job_get_rate (job);

  if (rk_job_get_state (job) == RK_JOB_FAILED)
    g_signal_emit (self, signals[FAILED], 0, rk_job_get_error (job));

  if (g_ptr_array_remove (self->jobs, job))
    notify (self, PROP_JOB);
}

static void
submit (RkSession *self,
        RkJob     *job)
{
  g_signal_connect_object (job, "notify::state", G_CALLBACK (job_state_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->jobs, g_object_ref (job));
  notify (self, PROP_JOB);
  rk_worker_submit (self->worker, job);
}

void
rk_session_get_preview_range (RkSession *self,
                              gint64    *first,
                              gint64    *end)
{
  *first = self->range_first;
  *end = self->range_end;
  if (self->preview != NULL && rk_session_get_whole_range (self))
    rk_preview_get_chunk_range (self->preview, rk_preview_get_chunk_at (self->preview, rk_playhead_get_position (self->playhead)), first, end);
}

void
rk_session_preview (RkSession *self)
{
  g_autoptr (RkJob) job = NULL;
  gint64 first, end;

  if (self->preview == NULL)
    return;

  rk_session_get_preview_range (self, &first, &end);
  job = rk_preview_job_new (_("Restoring the preview"), self->preview, first, end);
  submit (self, job);
}

RkJob *
rk_session_export (RkSession              *self,
                   const RkExportSettings *settings)
{
  g_autoptr (RkJob) job = NULL;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;

  g_return_val_if_fail (self->preview != NULL, NULL);

  name = g_file_get_basename (settings->target);
  title = g_strdup_printf (_("Exporting “%s”"), name);
  job = rk_export_job_new (title, self->preview, settings);
  submit (self, job);

  return job;
}

double
rk_session_get_last_rate (RkSession *self)
{
  return self->last_rate;
}

void
rk_session_cancel (RkSession *self)
{
  for (guint i = 0; i < self->jobs->len; i++)
    rk_job_cancel (g_ptr_array_index (self->jobs, i));
}
