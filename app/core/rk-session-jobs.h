/* The jobs of a session: previews and exports, in the order in which they were asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-export-job.h"

G_BEGIN_DECLS

typedef struct _RkSession RkSession;

/* The job that is running or next, NULL without one. */
RkJob  *rk_session_get_job       (RkSession              *self);
/* Restores the frames of rk_session_get_preview_range(). */
void    rk_session_preview       (RkSession              *self);
/* Exports the frames of rk_session_get_export_range() at the recipe's strength. */
RkJob  *rk_session_export        (RkSession              *self,
                                  const RkExportSettings *settings);
/* Frames a second that the last job reached; 0 = no job has run with this recipe. */
double  rk_session_get_last_rate (RkSession              *self);
/* Cancels this session's jobs. */
void    rk_session_cancel        (RkSession              *self);

G_END_DECLS
