/* The jobs of a queue as they survive the program: JSON in one file.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Main thread. */
typedef struct _RkQueueFile RkQueueFile;

/* path NULL: rekindle/queue.json in the user's state folder. */
RkQueueFile *rk_queue_file_new   (const char  *path);
/* Waits until all is written. */
void         rk_queue_file_free  (RkQueueFile *self);

/* What was written last, by an earlier run of the program, too; an empty list where there is nothing
 * that can be read. Blocks on disk. */
JsonArray   *rk_queue_file_read  (RkQueueFile *self) G_GNUC_WARN_UNUSED_RESULT;

/* Writes this (the reference is taken) in place of what was there, soon, on a thread of its own; the
 * file is whole at any moment. That it cannot be written is no reason to stop working. */
void         rk_queue_file_write (RkQueueFile *self,
                                  JsonArray   *jobs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkQueueFile, rk_queue_file_free)

G_END_DECLS
