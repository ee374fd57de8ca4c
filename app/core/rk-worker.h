/* The one thread that restores: it owns model and device and runs one job after the other.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-job.h"

G_BEGIN_DECLS

/* Main thread. */
typedef struct _RkWorker RkWorker;

RkWorker *rk_worker_new  (RkCatalogue *catalogue,
                          RkRates     *rates);
/* Waits until the thread has ended: a job that runs is to be halted before. */
void      rk_worker_free (RkWorker    *self);

/* Runs a job (a reference is taken) once those before are over. Its "released" tells the end. */
void      rk_worker_run  (RkWorker    *self,
                          RkJob       *job);

/* Lets the memory that work took go once the jobs before are over, as happens by itself after half a
 * minute without a job. After five minutes the device and the model go, too. */
void      rk_worker_rest (RkWorker    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkWorker, rk_worker_free)

G_END_DECLS
