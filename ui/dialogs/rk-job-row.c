/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-job-row.h"

#include <glib/gi18n.h>

#include "rk-error.h"
#include "rk-export-job.h"
#include "rk-job-words.h"

struct _RkJobRow
{
  GtkListBoxRow parent_instance;

  /* Owned. */
  RkQueue *queue;
  RkJob *job;

  /* Template. */
  GtkLabel *title;
  GtkLabel *source;
  GtkLabel *state;
  GtkProgressBar *progress;
  GtkButton *pause;
  GtkWidget *menu;
};

G_DEFINE_FINAL_TYPE (RkJobRow, rk_job_row, GTK_TYPE_LIST_BOX_ROW)

enum {
  MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_halted (RkJob *job)
{
  return rk_job_get_state (job) == RK_JOB_PAUSED || rk_job_get_state (job) == RK_JOB_STOPPED || rk_job_can_go_on (job);
}

/* Whether what lies there was begun with other settings, so that it can only be dropped. */
static gboolean
differs (RkJob *job)
{
  return RK_IS_EXPORT_JOB (job) && g_error_matches (rk_job_get_error (job), RK_ENGINE_ERROR, OASIS_ERR_DIFFERS);
}

static guint
get_place (RkJobRow *self)
{
  guint place = 0;

  if (!g_list_store_find (G_LIST_STORE (rk_queue_get_jobs (self->queue)), self->job, &place))
    return G_MAXUINT;

  return place;
}

static void
update (RkJobRow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const gboolean halted = is_halted (self->job);
  const guint place = get_place (self);
  g_autofree char *state = NULL;

  if ((rk_job_is_over (self->job) && !rk_job_can_go_on (self->job)) || place == G_MAXUINT)
    return;

  state = rk_job_words_describe (self->queue, self->job);
  gtk_label_set_label (self->state, state);
  gtk_progress_bar_set_fraction (self->progress, rk_job_get_fraction (self->job));
  gtk_button_set_icon_name (self->pause, halted ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause), halted ? _("Continue this job") : _("Pause this job"));
  gtk_widget_action_set_enabled (widget, "job.start-over", differs (self->job));
  gtk_widget_action_set_enabled (widget, "job.up", place > 0);
  gtk_widget_action_set_enabled (widget, "job.down", place + 1 < g_list_model_get_n_items (rk_queue_get_jobs (self->queue)));
}

static void
pause_cb (RkJobRow *self)
{
  if (is_halted (self->job))
    rk_queue_resume (self->queue, self->job);
  else
    rk_queue_pause (self->queue, self->job);
}

static void
move (RkJobRow *self,
      int       by)
{
  g_autoptr (RkJobRow) held = g_object_ref (self);

  rk_queue_move (self->queue, self->job, get_place (self) + by);
  g_signal_emit (self, signals[MOVED], 0);
}

static void
up_action (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  move (RK_JOB_ROW (widget), -1);
}

static void
down_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  move (RK_JOB_ROW (widget), 1);
}

static void
start_over_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  RkJobRow *self = RK_JOB_ROW (widget);

  rk_export_job_start_over (RK_EXPORT_JOB (self->job));
  rk_queue_resume (self->queue, self->job);
}

static void
delete_answer_cb (RkJobRow   *self,
                  const char *response)
{
  if (g_str_equal (response, "delete"))
    rk_queue_delete (self->queue, self->job);
}

static void
delete_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  RkJobRow *self = RK_JOB_ROW (widget);
  AdwAlertDialog *dialog;

  if (!rk_job_is_kept (self->job) || rk_job_get_fraction (self->job) == 0)
    {
      rk_queue_delete (self->queue, self->job);
      return;
    }

  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("Delete the Work?"), NULL));
  adw_alert_dialog_format_body (dialog, _("%d %% of this export are done. If they are deleted, the export would have to begin anew."),
                                (int) (rk_job_get_fraction (self->job) * 100));
  adw_alert_dialog_add_responses (dialog, "keep", _("_Keep"), "delete", _("_Delete"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "keep");
  adw_alert_dialog_set_close_response (dialog, "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (delete_answer_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), widget);
}

static void
rk_job_row_dispose (GObject *object)
{
  RkJobRow *self = RK_JOB_ROW (object);

  g_clear_object (&self->queue);
  g_clear_object (&self->job);
  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_JOB_ROW);

  G_OBJECT_CLASS (rk_job_row_parent_class)->dispose (object);
}

static void
rk_job_row_class_init (RkJobRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = rk_job_row_dispose;

  signals[MOVED] = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-job-row.ui");
  gtk_widget_class_bind_template_child (widget_class, RkJobRow, title);
  gtk_widget_class_bind_template_child (widget_class, RkJobRow, source);
  gtk_widget_class_bind_template_child (widget_class, RkJobRow, state);
  gtk_widget_class_bind_template_child (widget_class, RkJobRow, progress);
  gtk_widget_class_bind_template_child (widget_class, RkJobRow, pause);
  gtk_widget_class_bind_template_child (widget_class, RkJobRow, menu);
  gtk_widget_class_bind_template_callback (widget_class, pause_cb);

  gtk_widget_class_install_action (widget_class, "job.up", NULL, up_action);
  gtk_widget_class_install_action (widget_class, "job.down", NULL, down_action);
  gtk_widget_class_install_action (widget_class, "job.start-over", NULL, start_over_action);
  gtk_widget_class_install_action (widget_class, "job.delete", NULL, delete_action);
}

static void
rk_job_row_init (RkJobRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
rk_job_row_new (RkQueue *queue,
                RkJob   *job)
{
  RkJobRow *self = g_object_new (RK_TYPE_JOB_ROW, NULL);
  g_autofree char *name = g_file_get_basename (rk_job_get_file (job));

  self->queue = g_object_ref (queue);
  self->job = g_object_ref (job);
  gtk_label_set_label (self->title, rk_job_get_title (job));
  gtk_label_set_label (self->source, name);
  g_signal_connect_object (queue, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}

RkJob *
rk_job_row_get_job (RkJobRow *self)
{
  return self->job;
}

void
rk_job_row_focus (RkJobRow *self)
{
  gtk_widget_grab_focus (self->menu);
}
