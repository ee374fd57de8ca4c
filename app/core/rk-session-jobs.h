/* The jobs that a session asks for: previews, which end with it, and exports, which do not.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-export-job.h"

G_BEGIN_DECLS

typedef struct _RkSession RkSession;

/* The job on the clip that is running, next or paused, whoever asked for it; NULL without one. */
RkJob  *rk_session_get_job         (RkSession              *self);
/* Restores the frames of rk_session_get_preview_range(). */
void    rk_session_preview         (RkSession              *self);
/* Whether previews that it has asked for are not over yet. */
gboolean rk_session_has_previews   (RkSession              *self);
/* Cancels them. */
void    rk_session_cancel_previews (RkSession              *self);
/* Exports the frames of rk_session_get_export_range() at the recipe's strength. The job is the
 * queue's. */
RkJob  *rk_session_export          (RkSession              *self,
                                    const RkExportSettings *settings);

/* Notifies "job" if that is another one. */
void   _rk_session_update_job      (RkSession              *self);

G_END_DECLS
