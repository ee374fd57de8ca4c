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

/* Wants `count` thumbnails of the given height in pixels at even distances over the whole clip; an
 * earlier wish is dropped, pictures of the same height are kept where they fit. */
void           rk_thumbnailer_request (RkThumbnailer *self,
                                       int            count,
                                       int            height);
/* Thumbnail i of the last wish (or of a keyframe before its place, where keyframes are rare), NULL = not there yet. */
RkPicture     *rk_thumbnailer_dup     (RkThumbnailer *self,
                                       int            i);

G_END_DECLS
