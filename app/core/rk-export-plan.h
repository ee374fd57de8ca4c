/* What an export will make of a video, said before the work.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-export-settings.h"
#include "rk-session.h"

G_BEGIN_DECLS

/* A track, or something else to know. Words are translated. */
typedef struct {
  char *title;   /* "Sound (PCM, 2 channels)" */
  char *text;    /* "Converted to AAC" */
  gboolean loss; /* the file will lack something that the video has */
} RkPlanLine;

typedef struct {
  GPtrArray *lines; /* of RkPlanLine, the file's tracks in order, then the rest */
  guint64 bytes;    /* that the file will have, roughly */
  gint64 free_bytes; /* on its disk; -1 if unknown */
} RkExportPlan;

/* Plans what is chosen; quick, and writes nothing. Fails with RK_ENGINE_ERROR for what cannot be
 * made. */
RkExportPlan *rk_export_plan_new       (RkSession               *session,
                                        const RkExportSettings  *settings,
                                        GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
void          rk_export_plan_free      (RkExportPlan            *self);

/* The containers that take a codec, by their endings, the usual one first. */
char        **rk_export_plan_containers (const char             *codec) G_GNUC_WARN_UNUSED_RESULT;
/* The quality of a codec at a level: 0 the highest, 1 its default, then less. -1 where there is none to
 * choose. */
double        rk_export_plan_quality   (const char              *codec,
                                        guint                    level);
/* Whether unfinished work of an export lies beside this file. */
gboolean      rk_export_plan_is_begun  (GFile                   *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkExportPlan, rk_export_plan_free)

G_END_DECLS
