/* The jobs of all windows.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-queue.h"

G_BEGIN_DECLS

#define RK_TYPE_QUEUE_DIALOG (rk_queue_dialog_get_type ())
G_DECLARE_FINAL_TYPE (RkQueueDialog, rk_queue_dialog, RK, QUEUE_DIALOG, AdwDialog)

RkQueueDialog *rk_queue_dialog_new (RkQueue *queue);

G_END_DECLS
