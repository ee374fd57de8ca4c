/* What people choose for an export, besides the recipe and the range that the session has.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-preview.h"

G_BEGIN_DECLS

/* What it points to is borrowed, but for a copy's. */
typedef struct {
  GFile *target;      /* its ending says the container */
  const char *codec;  /* a name of oasis_video_codecs() */
  double quality;     /* on the codec's scale; < 0 = default */
  const char *sound;  /* as OasisMediaTarget has it; NULL = copied where that is well */
  gboolean whole;     /* all of the clip, whatever range is chosen */
  gboolean replace;   /* people have agreed to replace the target */
} RkExportSettings;

void        rk_export_settings_copy     (const RkExportSettings *self,
                                         RkExportSettings       *copy);
/* What a copy holds. */
void        rk_export_settings_clear    (RkExportSettings       *self);

/* As members of a JSON object, and a copy from those; FALSE where they make no sense. */
void        rk_export_settings_describe (const RkExportSettings *self,
                                         JsonObject             *description);
gboolean    rk_export_settings_restore  (JsonObject             *description,
                                         RkExportSettings       *copy);

/* What the engine is to write of frames first <= n < end of a preview's clip, borrowed from all
 * three. */
typedef struct {
  OasisMediaTarget target;
  char index_folder[4096];
} RkExportTarget;
void        rk_export_settings_aim      (const RkExportSettings *self,
                                         RkPreview              *preview,
                                         gint64                  first,
                                         gint64                  end,
                                         RkExportTarget         *target);

G_END_DECLS
