/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-dialog.h"

static gboolean
grab_focus_cb (GtkWidget     *widget,
               GdkFrameClock *clock,
               gpointer       user_data)
{
  gtk_widget_grab_focus (widget);

  return G_SOURCE_REMOVE;
}

/* On a narrow window a dialog is a sheet, which opens with the first frame and then gives the focus
 * to whatever comes first in it. The widget's callback comes after the dialog's. */
void
rk_dialog_present (AdwDialog *dialog,
                   GtkWidget *parent)
{
  GtkWidget *focus = adw_dialog_get_focus (dialog);

  adw_dialog_present (dialog, parent);
  gtk_widget_add_tick_callback (focus, grab_focus_cb, NULL, NULL);
}
