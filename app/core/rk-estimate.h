/* How long an export will take, and how large the file will be.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-session.h"

G_BEGIN_DECLS

/* A translated line. The size comes from bits a pixel that home videos need at each quality; the
 * time from the rate of the last job, for the frames that no preview holds yet. */
char *rk_estimate_describe (RkSession              *session,
                            const RkExportSettings *settings) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
