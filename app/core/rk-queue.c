/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-queue.h"

#include "rk-export-job.h"
#include "rk-power.h"
#include "rk-queue-file.h"
#include "rk-worker.h"

struct _RkQueue
{
  GObject parent_instance;

  GListStore *jobs;
  RkRates *rates;
  RkWorker *worker;  /* NULL after the end */
  RkQueueFile *file; /* so, too */
  RkJob *at_work;    /* that the worker has been given, owned; NULL = it is free */
  GQueue asides;     /* of RkJob, owned, that are in no list and come before all others */
  gboolean was_busy;
  RkPower *power;    /* NULL: the battery is no matter */
};

G_DEFINE_FINAL_TYPE (RkQueue, rk_queue, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_BUSY,
  PROP_HELD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum {
  CHANGED,
  OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- the list ---------------------------------------------------------------------------------- */

static guint
count_jobs (RkQueue *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->jobs));
}

/* Borrowed. */
static RkJob *
job_at (RkQueue *self,
        guint    position)
{
  g_autoptr (RkJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), position);

  return job;
}

/* The first job in a state that works on a file (NULL = on whatever). */
static RkJob *
find_in_state (RkQueue    *self,
               RkJobState  state,
               GFile      *file)
{
  for (guint i = 0; i < count_jobs (self); i++)
    {
      RkJob *job = job_at (self, i);

      if (rk_job_get_state (job) == state &&
          (file == NULL || (rk_job_get_file (job) != NULL && g_file_equal (rk_job_get_file (job), file))))
        return job;
    }

  return NULL;
}

static void
save (RkQueue *self)
{
  JsonArray *all;

  if (self->file == NULL)
    return;

  all = json_array_new ();
  for (guint i = 0; i < count_jobs (self); i++)
    if (rk_job_is_kept (job_at (self, i)))
      json_array_add_element (all, rk_job_describe (job_at (self, i)));
  rk_queue_file_write (self->file, all);
}

/* Gives the worker the next job, if it is free. */
static void
dispatch (RkQueue *self)
{
  RkJob *next;

  if (self->worker == NULL || self->at_work != NULL || rk_queue_get_held (self))
    return;

  self->at_work = g_queue_pop_head (&self->asides);
  if (self->at_work == NULL && (next = find_in_state (self, RK_JOB_QUEUED, NULL)) != NULL)
    self->at_work = g_object_ref (next);
  if (self->at_work != NULL)
    rk_worker_run (self->worker, self->at_work);
}

