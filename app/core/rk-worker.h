/* The one thread that restores: it owns model and device and runs one job after the other.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-job.h"

G_BEGIN_DECLS

/* Main thread. */
typedef struct _RkWorker RkWorker;

/* How long, without a job, work memory is kept, and then the device and the model. */
typedef struct {
  gint64 rest_us, unload_us;
} RkPatience;
#define RK_PATIENCE_INIT { .rest_us = 30 * G_USEC_PER_SEC, .unload_us = 270 * G_USEC_PER_SEC }

RkWorker *rk_worker_new  (RkCatalogue *catalogue,
                          RkRates     *rates,
                          RkPatience   patience);
/* Waits until the thread has ended: a job that runs is to be halted before. */
void      rk_worker_free (RkWorker    *self);

/* Runs a job (a reference is taken) once those before are over. Its "released" tells the end. */
void      rk_worker_run  (RkWorker    *self,
                          RkJob       *job);

/* Lets the memory that work took go once the jobs before are over, as happens by itself after a while
 * without a job. After a longer one the device and the model go, too. */
void      rk_worker_rest (RkWorker    *self);

/* Jobs after those that were given are held to so many of the processor's cores; 0 = all. */
void      rk_worker_set_cores (RkWorker *self,
                               int       n_cores);

/* Whether it holds a device. */
gboolean  rk_worker_is_loaded (RkWorker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkWorker, rk_worker_free)

G_END_DECLS
