/* Restoring a range into a file.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-job.h"
#include "rk-preview.h"

G_BEGIN_DECLS

#define RK_TYPE_EXPORT_JOB (rk_export_job_get_type ())
G_DECLARE_FINAL_TYPE (RkExportJob, rk_export_job, RK, EXPORT_JOB, RkJob)

/* What people choose for an export, besides the recipe and the range that the session has. */
typedef struct {
  GFile *target;      /* borrowed for the call */
  const char *codec;  /* "x264" or "ffv1" */
  double crf;         /* on the codec's scale; < 0 = default */
  gboolean whole;     /* all of the clip, whatever range is chosen */
  gboolean replace;   /* people have agreed to replace the target */
  gboolean audio;     /* carry the sound over */
} RkExportSettings;

/* Frames first <= n < end at a strength of 0..1: takes from the preview what is there and computes the
 * rest. */
RkJob       *rk_export_job_new          (const char             *title,
                                         RkPreview              *preview,
                                         const RkExportSettings *settings,
                                         gint64                  first,
                                         gint64                  end,
                                         double                  strength);
GFile       *rk_export_job_get_target   (RkExportJob            *self);
/* What could not be carried over, one sentence each; NULL when nothing. Once the job is over. */
const char  *rk_export_job_get_warnings (RkExportJob            *self);

G_END_DECLS
