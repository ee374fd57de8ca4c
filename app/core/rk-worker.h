/* The one thread that restores: it owns model and device and takes jobs in order.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-catalogue.h"
#include "rk-job.h"

G_BEGIN_DECLS

/* Main thread. Property: busy (boolean), while any job is queued or running. */
#define RK_TYPE_WORKER (rk_worker_get_type ())
G_DECLARE_FINAL_TYPE (RkWorker, rk_worker, RK, WORKER, GObject)

RkWorker   *rk_worker_new      (RkCatalogue *catalogue);

/* The jobs that are queued or running, in order; one leaves the list when it is over. Borrowed. */
GListModel *rk_worker_get_jobs (RkWorker *self);
gboolean    rk_worker_get_busy (RkWorker *self);

/* Queues a job (a reference is taken). */
void        rk_worker_submit   (RkWorker *self,
                                RkJob    *job);

/* Lets the memory that work took go once the jobs before are over, as happens by itself after half a
 * minute without a job. */
void        rk_worker_rest     (RkWorker *self);

/* Cancels all jobs and waits until the thread has ended, 200 ms or so. Called by dispose, too. */
void        rk_worker_shutdown (RkWorker *self);

G_END_DECLS
