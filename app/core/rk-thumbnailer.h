/* Small pictures along a clip.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"
#include "rk-picture.h"

G_BEGIN_DECLS

/* Main thread. Signal "ready": thumbnails have arrived since the last emission. */
#define RK_TYPE_THUMBNAILER (rk_thumbnailer_get_type ())
G_DECLARE_FINAL_TYPE (RkThumbnailer, rk_thumbnailer, RK, THUMBNAILER, GObject)

RkThumbnailer *rk_thumbnailer_new     (RkClip        *clip);

/* Wants thumbnails of these frames, the first ones first, of a height in pixels; what an earlier wish has
 * not got yet is dropped. */
void           rk_thumbnailer_request (RkThumbnailer *self,
                                       const gint64  *frames,
                                       guint          n_frames,
                                       int            height);
/* A frame's thumbnail (or, where keyframes are rare, that of one before it); NULL = not there yet. */
RkPicture     *rk_thumbnailer_dup     (RkThumbnailer *self,
                                       gint64         frame);

G_END_DECLS
