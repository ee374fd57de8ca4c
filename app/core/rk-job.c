/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-job.h"

typedef struct {
  RkJobState state;
  double fraction;
  double rate;
  double seconds_left;
  guint64 missing_bytes;
  char *gone;
  double joining;
  GError *error;
  gboolean kept;     /* what the run that failed has done */
  gboolean released; /* by the worker, which has not been told yet */
} Status;

typedef struct {
  char *title;
  GFile *file;
  OasisCancel *cancel; /* of the run that is under way, or of the last one */
  RkJobState asked;    /* what a run that is cancelled ends in */

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
                    G_DEFINE_ENUM_VALUE (RK_JOB_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (RK_JOB_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (RK_JOB_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (RK_JOB_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (RK_JOB_CANCELLED, "cancelled"))

enum {
  PROP_0,
  PROP_TITLE,
  PROP_FILE,
  PROP_STATE,
  PROP_FRACTION,
  PROP_RATE,
  PROP_SECONDS_LEFT,
  PROP_MISSING_BYTES,
  PROP_GONE,
  PROP_JOINING,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum {
  RELEASED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
rk_job_finalize (GObject *object)
{
  RkJobPrivate *priv = rk_job_get_instance_private (RK_JOB (object));

  g_free (priv->title);
  g_clear_object (&priv->file);
  oasis_cancel_free (&priv->cancel);
  g_clear_error (&priv->shown.error);
  g_clear_error (&priv->said.error);
  g_free (priv->shown.gone);
  g_free (priv->said.gone);
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
    case PROP_FILE:
      g_value_set_object (value, priv->file);
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
    case PROP_MISSING_BYTES:
      g_value_set_uint64 (value, priv->shown.missing_bytes);
      break;
    case PROP_GONE:
      g_value_set_string (value, priv->shown.gone);
      break;
    case PROP_JOINING:
      g_value_set_double (value, priv->shown.joining);
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
    case PROP_FILE:
      priv->file = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_job_class_init (RkJobClass *klass)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags given = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rk_job_finalize;
  object_class->get_property = rk_job_get_property;
  object_class->set_property = rk_job_set_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, given);
  properties[PROP_FILE] = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, given);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, RK_TYPE_JOB_STATE, RK_JOB_QUEUED, readable);
  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, readable);
  properties[PROP_RATE] =
    g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, readable);
  properties[PROP_SECONDS_LEFT] =
    g_param_spec_double ("seconds-left", NULL, NULL, -1, G_MAXDOUBLE, -1, readable);
  properties[PROP_MISSING_BYTES] =
    g_param_spec_uint64 ("missing-bytes", NULL, NULL, 0, G_MAXUINT64, 0, readable);
  properties[PROP_GONE] =
    g_param_spec_string ("gone", NULL, NULL, NULL, readable);
  properties[PROP_JOINING] =
    g_param_spec_double ("joining", NULL, NULL, -1, 1, -1, readable);
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[RELEASED] = g_signal_new ("released", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static OasisCancel *
new_cancel (void)
{
  OasisCancel *cancel = oasis_cancel_new (NULL);

  if (cancel == NULL)
    g_error ("Out of memory");

  return cancel;
}

static void
rk_job_init (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_init (&priv->mutex);
  priv->cancel = new_cancel ();
  priv->shown.seconds_left = priv->shown.joining = -1;
  priv->said.seconds_left = priv->said.joining = -1;
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
  said.gone = g_strdup (said.gone);
  priv->said.released = FALSE;
  g_mutex_unlock (&priv->mutex);

  state_changed = said.state != priv->shown.state;
  g_clear_error (&priv->shown.error);
  g_free (priv->shown.gone);
  priv->shown = said;

  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MISSING_BYTES]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GONE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JOINING]);
  if (state_changed)
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));

  if (said.released)
    g_signal_emit (self, signals[RELEASED], 0);

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
rk_job_settle (RkJob *self)
{
  publish_cb (self);
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
rk_job_report_wait (RkJob      *self,
                    guint64     missing_bytes,
                    const char *gone)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  priv->said.missing_bytes = missing_bytes;
  g_set_str (&priv->said.gone, gone);
  publish_and_unlock (self);
}

void
rk_job_report_joining (RkJob  *self,
                       double  done)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  priv->said.joining = done;
  publish_and_unlock (self);
}

void
rk_job_keep (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  priv->said.kept = TRUE;
  g_mutex_unlock (&priv->mutex);
}

