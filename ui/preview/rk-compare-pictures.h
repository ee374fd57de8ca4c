/* The two pictures of one frame, as textures: what a comparison shows.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gdk/gdk.h>

#include "rk-playhead.h"

G_BEGIN_DECLS

/* A zeroed one is empty. Owned by whoever holds it. */
typedef struct {
  RkPicture *before_picture, *after_picture; /* NULL where there is none to show */
  GdkTexture *before, *after;
  gboolean unrestored;        /* the frame is known to have no after side yet */
} RkComparePictures;

/* Takes what the playhead has for its position, as rk_compare_pictures_take() does. */
gboolean    rk_compare_pictures_update   (RkComparePictures       *self,
                                          RkPlayhead              *playhead);

/* Takes the two pictures of a frame, both borrowed, NULL where they are not there yet. The sides
 * change in one go, so they cannot drift apart, and stay while either is missing. Where another frame
 * stands in before, nothing of the exact one is shown after: the stand-in is alone until both sides
 * are exact, so that what moves past under a dragged playhead moves on both. Returns whether anything
 * has changed. */
gboolean    rk_compare_pictures_take     (RkComparePictures       *self,
                                          RkPicture               *before,
                                          RkPicture               *after);
void        rk_compare_pictures_clear    (RkComparePictures       *self);

G_END_DECLS
