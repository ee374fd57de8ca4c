/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session-jobs.h"

#include <glib/gi18n.h>

#include "rk-preview-job.h"
#include "rk-session-private.h"
#include "rk-session-range.h"

RkJob *
rk_session_get_job (RkSession *self)
{
  return self->jobs->len > 0 ? g_ptr_array_index (self->jobs, 0) : NULL;
}

static void
job_state_cb (RkSession  *self,
              GParamSpec *pspec,
              RkJob      *job)
{
  if (!rk_job_is_over (job))
    return;

  g_signal_handlers_disconnect_by_func (job, job_state_cb, self);
  if (self->jobs == NULL)
    return;
  /* One that was stopped may have told how fast it began, not how fast it is. */
  if (rk_job_get_state (job) == RK_JOB_DONE && rk_job_get_rate (job) > 0)
    self->last_rate = rk_job_get_rate (job);

  if (rk_job_get_state (job) == RK_JOB_FAILED)
    g_signal_emit_by_name (self, "failed", rk_job_get_error (job));

  if (g_ptr_array_remove (self->jobs, job))
    g_object_notify (G_OBJECT (self), "job");
}

static void
submit (RkSession *self,
        RkJob     *job)
{
  g_signal_connect_object (job, "notify::state", G_CALLBACK (job_state_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->jobs, g_object_ref (job));
  g_object_notify (G_OBJECT (self), "job");
  rk_worker_submit (self->worker, job);
}

void
rk_session_preview (RkSession *self)
{
  g_autoptr (RkJob) job = NULL;
  gint64 first, end;

  if (self->preview == NULL)
    return;

  rk_session_get_preview_range (self, &first, &end);
  job = rk_preview_job_new (_("Restoring the preview"), self->preview, first, end);
  submit (self, job);
}

RkJob *
rk_session_export (RkSession              *self,
                   const RkExportSettings *settings)
{
  g_autoptr (RkJob) job = NULL;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  gint64 first, end;

  g_return_val_if_fail (self->preview != NULL, NULL);

  name = g_file_get_basename (settings->target);
  title = g_strdup_printf (_("Exporting “%s”"), name);
  rk_session_get_export_range (self, settings->whole, &first, &end);
  job = rk_export_job_new (title, self->preview, settings, first, end, rk_recipe_get_strength (self->recipe));
  submit (self, job);

  return job;
}

double
rk_session_get_last_rate (RkSession *self)
{
  return self->last_rate;
}

void
rk_session_cancel (RkSession *self)
{
  for (guint i = 0; i < self->jobs->len; i++)
    rk_job_cancel (g_ptr_array_index (self->jobs, i));
}
