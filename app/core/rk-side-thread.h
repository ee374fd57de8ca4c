/* A thread that works for an object of the main thread and is never waited for.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct {
  const char *name;
  void (*work) (gpointer owner); /* on the thread, until quit */
  void (*tell) (gpointer owner); /* on the main thread, after posts */
  int priority;                  /* of tell, G_PRIORITY_… */
} RkSideThreadClass;

/* Zeroed before init; a part of its owner, which is a GObject. */
typedef struct {
  /*< public >*/
  GMutex mutex;      /* of the owner's data, too */
  GCond cond;
  gboolean quit;     /* by mutex */

  /*< private >*/
  const RkSideThreadClass *klass;
  gpointer owner;
  GThread *thread;
  gboolean posted;   /* by mutex */
} RkSideThread;

void rk_side_thread_init  (RkSideThread            *self);
/* In the owner's finalize: the thread has ended by then. */
void rk_side_thread_clear (RkSideThread            *self);

/* The class lives as long as the program. */
void rk_side_thread_start (RkSideThread            *self,
                           const RkSideThreadClass *klass,
                           gpointer                 owner);

/* In the owner's dispose. Until the thread has ended it keeps its owner, since what it is at (opening
 * a file, say) may take its time; then the owner is freed on the main thread. Sets quit, so what the
 * thread is at is to be cancelled after this. */
void rk_side_thread_leave (RkSideThread            *self);

/* Has tell called soon, once for all posts until then. By mutex. */
void rk_side_thread_post  (RkSideThread            *self);

G_END_DECLS
