/* Restoring a range into a file.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-export-settings.h"
#include "rk-job.h"

G_BEGIN_DECLS

#define RK_TYPE_EXPORT_JOB (rk_export_job_get_type ())
G_DECLARE_FINAL_TYPE (RkExportJob, rk_export_job, RK, EXPORT_JOB, RkJob)

/* One or more ranges, ascending and apart, one behind the other, at a strength of 0..1: takes from the
 * preview what is there and computes the rest. */
RkJob       *rk_export_job_new          (RkPreview              *preview,
                                         const RkExportSettings *settings,
                                         const OasisFrameRange  *ranges,
                                         gsize                   n_ranges,
                                         double                  strength,
                                         double                  grain);
/* The job that such a description (rk_job_describe) is of, stopped; NULL where it makes no sense. It
 * opens clip and preview itself once it runs. */
RkJob       *rk_export_job_restore      (JsonNode               *description,
                                         RkCatalogue            *catalogue,
                                         RkPreviewStore         *store);

/* What lies there of an export with other settings (the job's error is OASIS_ERR_DIFFERS) is dropped by
 * the next run. Main thread, while it does not run. */
void         rk_export_job_start_over   (RkExportJob            *self);

GFile       *rk_export_job_get_target   (RkExportJob            *self);
/* What could not be carried over, one sentence each; NULL when nothing. Once the job is over. */
const char  *rk_export_job_get_warnings (RkExportJob            *self);

G_END_DECLS
