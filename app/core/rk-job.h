/* A piece of work for the worker thread, as people see it in a list.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "oasis/job.h"
#include "rk-engine.h"

G_BEGIN_DECLS

/* The first ones are those of a job that will go on, by itself or once it is asked to. */
typedef enum {
  RK_JOB_QUEUED,
  RK_JOB_RUNNING,
  RK_JOB_PAUSED,    /* keeps its place */
  RK_JOB_STOPPED,   /* by people, or since the program ended; what is done is kept */
  RK_JOB_DONE,
  RK_JOB_FAILED,
  RK_JOB_CANCELLED, /* and nothing is kept of it */
} RkJobState;

#define RK_TYPE_JOB_STATE (rk_job_state_get_type ())
GType rk_job_state_get_type (void);

/* Properties, notified on the main thread: title (string), file (GFile, the source that it works on;
 * NULL = none), state (RkJobState), fraction (0..1, never falls), rate (frames a second, 0 = not
 * known yet), seconds-left (-1 = not known yet), missing-bytes (that have to become free on a disk before
 * it goes on; 0 = it does), gone (string, what has to come back before it goes on: a disk was unplugged;
 * NULL = nothing), joining (0..1, how far what is restored has become a file; -1 = it is not there yet),
 * error (GError, NULL unless failed).
 * Signal "released", on the main thread: the worker is done with it, for now. */
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

  /* All that is needed to go on in another run of the program. Main thread. NULL: it is not kept,
   * and to stop it is to cancel it. */
  JsonNode *(*describe) (RkJob *self);
  /* Removes from disk what it has kept there; blocks. Any thread, while it does not run. May be
   * NULL. */
  void (*discard) (RkJob *self);
};

/* Main thread. */
const char   *rk_job_get_title        (RkJob               *self);
GFile        *rk_job_get_file         (RkJob               *self);
RkJobState    rk_job_get_state        (RkJob               *self);
gboolean      rk_job_is_over          (RkJob               *self);
/* Whether it has failed, but may be asked to go on with what it has kept. */
gboolean      rk_job_can_go_on        (RkJob               *self);
double        rk_job_get_fraction     (RkJob               *self);
double        rk_job_get_rate         (RkJob               *self);
double        rk_job_get_seconds_left (RkJob               *self);
guint64       rk_job_get_missing_bytes (RkJob              *self);
const char   *rk_job_get_gone         (RkJob               *self);
double        rk_job_get_joining      (RkJob               *self);
const GError *rk_job_get_error        (RkJob               *self);
gboolean      rk_job_is_kept          (RkJob               *self);
JsonNode     *rk_job_describe         (RkJob               *self) G_GNUC_WARN_UNUSED_RESULT;

/* Asks the job to be queued, paused, stopped or cancelled. One that runs gets there as soon as it has
 * come to a halt, unless it is done before; one that does not is there at once, and TRUE is returned.
 * The last wish counts, but nothing brings back one that was cancelled. Any thread. */
gboolean      rk_job_ask              (RkJob               *self,
                                       RkJobState           state);

/* Halts a job that runs, so that it is queued again. Any thread. */
void          rk_job_yield            (RkJob               *self);

/* Makes known at once what was said up to now. Main thread. */
void          rk_job_settle           (RkJob               *self);

/* For implementations and the worker, any thread: values are kept and one idle, at most, is under
 * way to publish them. */
OasisCancel  *rk_job_get_cancel       (RkJob               *self);
void          rk_job_report           (RkJob               *self,
                                       const OasisProgress *progress);
/* It waits for room on a disk, or what is gone; for nothing: it goes on. */
void          rk_job_report_wait      (RkJob               *self,
                                       guint64              missing_bytes,
                                       const char          *gone);
void          rk_job_report_joining   (RkJob               *self,
                                       double               done);
/* What is done lies there, so that the job can go on although its run fails. */
void          rk_job_keep             (RkJob               *self);
/* Whether the job may run: not if it has been asked to be anything but queued. */
gboolean      rk_job_begin            (RkJob               *self);
/* Whether it has been cancelled, or is going to be. */
gboolean      rk_job_is_cancelled     (RkJob               *self);
/* After a run: it is done, was halted as it was asked to (G_IO_ERROR_CANCELLED), or has failed. */
void          rk_job_end              (RkJob               *self,
                                       const GError        *error);
void          rk_job_discard          (RkJob               *self);

G_END_DECLS
