/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-dialog.h"

#include "rk-focus.h"

/* On a narrow window a dialog is a sheet, which opens with the first frame and then gives the focus
 * to whatever comes first in it. The widget's turn in that frame comes after the dialog's. */
void
rk_dialog_present (AdwDialog *dialog,
                   GtkWidget *parent)
{
  GtkWidget *focus = adw_dialog_get_focus (dialog);

  adw_dialog_present (dialog, parent);
  rk_focus_soon (focus);
}
