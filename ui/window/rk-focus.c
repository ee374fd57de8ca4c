/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-focus.h"

static gboolean
grab_focus_cb (GtkWidget     *widget,
               GdkFrameClock *clock,
               gpointer       user_data)
{
  gtk_widget_grab_focus (widget);

  return G_SOURCE_REMOVE;
}

void
rk_focus_soon (GtkWidget *widget)
{
  gtk_widget_add_tick_callback (widget, grab_focus_cb, NULL, NULL);
}
