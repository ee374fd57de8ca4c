/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-worker.h"

#include <unistd.h>

/* How far the work steps back behind everything else, on the scale of nice(1): the desktop stays
 * fluent, and on a machine that has nothing else to do it costs no time. */
#define NICENESS 10

/* How long work memory, and then the device and the model, are kept for the next job. */
#define REST_SECONDS 30
#define UNLOAD_SECONDS 270

/* Its address in the queue means: give work memory back. */
static char rest_marker;

struct _RkWorker
{
  GThread *thread;
  GAsyncQueue *queue; /* of RkJob, owned, or rest_marker; the queue itself means: end */
};

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

  if (!RK_JOB_GET_CLASS (job)->run (job, engine, &error) && rk_job_is_cancelled (job))
    rk_job_discard (job);
  rk_job_end (job, error);
}

/* The next item; while there is none for long, the engine rests. */
static gpointer
next_item (const Work *work)
{
  gpointer item = g_async_queue_timeout_pop (work->queue, REST_SECONDS * G_USEC_PER_SEC);

  if (item != NULL)
    return item;

  rk_engine_rest (work->engine);
  item = g_async_queue_timeout_pop (work->queue, UNLOAD_SECONDS * G_USEC_PER_SEC);
  if (item != NULL)
    return item;

  rk_engine_unload (work->engine);
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

RkWorker *
rk_worker_new (RkCatalogue *catalogue,
               RkRates     *rates)
{
  RkWorker *self = g_new0 (RkWorker, 1);
  Work *work = g_new (Work, 1);

  self->queue = g_async_queue_new_full (g_object_unref);
  work->queue = g_async_queue_ref (self->queue);
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
