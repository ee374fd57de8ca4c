/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-notices.h"

#include <glib/gi18n.h>

#include "rk-error.h"
#include "rk-export-job.h"
#include "rk-window.h"

/* The window that shows the video, else the one in front; NULL without any. */
static RkWindow *
find_window (GtkApplication *application,
             GFile          *file)
{
  for (GList *window = gtk_application_get_windows (application); window != NULL; window = window->next)
    if (RK_IS_WINDOW (window->data))
      {
        RkClip *clip = rk_session_get_clip (rk_window_get_session (window->data));

        if (clip != NULL && g_file_equal (rk_clip_get_file (clip), file))
          return window->data;
      }

  return RK_WINDOW (gtk_application_get_active_window (application));
}

static void
tell_done (GtkApplication *application,
           RkWindow       *window,
           RkExportJob    *job)
{
  g_autoptr (GNotification) notification = g_notification_new (_("The Video Is Restored"));
  g_autofree char *name = g_file_get_basename (rk_export_job_get_target (job));
  g_autofree char *uri = g_file_get_uri (rk_export_job_get_target (job));
  g_autofree char *text = g_strdup_printf (_("“%s” is ready."), name);
  AdwToast *toast;

  g_notification_set_body (notification, text);
  g_notification_set_default_action_and_target (notification, "app.show-in-folder", "s", uri);
  g_notification_add_button_with_target (notification, _("Show in Folder"), "app.show-in-folder", "s", uri);
  g_application_send_notification (G_APPLICATION (application), uri, notification);

  if (window == NULL)
    return;

  toast = adw_toast_new_format ("%s", text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_button_label (toast, _("Show"));
  adw_toast_set_action_name (toast, "app.show-in-folder");
  adw_toast_set_action_target (toast, "s", uri);
  adw_toast_set_timeout (toast, 0);
  rk_window_add_toast (window, toast);

  if (rk_export_job_get_warnings (job) != NULL)
    rk_window_tell (window, _("Some Things Were Left Out"), rk_export_job_get_warnings (job));
}

static void
over_cb (GtkApplication *application,
         RkJob          *job)
{
  RkWindow *window = find_window (application, rk_job_get_file (job));
  const GError *error = rk_job_get_error (job);

  if (rk_job_get_state (job) == RK_JOB_FAILED && window != NULL)
    rk_window_tell (window, error->message, rk_error_get_detail (error));
  else if (rk_job_get_state (job) == RK_JOB_DONE && RK_IS_EXPORT_JOB (job))
    tell_done (application, window, RK_EXPORT_JOB (job));
}

void
rk_notices_watch (AdwApplication *application,
                  RkQueue        *queue)
{
  g_signal_connect_object (queue, "over", G_CALLBACK (over_cb), application, G_CONNECT_SWAPPED);
}
