/* Restoring a range into the preview store.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-job.h"
#include "rk-preview.h"

G_BEGIN_DECLS

#define RK_TYPE_PREVIEW_JOB (rk_preview_job_get_type ())
G_DECLARE_FINAL_TYPE (RkPreviewJob, rk_preview_job, RK, PREVIEW_JOB, RkJob)

/* Restores every chunk that owns a frame of first <= n < end and is not there yet. */
RkJob *rk_preview_job_new (const char *title,
                           RkPreview  *preview,
                           gint64      first,
                           gint64      end);

G_END_DECLS
