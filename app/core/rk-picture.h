/* One frame ready for the screen.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>

#include "oasis/media.h"

G_BEGIN_DECLS

/* Immutable; any thread may hold a reference. */
typedef struct _RkPicture {
  /*< private >*/
  gatomicrefcount ref_count;

  /*< public >*/
  gint64 frame;     /* frame number in the clip */
  gint64 shows;     /* the frame that is really seen; another one stands in until the exact one follows */
  int width, height;
  gsize stride;     /* bytes a row */
  GBytes *rgba;     /* 8 bits each, opaque; NULL where the frame is not restored yet */
} RkPicture;

#define RK_TYPE_PICTURE (rk_picture_get_type ())
GType      rk_picture_get_type  (void);

/* A picture that shows its own frame. Takes the bytes. */
RkPicture *rk_picture_new       (gint64           frame,
                                 int              width,
                                 int              height,
                                 gsize            stride,
                                 GBytes          *rgba);
/* What a crop (NULL = none) leaves of a frame, scaled and converted, as the picture of that number; NULL on errors (engine_error may be
 * NULL). The converter belongs to the calling thread. */
RkPicture *rk_picture_convert   (OasisScreenConverter *converter,
                                 const OasisFrame     *frame,
                                 const OasisCrop      *crop,
                                 gint64                number,
                                 int                   width,
                                 int                   height,
                                 OasisError           *engine_error);
/* The same picture in another frame's place. */
RkPicture *rk_picture_stand_in  (const RkPicture *self,
                                 gint64           frame);
RkPicture *rk_picture_ref       (RkPicture       *self);
void       rk_picture_unref     (RkPicture       *self);

gboolean   rk_picture_is_exact  (const RkPicture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkPicture, rk_picture_unref)

G_END_DECLS
