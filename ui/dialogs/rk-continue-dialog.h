/* Asks whether interrupted exports are to go on.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-queue.h"

G_BEGIN_DECLS

/* About the interrupted exports of a video, or about all if it is NULL; does nothing without any. */
void rk_continue_dialog_present (GtkWidget *parent,
                                 RkQueue   *queue,
                                 GFile     *file);

G_END_DECLS
