/* Giving the focus against the toolkit's habits.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Gives a widget the focus with the next frame: after the toolkit has given it to whatever it takes
 * for right while something opens or closes. */
void rk_focus_soon (GtkWidget *widget);

G_END_DECLS
