/* The two pictures of one frame, as textures: what a comparison shows.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gdk/gdk.h>

#include "rk-playhead.h"

G_BEGIN_DECLS

/* A zeroed one is empty. Owned by whoever holds it. */
typedef struct {
  RkPicture *before_picture, *after_picture;
  GdkTexture *before, *after; /* NULL where the picture has no bytes */
} RkComparePictures;

/* Takes what the playhead has for its position; both sides change in one go, so they cannot drift
 * apart, and stay while either is still missing. Returns whether anything has changed. */
gboolean    rk_compare_pictures_update   (RkComparePictures       *self,
                                          RkPlayhead              *playhead);
void        rk_compare_pictures_clear    (RkComparePictures       *self);
/* A sentence for who cannot see it. */
const char *rk_compare_pictures_describe (const RkComparePictures *self);

G_END_DECLS
