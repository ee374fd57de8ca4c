/* A job in a list: what, of which video, how far, and what can be done with it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-queue.h"

G_BEGIN_DECLS

/* Signal "moved": people have given it another place, where another row stands for it. */
#define RK_TYPE_JOB_ROW (rk_job_row_get_type ())
G_DECLARE_FINAL_TYPE (RkJobRow, rk_job_row, RK, JOB_ROW, GtkListBoxRow)

GtkWidget *rk_job_row_new     (RkQueue  *queue,
                               RkJob    *job);
RkJob     *rk_job_row_get_job (RkJobRow *self);
/* To the row's menu, from which it is moved. */
void       rk_job_row_focus   (RkJobRow *self);

G_END_DECLS
