/* A piece of work for the worker thread, as people see it in a list.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

#include "oasis/job.h"
#include "rk-engine.h"

G_BEGIN_DECLS

typedef enum {
  RK_JOB_QUEUED,
  RK_JOB_RUNNING,
  RK_JOB_DONE,
  RK_JOB_FAILED,
  RK_JOB_CANCELLED,
} RkJobState;

#define RK_TYPE_JOB_STATE (rk_job_state_get_type ())
GType rk_job_state_get_type (void);

/* Properties, notified on the main thread: title (string), state (RkJobState), fraction (0..1, never
 * falls), rate (frames a second, 0 = not known yet), seconds-left (-1 = not known yet), error
 * (GError, NULL unless failed). */
#define RK_TYPE_JOB (rk_job_get_type ())
G_DECLARE_DERIVABLE_TYPE (RkJob, rk_job, RK, JOB, GObject)

struct _RkJobClass
{
  GObjectClass parent_class;

  /* Does the work, blocking, on the worker thread. Reports through rk_job_report and polls
   * rk_job_get_cancel. */
  gboolean (*run) (RkJob     *self,
                   RkEngine  *engine,
                   GError   **error);
};

/* Main thread. */
const char   *rk_job_get_title        (RkJob               *self);
RkJobState    rk_job_get_state        (RkJob               *self);
gboolean      rk_job_is_over          (RkJob               *self);
double        rk_job_get_fraction     (RkJob               *self);
double        rk_job_get_rate         (RkJob               *self);
double        rk_job_get_seconds_left (RkJob               *self);
const GError *rk_job_get_error        (RkJob               *self);

/* Asks the job to stop; one that is still queued is cancelled at once. Any thread. */
void          rk_job_cancel           (RkJob               *self);

/* For implementations and the worker, any thread: values are kept and one idle, at most, is under
 * way to publish them. */
OasisCancel  *rk_job_get_cancel       (RkJob               *self);
void          rk_job_report           (RkJob               *self,
                                       const OasisProgress *progress);
/* Whether the job may run: not if it has been cancelled while it was queued. */
gboolean      rk_job_begin            (RkJob               *self);
void          rk_job_end              (RkJob               *self,
                                       RkJobState           state,
                                       const GError        *error);

G_END_DECLS
