/* Drawing the timeline: what is shown, as plain values, put into a snapshot.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "rk-preview.h"
#include "rk-thumbnailer.h"
#include "rk-timescale.h"

G_BEGIN_DECLS

/* From top to bottom: the ruler, the track of thumbnails, and a bar of what is restored. */
#define RK_TIMELINE_RULER_HEIGHT 24
#define RK_TIMELINE_TRACK_HEIGHT 52
#define RK_TIMELINE_HEIGHT 84

/* Borrowed for the call. */
typedef struct {
  GtkWidget *widget;    /* for its font and colours */
  RkTimescale scale;
  RkThumbnailer *thumbnailer;
  GHashTable *textures; /* RkPicture -> GdkTexture; filled as thumbnails come */
  RkPreview *preview;   /* NULL: nothing is restored */
  gint64 range_first, range_end;
  gint64 position;
} RkTimelineScene;

void        rk_timeline_scene_snapshot       (const RkTimelineScene *self,
                                              GtkSnapshot           *snapshot);
/* About how wide the thumbnails of the track are. */
double      rk_timeline_scene_get_cell_width (const RkTimescale     *scale);
/* A thumbnail, kept in textures; NULL: it is not there yet. Borrowed. */
GdkTexture *rk_timeline_scene_get_thumbnail (RkThumbnailer         *thumbnailer,
                                             GHashTable            *textures,
                                             gint64                 frame);

G_END_DECLS
