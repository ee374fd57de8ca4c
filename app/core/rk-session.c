/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session-private.h"

G_DEFINE_FINAL_TYPE (RkSession, rk_session, G_TYPE_OBJECT)

static GParamSpec *properties[RK_SESSION_N_PROPS];

enum {
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
_rk_session_notify (RkSession         *self,
                    RkSessionProperty  property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
_rk_session_fail (RkSession    *self,
                  const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
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
  _rk_session_notify (self, RK_SESSION_PROP_STALE);
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
  _rk_session_notify (self, RK_SESSION_PROP_PREVIEW);
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
  g_autoptr (RkPreview) preview = rk_preview_open_finish (result, &error);
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
    _rk_session_fail (self, error);
}

static void
look_up (RkSession *self)
{
  g_cancellable_cancel (self->looking_up);
  g_clear_object (&self->looking_up);

  if (self->clip == NULL)
    return;

  self->looking_up = g_cancellable_new ();
  rk_preview_open_async (self->store, self->clip, self->recipe, self->looking_up,
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
    rk_session_open (self, rk_clip_get_file (self->clip));
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
      _rk_session_notify (self, RK_SESSION_PROP_RANGE_FIRST);
    }

  if (self->range_end != end)
    {
      self->range_end = end;
      _rk_session_notify (self, RK_SESSION_PROP_RANGE_END);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

void
_rk_session_set_clip (RkSession *self,
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
  _rk_session_notify (self, RK_SESSION_PROP_CLIP);
  g_object_thaw_notify (G_OBJECT (self));

  look_up (self);
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
    case RK_SESSION_PROP_CLIP:
      g_value_set_object (value, self->clip);
      break;
    case RK_SESSION_PROP_OPENING:
      g_value_set_boolean (value, self->opening != NULL);
      break;
    case RK_SESSION_PROP_OPENING_FRACTION:
      g_value_set_double (value, self->opening_fraction);
      break;
    case RK_SESSION_PROP_RECIPE:
      g_value_set_object (value, self->recipe);
      break;
    case RK_SESSION_PROP_PREVIEW:
      g_value_set_object (value, self->preview);
      break;
    case RK_SESSION_PROP_STALE:
      g_value_set_boolean (value, self->stale);
      break;
    case RK_SESSION_PROP_RANGE_FIRST:
      g_value_set_int64 (value, self->range_first);
      break;
    case RK_SESSION_PROP_RANGE_END:
      g_value_set_int64 (value, self->range_end);
      break;
    case RK_SESSION_PROP_JOB:
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
    case RK_SESSION_PROP_RANGE_FIRST:
      rk_session_set_range_first (self, g_value_get_int64 (value));
      break;
    case RK_SESSION_PROP_RANGE_END:
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

  properties[RK_SESSION_PROP_CLIP] = g_param_spec_object ("clip", NULL, NULL, RK_TYPE_CLIP, readable);
  properties[RK_SESSION_PROP_OPENING] = g_param_spec_boolean ("opening", NULL, NULL, FALSE, readable);
  properties[RK_SESSION_PROP_OPENING_FRACTION] =
    g_param_spec_double ("opening-fraction", NULL, NULL, 0, 1, 0, readable);
  properties[RK_SESSION_PROP_RECIPE] = g_param_spec_object ("recipe", NULL, NULL, RK_TYPE_RECIPE, readable);
  properties[RK_SESSION_PROP_PREVIEW] = g_param_spec_object ("preview", NULL, NULL, RK_TYPE_PREVIEW, readable);
  properties[RK_SESSION_PROP_STALE] = g_param_spec_boolean ("stale", NULL, NULL, FALSE, readable);
  properties[RK_SESSION_PROP_RANGE_FIRST] =
    g_param_spec_int64 ("range-first", NULL, NULL, 0, G_MAXINT64, 0, writable);
  properties[RK_SESSION_PROP_RANGE_END] =
    g_param_spec_int64 ("range-end", NULL, NULL, 0, G_MAXINT64, 0, writable);
  properties[RK_SESSION_PROP_JOB] = g_param_spec_object ("job", NULL, NULL, RK_TYPE_JOB, readable);

  g_object_class_install_properties (object_class, RK_SESSION_N_PROPS, properties);

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
rk_session_init (RkSession *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->playhead = rk_playhead_new ();
  self->recipe = rk_recipe_new ();
  g_signal_connect_object (self->playhead, "failed", G_CALLBACK (_rk_session_fail), self, G_CONNECT_SWAPPED);
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