static void
tell (RkQueue *self)
{
  const gboolean busy = rk_queue_get_busy (self);

  dispatch (self);
  if (busy != self->was_busy)
    {
      self->was_busy = busy;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
released_cb (RkQueue *self,
             RkJob   *job)
{
  if (self->at_work == job)
    g_clear_object (&self->at_work);
  dispatch (self);
}

static void
state_cb (RkQueue    *self,
          GParamSpec *pspec,
          RkJob      *job)
{
  g_autoptr (RkJob) held = g_object_ref (job);
  const gboolean over = rk_job_is_over (job);
  guint position;

  if (over && !rk_job_can_go_on (job) && g_list_store_find (self->jobs, job, &position))
    {
      g_signal_handlers_disconnect_by_func (job, state_cb, self);
      g_list_store_remove (self->jobs, position);
    }

  if (rk_job_is_kept (job))
    save (self);
  tell (self);
  if (over)
    g_signal_emit (self, signals[OVER], 0, job);
}

static void
append (RkQueue *self,
        RkJob   *job)
{
  g_signal_connect_object (job, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "released", G_CALLBACK (released_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->jobs, job);
}

/* What an earlier run of the program has left. */
static void
read_file (RkQueue        *self,
           RkCatalogue    *catalogue,
           RkPreviewStore *store)
{
  g_autoptr (JsonArray) all = rk_queue_file_read (self->file);

  for (guint i = 0; i < json_array_get_length (all); i++)
    {
      g_autoptr (RkJob) job = rk_export_job_restore (json_array_get_element (all, i), catalogue, store);

      if (job != NULL)
        append (self, job);
    }
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_queue_dispose (GObject *object)
{
  RkQueue *self = RK_QUEUE (object);

  rk_queue_shutdown (self);
  g_clear_object (&self->at_work);
  g_clear_object (&self->jobs);
  g_clear_object (&self->rates);
  g_clear_object (&self->power);

  G_OBJECT_CLASS (rk_queue_parent_class)->dispose (object);
}

static void
rk_queue_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, rk_queue_get_busy (RK_QUEUE (object)));
      break;
    case PROP_HELD:
      g_value_set_boolean (value, rk_queue_get_held (RK_QUEUE (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_queue_class_init (RkQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = rk_queue_dispose;
  object_class->get_property = rk_queue_get_property;

  properties[PROP_BUSY] =
    g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  properties[PROP_HELD] =
    g_param_spec_boolean ("held", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OVER] = g_signal_new ("over", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 1, RK_TYPE_JOB);
}

static void
rk_queue_init (RkQueue *self)
{
  self->jobs = g_list_store_new (RK_TYPE_JOB);
}

RkQueue *
rk_queue_new (RkCatalogue    *catalogue,
              RkPreviewStore *store,
              const char     *folder)
{
  RkQueue *self = g_object_new (RK_TYPE_QUEUE, NULL);
  g_autofree char *jobs = folder != NULL ? g_build_filename (folder, "queue.json", NULL) : NULL;
  g_autofree char *rates = folder != NULL ? g_build_filename (folder, "rates.json", NULL) : NULL;

  self->rates = rk_rates_new (rates);
  self->worker = rk_worker_new (catalogue, self->rates, (RkPatience) RK_PATIENCE_INIT);
  self->file = rk_queue_file_new (jobs);
  read_file (self, catalogue, store);

  return self;
}

GListModel *
rk_queue_get_jobs (RkQueue *self)
{
  return G_LIST_MODEL (self->jobs);
}

gboolean
rk_queue_get_busy (RkQueue *self)
{
  return rk_queue_get_current (self) != NULL;
}

/* The one that runs before all others. */
static RkJob *
find_active (RkQueue *self,
             GFile   *file)
{
  RkJob *running = find_in_state (self, RK_JOB_RUNNING, file);

  return running != NULL ? running : find_in_state (self, RK_JOB_QUEUED, file);
}

RkJob *
rk_queue_get_current (RkQueue *self)
{
  return find_active (self, NULL);
}

RkJob *
rk_queue_find (RkQueue *self,
               GFile   *file)
{
  RkJob *active = find_active (self, file);

  return active != NULL ? active : find_in_state (self, RK_JOB_PAUSED, file);
}

RkRates *
rk_queue_get_rates (RkQueue *self)
{
  return self->rates;
}

GPtrArray *
rk_queue_interrupted (RkQueue *self,
                      GFile   *file)
{
  GPtrArray *interrupted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < count_jobs (self); i++)
    {
      RkJob *job = job_at (self, i);

      if ((rk_job_get_state (job) == RK_JOB_STOPPED || rk_job_can_go_on (job)) &&
          (file == NULL || g_file_equal (rk_job_get_file (job), file)))
        g_ptr_array_add (interrupted, g_object_ref (job));
    }

  return interrupted;
}

void
rk_queue_add (RkQueue *self,
              RkJob   *job)
{
  append (self, job);
  if (rk_job_is_kept (job))
    save (self);
  tell (self);
}

void
rk_queue_move (RkQueue *self,
               RkJob   *job,
               guint    position)
{
  g_autoptr (RkJob) held = g_object_ref (job);
  guint before;

  if (!g_list_store_find (self->jobs, job, &before) || before == position)
    return;

  g_list_store_remove (self->jobs, before);
  g_list_store_insert (self->jobs, MIN (position, count_jobs (self)), job);
  save (self);
  tell (self);
}

void
rk_queue_add_aside (RkQueue *self,
                    RkJob   *job)
{
  g_return_if_fail (!rk_job_is_kept (job));

  g_signal_connect_object (job, "released", G_CALLBACK (released_cb), self, G_CONNECT_SWAPPED);
  g_queue_push_tail (&self->asides, g_object_ref (job));
  dispatch (self);
}

/* --- one job ----------------------------------------------------------------------------------- */

void
rk_queue_pause (RkQueue *self,
                RkJob   *job)
{
  rk_job_ask (job, RK_JOB_PAUSED);
}

void
rk_queue_resume (RkQueue *self,
                 RkJob   *job)
{
  rk_job_ask (job, RK_JOB_QUEUED);
}

void
rk_queue_stop (RkQueue *self,
               RkJob   *job)
{
  rk_job_ask (job, rk_job_is_kept (job) ? RK_JOB_STOPPED : RK_JOB_CANCELLED);
}

static void
discard_thread (GTask        *task,
                gpointer      job,
                gpointer      task_data,
                GCancellable *cancellable)
{
  rk_job_discard (job);
  g_task_return_pointer (task, NULL, NULL);
}

/* On the main thread, where the job's last reference is dropped. */
static void
discarded_cb (GObject      *job,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_task_propagate_pointer (G_TASK (result), NULL);
}

void
rk_queue_delete (RkQueue *self,
                 RkJob   *job)
{
  /* The worker does so with what it is at. */
  if (rk_job_ask (job, RK_JOB_CANCELLED))
    {
      g_autoptr (GTask) task = g_task_new (job, NULL, discarded_cb, NULL);

      g_task_run_in_thread (task, discard_thread);
    }
}

/* A job that runs is queued again where it must not. */
static void
power_cb (RkQueue *self)
{
  if (rk_queue_get_held (self) && self->at_work != NULL)
    rk_job_yield (self->at_work);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
  tell (self);
}

void
rk_queue_set_saves_battery (RkQueue  *self,
                            gboolean  saves_battery)
{
  if ((self->power != NULL) == !!saves_battery)
    return;

  if (saves_battery)
    {
      self->power = rk_power_new ();
      g_signal_connect_object (self->power, "notify::on-battery", G_CALLBACK (power_cb), self, G_CONNECT_SWAPPED);
    }
  else
    {
      g_clear_object (&self->power);
    }
  power_cb (self);
}

gboolean
rk_queue_get_held (RkQueue *self)
{
  return self->power != NULL && rk_power_get_on_battery (self->power);
}

void
rk_queue_set_cores (RkQueue *self,
                    int      n_cores)
{
  if (self->worker != NULL)
    rk_worker_set_cores (self->worker, n_cores);
}

void
rk_queue_rest (RkQueue *self)
{
  if (self->worker != NULL)
    rk_worker_rest (self->worker);
}

void
rk_queue_shutdown (RkQueue *self)
{
  RkWorker *worker = g_steal_pointer (&self->worker);

  if (worker == NULL)
    return;

  for (guint i = 0; i < count_jobs (self); i++)
    rk_queue_stop (self, job_at (self, i));
  if (self->at_work != NULL)
    rk_queue_stop (self, self->at_work);
  g_queue_clear_full (&self->asides, g_object_unref);
  rk_worker_free (worker);
  for (guint i = count_jobs (self); i-- > 0;)
    rk_job_settle (job_at (self, i)); /* which may leave the list */
  save (self);
  g_clear_pointer (&self->file, rk_queue_file_free);
}
