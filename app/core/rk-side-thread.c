/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-side-thread.h"

void
rk_side_thread_init (RkSideThread *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
}

void
rk_side_thread_clear (RkSideThread *self)
{
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
}

/* On the main thread, where the owner is freed. */
static gboolean
gone_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static gpointer
thread_func (gpointer data)
{
  RkSideThread *self = data;

  self->klass->work (self->owner);
  g_idle_add_full (G_PRIORITY_DEFAULT, gone_cb, self->owner, g_object_unref);

  return NULL;
}

void
rk_side_thread_start (RkSideThread            *self,
                      const RkSideThreadClass *klass,
                      gpointer                 owner)
{
  self->klass = klass;
  self->owner = owner;
  self->thread = g_thread_new (klass->name, thread_func, self);
}

void
rk_side_thread_leave (RkSideThread *self)
{
  if (self->thread == NULL)
    return;

  /* What the thread gives back in the end. */
  g_object_ref (self->owner);
  g_mutex_lock (&self->mutex);
  self->quit = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->thread, g_thread_unref);
}

static gboolean
tell_cb (gpointer data)
{
  RkSideThread *self = data;

  g_mutex_lock (&self->mutex);
  self->posted = FALSE;
  g_mutex_unlock (&self->mutex);

  self->klass->tell (self->owner);

  return G_SOURCE_REMOVE;
}

static void
drop_owner (gpointer data)
{
  g_object_unref (((RkSideThread *) data)->owner);
}

void
rk_side_thread_post (RkSideThread *self)
{
  /* Once the owner is disposed of, posts are of no use. */
  if (self->posted || self->quit)
    return;

  self->posted = TRUE;
  g_object_ref (self->owner);
  g_idle_add_full (self->klass->priority, tell_cb, self, drop_owner);
}
