/* Drawing both sides of a comparison: what is shown, as plain values, put into a snapshot.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "rk-viewport.h"

G_BEGIN_DECLS

typedef enum {
  RK_COMPARE_SPLIT,
  RK_COMPARE_SIDE_BY_SIDE,
  RK_COMPARE_BEFORE,
  RK_COMPARE_AFTER,
} RkCompareMode;

/* Borrowed for the call. */
typedef struct {
  GtkWidget *widget;  /* for its font */
  RkCompareMode mode;
  const RkViewport *viewport;
  double width, height;
  double split_x;     /* where the before side ends, in split mode */
  GdkTexture *before; /* may be NULL */
  GdkTexture *after;  /* NULL: not there yet */
  const char *after_label; /* what is written over it; NULL = nothing */
  GdkTexture *draft;  /* lies over a part of the after side; may be NULL */
  graphene_rect_t draft_part; /* 0..1 of the picture */
  double strength;    /* 0..1, how much of the result lies over the source */
} RkCompareScene;

void rk_compare_scene_snapshot (const RkCompareScene *self,
                                GtkSnapshot          *snapshot);

G_END_DECLS
