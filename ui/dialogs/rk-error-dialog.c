/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-error-dialog.h"

#include <glib/gi18n.h>

static void
response_cb (AdwAlertDialog *dialog,
             const char     *response)
{
  g_autofree char *text = NULL;

  if (!g_str_equal (response, "copy"))
    return;

  text = g_strdup_printf ("%s\n%s", adw_alert_dialog_get_heading (dialog), adw_alert_dialog_get_body (dialog));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (dialog)), text);
}

void
rk_error_dialog_present (GtkWidget  *parent,
                         const char *heading,
                         const char *body)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, body));

  adw_alert_dialog_add_responses (dialog, "copy", _("_Copy"), "close", _("C_lose"), NULL);
  adw_alert_dialog_set_default_response (dialog, "close");
  adw_alert_dialog_set_close_response (dialog, "close");
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), NULL);
  adw_dialog_present (ADW_DIALOG (dialog), parent);
}
