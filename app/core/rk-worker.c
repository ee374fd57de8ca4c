/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-worker.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

/* How far the work steps back behind everything else, on the scale of nice(1): the desktop stays
 * fluent, and on a machine that has nothing else to do it costs no time. */
#define NICENESS 10

/* Their addresses in the queue mean: give work memory back; look how many cores there may be. */
static char rest_marker, cores_marker;

struct _RkWorker
{
  GThread *thread;
  GAsyncQueue *queue; /* of RkJob, owned, or a marker; the queue itself means: end */
  RkPatience patience;
  gint n_cores; /* atomic */
  gint loaded;  /* atomic */
};

/* What the thread has. */
typedef struct {
  RkWorker *worker; /* which waits for the thread's end */
  RkEngine *engine;
  cpu_set_t all;
} Work;

static void
run_job (RkJob    *job,
         RkEngine *engine)
{
  g_autoptr (GError) error = NULL;

  if (!rk_job_begin (job))
    return;

  if (!RK_JOB_GET_CLASS (job)->run (job, engine, &error) && rk_job_is_cancelled (job))
    rk_job_discard (job);
  rk_job_end (job, error);
}

/* For this thread and those that it will start: decoder, encoder, the back end. */
static void
hold_to_cores (Work *work)
{
  const int n_cores = g_atomic_int_get (&work->worker->n_cores);
  cpu_set_t some = work->all;

  for (int cpu = 0, taken = 0; cpu < CPU_SETSIZE && n_cores > 0; cpu++)
    if (CPU_ISSET (cpu, &some) && ++taken > n_cores)
      CPU_CLR (cpu, &some);

  if (sched_setaffinity (0, sizeof some, &some) != 0)
    g_info ("cores: %s", g_strerror (errno));
  rk_engine_set_threads (work->engine, n_cores);
}

/* The next item; while there is none for long, the engine rests. */
static gpointer
next_item (Work *work)
{
  GAsyncQueue *queue = work->worker->queue;
  gpointer item;

  g_atomic_int_set (&work->worker->loaded, rk_engine_is_loaded (work->engine));
  item = g_async_queue_timeout_pop (queue, work->worker->patience.rest_us);
  if (item != NULL)
    return item;

  rk_engine_rest (work->engine);
  item = g_async_queue_timeout_pop (queue, work->worker->patience.unload_us);
  if (item != NULL)
    return item;

  rk_engine_unload (work->engine);
  g_atomic_int_set (&work->worker->loaded, FALSE);
  return g_async_queue_pop (queue);
}

static gpointer
worker_thread (gpointer data)
{
  g_autofree Work *work = data;
  gpointer item;

  /* For Linux that is this thread, and those that it will start. */
  nice (NICENESS);
  if (sched_getaffinity (0, sizeof work->all, &work->all) != 0)
    memset (&work->all, 0xff, sizeof work->all);

  while ((item = next_item (work)) != work->worker->queue)
    if (item == &rest_marker)
      {
        rk_engine_rest (work->engine);
      }
    else if (item == &cores_marker)
      {
        hold_to_cores (work);
      }
    else
      {
        run_job (item, work->engine);
        g_object_unref (item);
      }

  rk_engine_free (work->engine);

  return NULL;
}

RkWorker *
rk_worker_new (RkCatalogue *catalogue,
               RkRates     *rates,
               RkPatience   patience)
{
  RkWorker *self = g_new0 (RkWorker, 1);
  Work *work = g_new0 (Work, 1);

  self->queue = g_async_queue_new_full (g_object_unref);
  self->patience = patience;
  work->worker = self;
  work->engine = rk_engine_new (catalogue, rates);
  self->thread = g_thread_new ("rk-worker", worker_thread, work);

  return self;
}

void
rk_worker_free (RkWorker *self)
{
  g_async_queue_push (self->queue, self->queue);
  g_thread_join (self->thread);
  g_async_queue_unref (self->queue);
  g_free (self);
}

void
rk_worker_run (RkWorker *self,
               RkJob    *job)
{
  g_async_queue_push (self->queue, g_object_ref (job));
}

void
rk_worker_rest (RkWorker *self)
{
  g_async_queue_push (self->queue, &rest_marker);
}

void
rk_worker_set_cores (RkWorker *self,
                     int       n_cores)
{
  g_atomic_int_set (&self->n_cores, n_cores);
  g_async_queue_push (self->queue, &cores_marker);
}

gboolean
rk_worker_is_loaded (RkWorker *self)
{
  return g_atomic_int_get (&self->loaded);
}