/* By mutex. */
static void
say_state (RkJob      *self,
           RkJobState  state)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  priv->said.state = state;
  priv->said.rate = 0;
  priv->said.seconds_left = -1;
  priv->said.missing_bytes = 0;
  priv->said.joining = -1;
  g_clear_pointer (&priv->said.gone, g_free);
}

/* By mutex. */
static gboolean
can_go_on (const Status *status)
{
  return status->state == RK_JOB_FAILED && status->kept;
}

gboolean
rk_job_ask (RkJob      *self,
            RkJobState  state)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);
  gboolean running;

  g_return_val_if_fail (state != RK_JOB_RUNNING && state != RK_JOB_DONE && state != RK_JOB_FAILED, FALSE);

  g_mutex_lock (&priv->mutex);
  running = priv->said.state == RK_JOB_RUNNING;
  if (running)
    {
      const gboolean going_on = !oasis_cancel_is_triggered (priv->cancel);

      /* Nothing takes back a cancel. */
      if (going_on ? state != RK_JOB_QUEUED : priv->asked != RK_JOB_CANCELLED)
        {
          priv->asked = state;
          oasis_cancel_trigger (priv->cancel);
        }
      g_mutex_unlock (&priv->mutex);
    }
  else if ((priv->said.state < RK_JOB_DONE || can_go_on (&priv->said)) && priv->said.state != state)
    {
      g_clear_error (&priv->said.error);
      say_state (self, state);
      publish_and_unlock (self);
    }
  else
    {
      g_mutex_unlock (&priv->mutex);
    }

  return !running;
}

void
rk_job_yield (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  if (priv->said.state == RK_JOB_RUNNING && !oasis_cancel_is_triggered (priv->cancel))
    {
      priv->asked = RK_JOB_QUEUED;
      oasis_cancel_trigger (priv->cancel);
    }
  g_mutex_unlock (&priv->mutex);
}

gboolean
rk_job_is_cancelled (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);
  gboolean cancelled;

  g_mutex_lock (&priv->mutex);
  cancelled = priv->said.state == RK_JOB_CANCELLED ||
              (priv->said.state == RK_JOB_RUNNING && priv->asked == RK_JOB_CANCELLED && oasis_cancel_is_triggered (priv->cancel));
  g_mutex_unlock (&priv->mutex);

  return cancelled;
}

gboolean
rk_job_begin (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);
  gboolean may_run;

  g_mutex_lock (&priv->mutex);
  may_run = priv->said.state == RK_JOB_QUEUED;
  if (may_run)
    {
      oasis_cancel_free (&priv->cancel);
      priv->cancel = new_cancel ();
      priv->asked = RK_JOB_CANCELLED;
      g_clear_error (&priv->said.error);
      priv->said.kept = FALSE;
      say_state (self, RK_JOB_RUNNING);
    }
  else
    {
      priv->said.released = TRUE;
    }
  publish_and_unlock (self);

  return may_run;
}

void
rk_job_end (RkJob        *self,
            const GError *error)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  if (error == NULL)
    {
      priv->said.state = RK_JOB_DONE; /* and the rate that it reached */
      priv->said.fraction = 1;
      priv->said.seconds_left = 0;
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      say_state (self, priv->asked);
    }
  else
    {
      say_state (self, RK_JOB_FAILED);
      priv->said.error = g_error_copy (error);
    }
  priv->said.released = TRUE;
  publish_and_unlock (self);
}

void
rk_job_discard (RkJob *self)
{
  RkJobClass *klass = RK_JOB_GET_CLASS (self);

  if (klass->discard != NULL)
    klass->discard (self);
}

gboolean
rk_job_is_kept (RkJob *self)
{
  return RK_JOB_GET_CLASS (self)->describe != NULL;
}

JsonNode *
rk_job_describe (RkJob *self)
{
  return RK_JOB_GET_CLASS (self)->describe (self);
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

GFile *
rk_job_get_file (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->file;
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

gboolean
rk_job_can_go_on (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return can_go_on (&priv->shown);
}

const char *
rk_job_get_gone (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.gone;
}

double
rk_job_get_joining (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.joining;
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

guint64
rk_job_get_missing_bytes (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.missing_bytes;
}

const GError *
rk_job_get_error (RkJob *self)
{
  RkJobPrivate *priv = rk_job_get_instance_private (self);

  return priv->shown.error;
}
