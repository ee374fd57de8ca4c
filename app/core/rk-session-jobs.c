/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-session-jobs.h"

#include <glib/gi18n.h>

#include "rk-preview-job.h"
#include "rk-session-draft.h"
#include "rk-session-private.h"
#include "rk-session-range.h"

RkJob *
rk_session_get_job (RkSession *self)
{
  return self->clip != NULL ? rk_queue_find (self->queue, rk_clip_get_file (self->clip)) : NULL;
}

void
_rk_session_update_job (RkSession *self)
{
  RkJob *job = rk_session_get_job (self);

  if (self->job == job)
    return;

  self->job = job;
  g_object_notify (G_OBJECT (self), "job");
}

static void
preview_state_cb (RkSession  *self,
                  GParamSpec *pspec,
                  RkJob      *job)
{
  if (!rk_job_is_over (job))
    return;

  g_signal_handlers_disconnect_by_func (job, preview_state_cb, self);
  if (self->previews != NULL)
    g_ptr_array_remove (self->previews, job);
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
  g_signal_connect_object (job, "notify::state", G_CALLBACK (preview_state_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->previews, g_object_ref (job));
  _rk_session_draft (self);
  rk_queue_add (self->queue, job);
}

gboolean
rk_session_has_previews (RkSession *self)
{
  return self->previews->len > 0;
}

void
rk_session_cancel_previews (RkSession *self)
{
  for (guint i = 0; self->previews != NULL && i < self->previews->len; i++)
    rk_queue_stop (self->queue, g_ptr_array_index (self->previews, i));
}

RkJob *
rk_session_export (RkSession              *self,
                   const RkExportSettings *settings)
{
  g_autoptr (RkJob) job = NULL;
  OasisFrameRange range;

  g_return_val_if_fail (self->preview != NULL, NULL);

  rk_session_get_export_range (self, settings->whole, &range.first, &range.end);
  job = rk_export_job_new (self->preview, settings, &range, 1,
                           rk_recipe_get_strength (self->recipe), rk_recipe_get_grain (self->recipe));
  rk_queue_add (self->queue, job);

  return job;
}
