/* What people are told of a job.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-queue.h"

G_BEGIN_DECLS

/* How far it is, or what it waits for. */
char *rk_job_words_describe (RkQueue *queue,
                             RkJob   *job) G_GNUC_WARN_UNUSED_RESULT;
/* What comes after it of the jobs on the same file; NULL if nothing does. */
char *rk_job_words_next     (RkQueue *queue,
                             RkJob   *job) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
