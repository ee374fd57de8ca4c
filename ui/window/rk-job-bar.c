/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-job-bar.h"

#include <glib/gi18n.h>

#include "rk-time.h"

struct _RkJobBar
{
  AdwBin parent_instance;

  /* Owned. */
  RkSession *session;
  GSignalGroup *session_signals, *job_signals;

  /* Template. */
  GtkLabel *title;
  GtkLabel *left;
  GtkProgressBar *progress;
};

G_DEFINE_FINAL_TYPE (RkJobBar, rk_job_bar, ADW_TYPE_BIN)

static char *
describe (RkJob *job)
{
  g_autofree char *time_left = NULL;

  if (rk_job_get_state (job) == RK_JOB_QUEUED)
    return g_strdup (_("Waiting"));

  time_left = rk_time_format_left (rk_job_get_seconds_left (job));
  if (time_left == NULL)
    return g_strdup (_("Getting ready"));
  if (rk_job_get_rate (job) <= 0)
    return g_steal_pointer (&time_left);

  return g_strdup_printf (_("%s · %.1f fps"), time_left, rk_job_get_rate (job));
}

static void
update (RkJobBar *self)
{
  RkJob *job = rk_session_get_job (self->session);
  g_autofree char *description = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), job != NULL);
  if (job == NULL)
    return;

  description = describe (job);
  gtk_label_set_label (self->title, rk_job_get_title (job));
  gtk_label_set_label (self->left, description);
  gtk_progress_bar_set_fraction (self->progress, rk_job_get_fraction (job));
}

static void
job_cb (RkJobBar *self)
{
  g_signal_group_set_target (self->job_signals, rk_session_get_job (self->session));
  update (self);
}

static void
rk_job_bar_dispose (GObject *object)
{
  RkJobBar *self = RK_JOB_BAR (object);

  g_clear_object (&self->session_signals);
  g_clear_object (&self->job_signals);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_JOB_BAR);

  G_OBJECT_CLASS (rk_job_bar_parent_class)->dispose (object);
}

static void
rk_job_bar_class_init (RkJobBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = rk_job_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-job-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, RkJobBar, title);
  gtk_widget_class_bind_template_child (widget_class, RkJobBar, left);
  gtk_widget_class_bind_template_child (widget_class, RkJobBar, progress);
}

static void
rk_job_bar_init (RkJobBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->session_signals = g_signal_group_new (RK_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::job", G_CALLBACK (job_cb), self);
  self->job_signals = g_signal_group_new (RK_TYPE_JOB);
  g_signal_group_connect_swapped (self->job_signals, "notify", G_CALLBACK (update), self);
}

void
rk_job_bar_set_session (RkJobBar  *self,
                        RkSession *session)
{
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  job_cb (self);
}
