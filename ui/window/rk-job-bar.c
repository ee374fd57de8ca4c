/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-job-bar.h"

#include <glib/gi18n.h>

#include "rk-job-words.h"

struct _RkJobBar
{
  AdwBin parent_instance;

  /* Owned. */
  RkSession *session;
  GSignalGroup *session_signals, *queue_signals, *job_signals;

  /* Template. */
  GtkLabel *title;
  GtkLabel *left;
  GtkLabel *next;
  GtkProgressBar *progress;
  GtkButton *pause;
  GtkButton *cancel;
};

G_DEFINE_FINAL_TYPE (RkJobBar, rk_job_bar, ADW_TYPE_BIN)

static void
set_label (GtkLabel   *label,
           const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
  gtk_label_set_label (label, text != NULL ? text : "");
}

/* The focus does not jump to whatever comes first in the window when the bar goes. */
static void
hide (RkJobBar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    gtk_widget_activate_action (GTK_WIDGET (self), "editor.look", NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
update (RkJobBar *self)
{
  RkJob *job = rk_session_get_job (self->session);
  RkQueue *queue = rk_session_get_queue (self->session);
  g_autofree char *description = NULL;
  g_autofree char *next = NULL;
  gboolean paused;

  if (job == NULL)
    {
      hide (self);
      return;
    }

  paused = rk_job_get_state (job) == RK_JOB_PAUSED;
  description = rk_job_words_describe (queue, job);
  next = rk_job_words_next (queue, job);
  gtk_label_set_label (self->title, rk_job_get_title (job));
  set_label (self->left, description);
  set_label (self->next, next);
  gtk_progress_bar_set_fraction (self->progress, rk_job_get_fraction (job));
  gtk_button_set_icon_name (self->pause, paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause), paused ? _("Continue this job") : _("Pause this job"));
  gtk_button_set_label (self->cancel, rk_job_is_kept (job) ? _("_Stop") : _("_Cancel"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->cancel), rk_job_is_kept (job) ? _("Stop the export; what is done is kept") : _("Cancel the preview; finished parts are kept"));
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

static void
pause_cb (RkJobBar *self)
{
  RkJob *job = rk_session_get_job (self->session);
  RkQueue *queue = rk_session_get_queue (self->session);

  if (job == NULL)
    return;

  if (rk_job_get_state (job) == RK_JOB_PAUSED)
    rk_queue_resume (queue, job);
  else
    rk_queue_pause (queue, job);
}

static void
cancel_cb (RkJobBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.stop", NULL);
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
  g_clear_object (&self->queue_signals);
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
  gtk_widget_class_bind_template_child (widget_class, RkJobBar, next);
  gtk_widget_class_bind_template_child (widget_class, RkJobBar, progress);
  gtk_widget_class_bind_template_child (widget_class, RkJobBar, pause);
  gtk_widget_class_bind_template_child (widget_class, RkJobBar, cancel);
  gtk_widget_class_bind_template_callback (widget_class, pause_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
rk_job_bar_init (RkJobBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->session_signals = g_signal_group_new (RK_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::job", G_CALLBACK (job_cb), self);
  self->queue_signals = g_signal_group_new (RK_TYPE_QUEUE);
  g_signal_group_connect_swapped (self->queue_signals, "changed", G_CALLBACK (update), self);
  self->job_signals = g_signal_group_new (RK_TYPE_JOB);
  g_signal_group_connect_swapped (self->job_signals, "notify", G_CALLBACK (update), self);
}

void
rk_job_bar_set_session (RkJobBar  *self,
                        RkSession *session)
{
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->queue_signals, rk_session_get_queue (session));
  job_cb (self);
}
