/* What people are told when a job is over.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-queue.h"

G_BEGIN_DECLS

/* Tells of a queue's jobs in the application's windows, and of exports in the desktop, too. */
void rk_notices_watch (AdwApplication *application,
                       RkQueue        *queue);

G_END_DECLS
