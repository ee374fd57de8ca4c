/* How long work will take, and how large the file will be.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-export-plan.h"

G_BEGIN_DECLS

/* Seconds that it takes to restore what no preview holds of frames first <= n < end; 0 if all is
 * there, -1 while it is not known how fast this machine is. */
double rk_estimate_seconds  (RkSession              *session,
                             gint64                  first,
                             gint64                  end);

/* A translated line about an export. plan may be NULL: its size is not known. */
char  *rk_estimate_describe (RkSession              *session,
                             const RkExportSettings *settings,
                             const RkExportPlan     *plan) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
