/* The job on a session's clip: what, how far, how long still, what comes next, and ways to halt it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-session.h"

G_BEGIN_DECLS

#define RK_TYPE_JOB_BAR (rk_job_bar_get_type ())
G_DECLARE_FINAL_TYPE (RkJobBar, rk_job_bar, RK, JOB_BAR, AdwBin)

/* In place of the one before, if any. */
void rk_job_bar_set_session (RkJobBar  *self,
                             RkSession *session);

G_END_DECLS
