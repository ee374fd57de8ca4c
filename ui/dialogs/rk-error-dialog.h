/* Something that went wrong, with a way to copy it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void rk_error_dialog_present (GtkWidget  *parent,
                              const char *heading,
                              const char *body);

G_END_DECLS
