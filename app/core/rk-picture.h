/* One frame ready for the screen.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Immutable; any thread may hold a reference. */
typedef struct _RkPicture {
  /*< private >*/
  gatomicrefcount ref_count;

  /*< public >*/
  gint64 frame;     /* frame number in the clip */
  int width, height;
  gsize stride;     /* bytes a row */
  GBytes *rgba;     /* 8 bits each, opaque; NULL where the frame is not restored yet */
  gboolean nearest; /* a stand-in, a keyframe or a frame wished for before; the exact frame follows */
} RkPicture;

#define RK_TYPE_PICTURE (rk_picture_get_type ())
GType      rk_picture_get_type (void);

/* Takes the bytes. */
RkPicture *rk_picture_new      (gint64     frame,
                                int        width,
                                int        height,
                                gsize      stride,
                                GBytes    *rgba,
                                gboolean   nearest);
RkPicture *rk_picture_ref      (RkPicture *self);
void       rk_picture_unref    (RkPicture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkPicture, rk_picture_unref)

G_END_DECLS
