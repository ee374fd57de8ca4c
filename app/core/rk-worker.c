/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-worker.h"

#include <unistd.h>

/* How far the work steps back behind everything else, on the scale of nice(1): the desktop stays
 * fluent, and on a machine that has nothing else to do it costs no time. */
#define NICENESS 10

/* How long work memory is kept for the next job. */
#define REST_SECONDS 30

/* Its address in the queue means: give work memory back. */
static char rest_marker;

struct _RkWorker
{
  GObject parent_instance;

  GListStore *jobs;
  GThread *thread;
  GAsyncQueue *queue; /* of RkJob, owned, or rest_marker; the queue itself means: end */
  gboolean was_busy;
};

G_DEFINE_FINAL_TYPE (RkWorker, rk_worker, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_BUSY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What the thread is given; both are its own. */
typedef struct {
  GAsyncQueue *queue;
  RkEngine *engine;
} Work;

static void
run_job (RkJob    *job,
         RkEngine *engine)
{
  g_autoptr (GError) error = NULL;

  if (!rk_job_begin (job))
    return;

  if (RK_JOB_GET_CLASS (job)->run (job, engine, &error))
    rk_job_end (job, RK_JOB_DONE, NULL);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    rk_job_end (job, RK_JOB_CANCELLED, NULL);
  else
    rk_job_end (job, RK_JOB_FAILED, error);
}

/* The next item; while there is none for long, the engine rests. */
static gpointer
next_item (const Work *work)
{
  gpointer item = g_async_queue_timeout_pop (work->queue, REST_SECONDS * G_USEC_PER_SEC);

  if (item != NULL)
    return item;

  rk_engine_rest (work->engine);

  return g_async_queue_pop (work->queue);
}

static gpointer
worker_thread (gpointer data)
{
  g_autofree Work *work = data;
  gpointer item;

  /* For Linux that is this thread, and those that it will start: decoder, encoder, the back end. */
  nice (NICENESS);

  while ((item = next_item (work)) != work->queue)
    if (item == &rest_marker)
      {
        rk_engine_rest (work->engine);
      }
    else
      {
        run_job (item, work->engine);
        g_object_unref (item);
      }

  rk_engine_free (work->engine);
  g_async_queue_unref (work->queue);

  return NULL;
}

static void
items_changed_cb (RkWorker *self)
{
  gboolean busy = rk_worker_get_busy (self);

  if (busy == self->was_busy)
    return;

  self->was_busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
job_state_cb (RkWorker   *self,
              GParamSpec *pspec,
              RkJob      *job)
{
  guint position;

  if (!rk_job_is_over (job))
    return;

  g_signal_handlers_disconnect_by_func (job, job_state_cb, self);
  if (g_list_store_find (self->jobs, job, &position))
    g_list_store_remove (self->jobs, position);
}

static void
rk_worker_dispose (GObject *object)
{
  RkWorker *self = RK_WORKER (object);

  rk_worker_shutdown (self);
  g_clear_object (&self->jobs);

  G_OBJECT_CLASS (rk_worker_parent_class)->dispose (object);
}

static void
rk_worker_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, rk_worker_get_busy (RK_WORKER (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_worker_class_init (RkWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = rk_worker_dispose;
  object_class->get_property = rk_worker_get_property;

  properties[PROP_BUSY] =
    g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rk_worker_init (RkWorker *self)
{
  self->jobs = g_list_store_new (RK_TYPE_JOB);
  g_signal_connect_swapped (self->jobs, "items-changed", G_CALLBACK (items_changed_cb), self);

  self->queue = g_async_queue_new_full (g_object_unref);
}

RkWorker *
rk_worker_new (RkCatalogue *catalogue)
{
  RkWorker *self = g_object_new (RK_TYPE_WORKER, NULL);
  Work *work = g_new (Work, 1);

  work->queue = g_async_queue_ref (self->queue);
  work->engine = rk_engine_new (catalogue);
  self->thread = g_thread_new ("rk-worker", worker_thread, work);

  return self;
}

GListModel *
rk_worker_get_jobs (RkWorker *self)
{
  return G_LIST_MODEL (self->jobs);
}

gboolean
rk_worker_get_busy (RkWorker *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->jobs)) > 0;
}

void
rk_worker_submit (RkWorker *self,
                  RkJob    *job)
{
  g_return_if_fail (self->thread != NULL);

  g_signal_connect_object (job, "notify::state", G_CALLBACK (job_state_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->jobs, job);
  g_async_queue_push (self->queue, g_object_ref (job));
}

void
rk_worker_rest (RkWorker *self)
{
  if (self->thread != NULL)
    g_async_queue_push (self->queue, &rest_marker);
}

void
rk_worker_shutdown (RkWorker *self)
{
  if (self->thread == NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (RkJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      rk_job_cancel (job);
    }

  g_async_queue_push (self->queue, self->queue);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->queue, g_async_queue_unref);
}
