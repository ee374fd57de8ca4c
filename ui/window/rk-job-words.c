/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-job-words.h"

#include <glib/gi18n.h>

#include "rk-time.h"

/* Jobs on other files are named with those. */
static char *
name_beside (RkJob *job,
             RkJob *other)
{
  g_autofree char *file = NULL;

  if (g_file_equal (rk_job_get_file (job), rk_job_get_file (other)))
    return g_strdup (rk_job_get_title (other));

  file = g_file_get_basename (rk_job_get_file (other));
  /* Translators: what a job does, and the video that it works on. */
  return g_strdup_printf (_("%s (%s)"), rk_job_get_title (other), file);
}

static char *
describe_waiting (RkQueue *queue,
                  RkJob   *job)
{
  RkJob *current = rk_queue_get_current (queue);
  g_autofree char *name = NULL;

  if (rk_queue_get_held (queue))
    return g_strdup (_("Waiting until the computer is plugged in"));
  if (current == NULL || current == job)
    return g_strdup (_("Getting ready"));

  name = name_beside (job, current);
  return g_strdup_printf (_("Waiting for: %s"), name);
}

static char *
describe_running (RkJob *job)
{
  g_autofree char *time_left = rk_time_format_left (rk_job_get_seconds_left (job));
  g_autofree char *rate = NULL;
  g_autofree char *missing = NULL;

  if (rk_job_get_missing_bytes (job) > 0)
    {
      missing = g_format_size (rk_job_get_missing_bytes (job));
      return g_strdup_printf (_("The disk is full. It goes on once %s more are free."), missing);
    }
  if (rk_job_get_gone (job) != NULL)
    {
      g_autofree char *name = g_filename_display_basename (rk_job_get_gone (job));

      return g_strdup_printf (_("“%s” is gone. It goes on once that is there again."), name);
    }
  if (rk_job_get_joining (job) >= 0)
    return g_strdup_printf (_("Putting the file together: %d %%"), (int) (rk_job_get_joining (job) * 100));
  if (time_left == NULL)
    return g_strdup (_("Getting ready"));
  if (rk_job_get_rate (job) <= 0)
    return g_steal_pointer (&time_left);

  rate = rk_time_format_rate (rk_job_get_rate (job));
  return g_strdup_printf (_("%s · %s"), time_left, rate);
}

char *
rk_job_words_describe (RkQueue *queue,
                       RkJob   *job)
{
  const int percent = (int) (rk_job_get_fraction (job) * 100);

  switch (rk_job_get_state (job))
    {
    case RK_JOB_QUEUED:
      return describe_waiting (queue, job);
    case RK_JOB_RUNNING:
      return describe_running (job);
    case RK_JOB_PAUSED:
      return g_strdup_printf (_("Paused at %d %%"), percent);
    case RK_JOB_STOPPED:
      return percent > 0 ? g_strdup_printf (_("Stopped; %d %% are done and kept"), percent)
                         : g_strdup (_("Stopped before anything was done"));
    case RK_JOB_FAILED:
      return g_strdup (rk_job_get_error (job)->message);
    case RK_JOB_DONE:
    case RK_JOB_CANCELLED:
    default:
      return g_strdup ("");
    }
}

char *
rk_job_words_next (RkQueue *queue,
                   RkJob   *job)
{
  GListModel *jobs = rk_queue_get_jobs (queue);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (RkJob) other = g_list_model_get_item (jobs, i);

      if (other != job && rk_job_get_state (other) == RK_JOB_QUEUED &&
          g_file_equal (rk_job_get_file (other), rk_job_get_file (job)))
        return g_strdup_printf (_("Then: %s"), rk_job_get_title (other));
    }

  return NULL;
}
