/* Showing a dialog.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Presents a dialog that has a focus widget, which gets the focus on a narrow window, too. */
void rk_dialog_present (AdwDialog *dialog,
                        GtkWidget *parent);

G_END_DECLS
