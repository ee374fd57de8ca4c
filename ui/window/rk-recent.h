/* Videos that were opened lately, from the desktop's own list.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void rk_recent_add       (GFile          *file);
/* Fills the button's drop-down with win.open-uri items, and again whenever the list changes. */
void rk_recent_fill_menu (AdwSplitButton *button);
/* Likewise a row each; the list is hidden while there is none. */
void rk_recent_fill_list (GtkListBox     *list);

G_END_DECLS
