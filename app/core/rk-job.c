/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-job.h"

typedef struct {
  RkJobState state;
  double fraction;
  double rate;
  double seconds_left;
  GError *error;
} Status;

typedef struct {
  char *title;
  OasisCancel *cancel;

  /* What the main thread shows. */
  Status shown;

  /* What the worker said last. */
  GMutex mutex;
  Status said;
  guint idle_pending : 1;
} RkJobPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (RkJob, rk_job, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (RkJobState, rk_job_state,
                    G_DEFINE_ENUM_VALUE (RK_JOB_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (RK_JOB_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (RK_JOB_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (RK_JOB_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (RK_JOB_CANCELLED, "cancelled"))

enum {
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  PROP_FRACTION,
  PROP_RATE,
  PROP_SECONDS_LEFT,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
rk_job_finalize (GObject *object)
{
  RkJobPrivate *priv = rk_job_get_instance_private (RK_JOB (object));

  g_free (priv->title);
  oasis_cancel_free (&priv->cancel);
  g_clear_error (&priv->shown.error);
  g_clear_error (&priv->said.error);
  g_mutex_clear (&priv->mutex);

  G_OBJECT_CLASS (rk_job_parent_class)->finalize (object);
}

static void
rk_job_get_property (GObject    *object,
                     guint       prop_id,
                     GValue     *value,
                     GParamSpec *pspec)
{
  RkJobPrivate *priv = rk_job_get_instance_private (RK_JOB (object));

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, priv->shown.state);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, priv->shown.fraction);
      break;
    case PROP_RATE:
      g_value_set_double (value, priv->shown.rate);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_double (value, priv->shown.seconds_left);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, priv->shown.error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_job_set_property (GObject      *object,
                     guint         prop_id,
                     const GValue *value,
                     GParamSpec   *pspec)
{
  RkJobPrivate *priv = rk_job_get_instance_private (RK_JOB (object));

  switch (prop_id)
    {
    case PROP_TITLE:
      priv->title = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_job_class_init (RkJobClass *klass)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rk_job_finalize;
  object_class->get_property = rk_job_get_property;
  object_class->set_property = rk_job_set_property;

  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, RK_TYPE_JOB_STATE, RK_JOB_QUEUED, readable);
  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, readable);
  properties[PROP_RATE] =
    g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, readable);
  properties[PROP_SECONDS_LEFT] =
    g_param_spec_double ("seconds-left", NULL, NULL, -1, G_MAXDOUBLE, -1, readable);
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rk_job_init (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_init (&priv->mutex);
  priv->cancel = oasis_cancel_new (NULL);
  if (priv->cancel == NULL)
    g_error ("Out of memory");
  priv->shown.seconds_left = -1;
  priv->said.seconds_left = -1;
}

static gboolean
publish_cb (gpointer data)
{
  RkJob *self = data;
  RkJobPrivate *priv = rk_job_get_instance_private (self);
  Status said;
  gboolean state_changed;

  g_mutex_lock (&priv->mutex);
  priv->idle_pending = FALSE;
  said = priv->said;
  said.error = said.error != NULL ? g_error_copy (said.error) : NULL;
  g_mutex_unlock (&priv->mutex);

  state_changed = said.state != priv->shown.state;
  g_clear_error (&priv->shown.error);
  priv->shown = said;

  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
  if (state_changed)
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));

  return G_SOURCE_REMOVE;
}

/* Takes the mutex that the caller holds. */
static void
publish_and_unlock (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);
  gboolean pending = priv->idle_pending;

  priv->idle_pending = TRUE;
  g_mutex_unlock (&priv->mutex);

  if (!pending)
    g_idle_add_full (G_PRIORITY_DEFAULT, publish_cb, g_object_ref (self), g_object_unref);
}

void
rk_job_report (RkJob               *self,
               const OasisProgress *progress)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  priv->said.fraction = CLAMP (progress->fraction, priv->said.fraction, 1);
  priv->said.rate = MAX (progress->frames_per_second, 0);
  priv->said.seconds_left = progress->seconds_left < 0 ? -1 : progress->seconds_left;
  publish_and_unlock (self);
}

void
rk_job_cancel (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  oasis_cancel_trigger (priv->cancel);
  if (priv->said.state == RK_JOB_QUEUED)
    {
      priv->said.state = RK_JOB_CANCELLED;
      publish_and_unlock (self);
    }
  else
    {
      g_mutex_unlock (&priv->mutex);
    }
}

gboolean
rk_job_begin (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  if (priv->said.state != RK_JOB_QUEUED)
    {
      g_mutex_unlock (&priv->mutex);
      return FALSE;
    }

  priv->said.state = RK_JOB_RUNNING;
  publish_and_unlock (self);

  return TRUE;
}

void
rk_job_end (RkJob        *self,
            RkJobState    state,
            const GError *error)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  priv->said.state = state;
  if (state == RK_JOB_DONE)
    {
      priv->said.fraction = 1;
      priv->said.seconds_left = 0;
    }
  priv->said.error = error != NULL ? g_error_copy (error) : NULL;
  publish_and_unlock (self);
}

OasisCancel *
rk_job_get_cancel (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->cancel;
}

const char *
rk_job_get_title (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->title;
}

RkJobState
rk_job_get_state (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.state;
}

gboolean
rk_job_is_over (RkJob *self)
{
  return rk_job_get_state (self) >= RK_JOB_DONE;
}

double
rk_job_get_fraction (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.fraction;
}

double
rk_job_get_rate (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.rate;
}

double
rk_job_get_seconds_left (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.seconds_left;
}

const GError *
rk_job_get_error (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.error;
}
