/* Restoring a range into a file.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-export-settings.h"
#include "rk-job.h"

G_BEGIN_DECLS

#define RK_TYPE_EXPORT_JOB (rk_export_job_get_type ())
G_DECLARE_FINAL_TYPE (RkExportJob, rk_export_job, RK, EXPORT_JOB, RkJob)

/* Frames first <= n < end at a strength of 0..1: takes from the preview what is there and computes the
 * rest. */
RkJob       *rk_export_job_new          (RkPreview              *preview,
                                         const RkExportSettings *settings,
                                         gint64                  first,
                                         gint64                  end,
                                         double                  strength);
/* The job that such a description (rk_job_describe) is of, stopped; NULL where it makes no sense. It
 * opens clip and preview itself once it runs. */
RkJob       *rk_export_job_restore      (JsonNode               *description,
                                         RkCatalogue            *catalogue,
                                         RkPreviewStore         *store);

GFile       *rk_export_job_get_target   (RkExportJob            *self);
/* What could not be carried over, one sentence each; NULL when nothing. Once the job is over. */
const char  *rk_export_job_get_warnings (RkExportJob            *self);

G_END_DECLS
