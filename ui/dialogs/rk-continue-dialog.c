/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-continue-dialog.h"

#include <glib/gi18n.h>

#include "rk-export-job.h"

typedef struct {
  RkQueue *queue;
  GPtrArray *jobs;
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->queue);
  g_ptr_array_unref (question->jobs);
  g_free (question);
}

static void
response_cb (AdwAlertDialog *dialog,
             const char     *response,
             Question       *question)
{
  for (guint i = 0; i < question->jobs->len; i++)
    if (g_str_equal (response, "continue"))
      rk_queue_resume (question->queue, question->jobs->pdata[i]);
    else if (g_str_equal (response, "delete"))
      rk_queue_delete (question->queue, question->jobs->pdata[i]);
}

static char *
describe (GPtrArray *jobs)
{
  RkJob *job = jobs->pdata[0];
  g_autofree char *name = NULL;

  if (jobs->len > 1)
    return g_strdup_printf (ngettext ("%u export was interrupted. What is done of it is kept.",
                                      "%u exports were interrupted. What is done of them is kept.", jobs->len), jobs->len);

  name = g_file_get_basename (rk_export_job_get_target (RK_EXPORT_JOB (job)));
  if (rk_job_get_fraction (job) < 0.01)
    return g_strdup_printf (_("The export of “%s” was interrupted."), name);

  return g_strdup_printf (_("The export of “%s” was interrupted. %d %% are done and kept."), name,
                          (int) (rk_job_get_fraction (job) * 100));
}

void
rk_continue_dialog_present (GtkWidget *parent,
                            RkQueue   *queue,
                            GFile     *file)
{
  g_autoptr (GPtrArray) jobs = rk_queue_interrupted (queue, file);
  g_autofree char *body = NULL;
  AdwAlertDialog *dialog;
  Question *question;

  if (jobs->len == 0)
    return;

  body = describe (jobs);
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (ngettext ("Continue the Export?", "Continue the Exports?", jobs->len), body));
  adw_alert_dialog_add_responses (dialog, "later", _("_Not Now"), "delete", _("_Delete the Work"), "continue", _("_Continue"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_response_appearance (dialog, "continue", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "continue");
  adw_alert_dialog_set_close_response (dialog, "later");

  question = g_new (Question, 1);
  question->queue = g_object_ref (queue);
  question->jobs = g_ptr_array_ref (jobs);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, G_CONNECT_DEFAULT);
  adw_dialog_present (ADW_DIALOG (dialog), parent);
}
