/* Tells the thread sanitizer what GLib's locks, queues and references order: GLib itself is not
 * instrumented, so that the sanitizer would see races where there are none. The linker puts these
 * wrappers in the place of the functions that app/core and its tests call.
 * SPDX-License-Identifier: Apache-2.0 */
#include <gio/gio.h>
#include <sanitizer/tsan_interface.h>

/* Everything before a release is seen after the next acquire of the same address. */
#define acquire(address) __tsan_acquire ((void *) (address))
#define release(address) __tsan_release ((void *) (address))

/* --- locks ------------------------------------------------------------------------------------ */

void __real_g_mutex_lock (GMutex *mutex);
void __wrap_g_mutex_lock (GMutex *mutex);
void __real_g_mutex_unlock (GMutex *mutex);
void __wrap_g_mutex_unlock (GMutex *mutex);
void __real_g_cond_wait (GCond *cond, GMutex *mutex);
void __wrap_g_cond_wait (GCond *cond, GMutex *mutex);

void
__wrap_g_mutex_lock (GMutex *mutex)
{
  __real_g_mutex_lock (mutex);
  acquire (mutex);
}

void
__wrap_g_mutex_unlock (GMutex *mutex)
{
  release (mutex);
  __real_g_mutex_unlock (mutex);
}

void
__wrap_g_cond_wait (GCond  *cond,
                    GMutex *mutex)
{
  release (mutex);
  __real_g_cond_wait (cond, mutex);
  acquire (mutex);
}

/* --- queues ----------------------------------------------------------------------------------- */

void     __real_g_async_queue_push (GAsyncQueue *queue, gpointer data);
void     __wrap_g_async_queue_push (GAsyncQueue *queue, gpointer data);
gpointer __real_g_async_queue_pop (GAsyncQueue *queue);
gpointer __wrap_g_async_queue_pop (GAsyncQueue *queue);
gpointer __real_g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout);
gpointer __wrap_g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout);

void
__wrap_g_async_queue_push (GAsyncQueue *queue,
                           gpointer     data)
{
  release (queue);
  __real_g_async_queue_push (queue, data);
}

gpointer
__wrap_g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data = __real_g_async_queue_pop (queue);

  acquire (queue);

  return data;
}

gpointer
__wrap_g_async_queue_timeout_pop (GAsyncQueue *queue,
                                  guint64      timeout)
{
  gpointer data = __real_g_async_queue_timeout_pop (queue, timeout);

  acquire (queue);

  return data;
}

/* --- idles ------------------------------------------------------------------------------------ */

typedef struct {
  GSourceFunc function;
  gpointer data;
  GDestroyNotify notify;
} Idle;

guint __real_g_idle_add_full (int             priority,
                              GSourceFunc     function,
                              gpointer        data,
                              GDestroyNotify  notify);
guint __wrap_g_idle_add_full (int             priority,
                              GSourceFunc     function,
                              gpointer        data,
                              GDestroyNotify  notify);

static gboolean
idle_cb (gpointer data)
{
  Idle *idle = data;

  acquire (idle);

  return idle->function (idle->data);
}

static void
idle_free (gpointer data)
{
  Idle *idle = data;

  acquire (idle);
  if (idle->notify != NULL)
    idle->notify (idle->data);
  g_free (idle);
}

guint
__wrap_g_idle_add_full (int            priority,
                        GSourceFunc    function,
                        gpointer       data,
                        GDestroyNotify notify)
{
  Idle *idle = g_new (Idle, 1);

  *idle = (Idle) { function, data, notify };
  release (idle);

  return __real_g_idle_add_full (priority, idle_cb, idle, idle_free);
}

/* --- tasks ------------------------------------------------------------------------------------ */

typedef struct {
  GTaskThreadFunc function;
  gpointer data;
  GDestroyNotify notify;
} TaskData;

void     __real_g_task_set_task_data (GTask *task, gpointer data, GDestroyNotify notify);
void     __wrap_g_task_set_task_data (GTask *task, gpointer data, GDestroyNotify notify);
gpointer __real_g_task_get_task_data (GTask *task);
gpointer __wrap_g_task_get_task_data (GTask *task);
void     __real_g_task_run_in_thread (GTask *task, GTaskThreadFunc function);
void     __wrap_g_task_run_in_thread (GTask *task, GTaskThreadFunc function);
void     __real_g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify notify);
void     __wrap_g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify notify);
void     __real_g_task_return_error (GTask *task, GError *error);
void     __wrap_g_task_return_error (GTask *task, GError *error);
gpointer __real_g_task_propagate_pointer (GTask *task, GError **error);
gpointer __wrap_g_task_propagate_pointer (GTask *task, GError **error);

static void
task_data_free (gpointer data)
{
  TaskData *wrapped = data;

  acquire (wrapped);
  if (wrapped->notify != NULL)
    wrapped->notify (wrapped->data);
  g_free (wrapped);
}

void
__wrap_g_task_set_task_data (GTask          *task,
                             gpointer        data,
                             GDestroyNotify  notify)
{
  TaskData *wrapped = g_new (TaskData, 1);

  *wrapped = (TaskData) { NULL, data, notify };
  __real_g_task_set_task_data (task, wrapped, task_data_free);
}

gpointer
__wrap_g_task_get_task_data (GTask *task)
{
  TaskData *wrapped = __real_g_task_get_task_data (task);

  acquire (task); /* the thread may have returned, and whoever finishes the task looks at its data */

  return wrapped != NULL ? wrapped->data : NULL;
}

static void
task_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  TaskData *wrapped = data;

  acquire (wrapped);
  wrapped->function (task, source, wrapped->data, cancellable);
  release (wrapped);
}

void
__wrap_g_task_run_in_thread (GTask           *task,
                             GTaskThreadFunc  function)
{
  TaskData *wrapped;

  if (__real_g_task_get_task_data (task) == NULL)
    __wrap_g_task_set_task_data (task, NULL, NULL);
  wrapped = __real_g_task_get_task_data (task);
  wrapped->function = function;
  release (wrapped);
  __real_g_task_run_in_thread (task, task_thread);
}

void
__wrap_g_task_return_pointer (GTask          *task,
                              gpointer        result,
                              GDestroyNotify  notify)
{
  release (task);
  __real_g_task_return_pointer (task, result, notify);
}

void
__wrap_g_task_return_error (GTask  *task,
                            GError *error)
{
  release (task);
  __real_g_task_return_error (task, error);
}

gpointer
__wrap_g_task_propagate_pointer (GTask   *task,
                                 GError **error)
{
  acquire (task);
  if (__real_g_task_get_task_data (task) != NULL)
    release (__real_g_task_get_task_data (task));

  return __real_g_task_propagate_pointer (task, error);
}

/* --- references ------------------------------------------------------------------------------- */

void     __real_g_object_unref (gpointer object);
void     __wrap_g_object_unref (gpointer object);
gboolean __real_g_atomic_ref_count_dec (gatomicrefcount *count);
gboolean __wrap_g_atomic_ref_count_dec (gatomicrefcount *count);

void
__wrap_g_object_unref (gpointer object)
{
  release (object);
  acquire (object);
  __real_g_object_unref (object);
}

gboolean
__wrap_g_atomic_ref_count_dec (gatomicrefcount *count)
{
  release (count);
  acquire (count);

  return __real_g_atomic_ref_count_dec (count);
}
