/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session.h"

#include "rk-session-preview.h"

G_DEFINE_FINAL_TYPE (RkSession, rk_session, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_CLIP,
  PROP_OPENING,
  PROP_OPENING_FRACTION,
  PROP_RECIPE,
  PROP_PREVIEW,
  PROP_STALE,
  PROP_DRAFT,
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

static void
playhead_failed_cb (RkSession    *self,
                    const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
recipe_notify_cb (RkSession  *self,
                  GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "grain"))
    rk_playhead_set_grain (self->playhead, rk_recipe_get_grain (self->recipe));
  if (self->clip == NULL || rk_recipe_is_of_mix (pspec->name))
    return;

  if (rk_recipe_is_of_source (pspec->name))
    rk_session_open (self, rk_clip_get_file (self->clip));
  else
    _rk_session_look_up (self);
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
  _rk_session_drop_draft (self);
  rk_session_cancel_previews (self);
  g_clear_pointer (&self->previews, g_ptr_array_unref);
  g_clear_object (&self->preview);
  g_clear_object (&self->old_preview);
  g_clear_object (&self->clip);
  g_clear_object (&self->recipe);
  g_clear_pointer (&self->strength_model, g_free);
  g_clear_object (&self->store);
  g_clear_object (&self->catalogue);
  if (self->queue != NULL)
    rk_queue_rest (self->queue);
  g_clear_object (&self->queue);

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
    case PROP_DRAFT:
      g_value_set_object (value, self->draft);
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
  properties[PROP_DRAFT] = g_param_spec_object ("draft", NULL, NULL, RK_TYPE_DRAFT, readable);
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
rk_session_init (RkSession *self)
{
  self->previews = g_ptr_array_new_with_free_func (g_object_unref);
  self->playhead = rk_playhead_new ();
  self->recipe = rk_recipe_new ();
  g_signal_connect_object (self->playhead, "failed", G_CALLBACK (playhead_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recipe, "notify", G_CALLBACK (recipe_notify_cb), self, G_CONNECT_SWAPPED);
}

RkSession *
rk_session_new (RkQueue        *queue,
                RkPreviewStore *store,
                RkCatalogue    *catalogue)
{
  RkSession *self = g_object_new (RK_TYPE_SESSION, NULL);

  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "changed", G_CALLBACK (_rk_session_update_job), self, G_CONNECT_SWAPPED);
  self->store = g_object_ref (store);
  self->catalogue = g_object_ref (catalogue);

  return self;
}

RkQueue *
rk_session_get_queue (RkSession *self)
{
  return self->queue;
}

RkCatalogue *
rk_session_get_catalogue (RkSession *self)
{
  return self->catalogue;
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

RkPreview *
rk_session_get_old_preview (RkSession *self)
{
  return self->old_preview;
}
