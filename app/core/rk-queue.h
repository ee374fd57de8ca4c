/* The jobs of all windows: which there are, in which order they run, and which of them go on later.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-job.h"
#include "rk-preview-store.h"
#include "rk-rates.h"

G_BEGIN_DECLS

/* Main thread. A job that is kept (rk_job_is_kept) survives the program: a later one finds it in the
 * list, stopped. Properties, notified: busy (boolean), while any job is running or going to; held
 * (boolean), while jobs wait for the computer to be plugged in.
 * Signals: "changed", when a job came, went, was moved or is in another state; "over" (RkJob), when
 * one has left the list, done, failed or cancelled. */
#define RK_TYPE_QUEUE (rk_queue_get_type ())
G_DECLARE_FINAL_TYPE (RkQueue, rk_queue, RK, QUEUE, GObject)

/* folder: where jobs and rates are kept, NULL = the user's state folder. What an earlier run of the
 * program has left is in the list at once; exports need the store. */
RkQueue    *rk_queue_new         (RkCatalogue    *catalogue,
                                  RkPreviewStore *store,
                                  const char     *folder);

/* A list of RkJob, in order, borrowed: what is queued, running, paused or stopped, or has failed and can
 * go on. */
GListModel *rk_queue_get_jobs    (RkQueue        *self);
gboolean    rk_queue_get_busy    (RkQueue        *self);
/* The job that runs, or will next; NULL without one. Borrowed. */
RkJob      *rk_queue_get_current (RkQueue        *self);
/* How fast jobs are, as far as it is known. Borrowed. */
RkRates    *rk_queue_get_rates   (RkQueue        *self);
/* The job on a file that runs, else the first that is queued, else the first that is paused. Borrowed;
 * NULL without one. */
RkJob      *rk_queue_find        (RkQueue        *self,
                                  GFile          *file);
/* The stopped jobs, and those that failed and can go on, that work on a file, or all if it is NULL: what people may want to go on with. */
GPtrArray  *rk_queue_interrupted (RkQueue        *self,
                                  GFile          *file) G_GNUC_WARN_UNUSED_RESULT;

/* Appends a job (a reference is taken). */
void        rk_queue_add         (RkQueue        *self,
                                  RkJob          *job);
/* Runs a short job that is not kept, which no list shows: before all others, but after what runs. */
void        rk_queue_add_aside   (RkQueue        *self,
                                  RkJob          *job);
/* To another place of the list. What runs goes on, wherever it stands. */
void        rk_queue_move        (RkQueue        *self,
                                  RkJob          *job,
                                  guint           position);

/* What these are asked for becomes true as soon as the job has come to a halt; they end the job that
 * they name, and no other. A paused job keeps its place and lets the next one run. A stopped one
 * keeps its work, too; one that is not kept is cancelled. A deleted one leaves nothing. */
void        rk_queue_pause       (RkQueue        *self,
                                  RkJob          *job);
void        rk_queue_resume      (RkQueue        *self,
                                  RkJob          *job);
void        rk_queue_stop        (RkQueue        *self,
                                  RkJob          *job);
void        rk_queue_delete      (RkQueue        *self,
                                  RkJob          *job);

/* Whether jobs halt while the computer runs on its battery; and to how many of its cores they are held,
 * from the next job on, 0 = all. */
void        rk_queue_set_saves_battery (RkQueue *self,
                                        gboolean saves_battery);
gboolean    rk_queue_get_held    (RkQueue        *self);
void        rk_queue_set_cores   (RkQueue        *self,
                                  int             n_cores);

/* Lets the memory that work took go, unless a job needs it. */
void        rk_queue_rest        (RkQueue        *self);

/* Stops all jobs, which takes 200 ms or so, and writes down those that are kept. Called by dispose,
 * too; after it no job runs. */
void        rk_queue_shutdown    (RkQueue        *self);

G_END_DECLS
