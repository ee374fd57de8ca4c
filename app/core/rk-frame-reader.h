/* Frames for the screen, decoded and converted on a thread of their own; the newest wish wins.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"
#include "rk-picture.h"
#include "rk-preview.h"

G_BEGIN_DECLS

/* Reads one side of the comparison: the clip itself, or what its preview holds. Main thread. Signal
 * "ready": pictures have arrived since the last emission. */
#define RK_TYPE_FRAME_READER (rk_frame_reader_get_type ())
G_DECLARE_FINAL_TYPE (RkFrameReader, rk_frame_reader, RK, FRAME_READER, GObject)

/* preview NULL: the clip's own frames. */
RkFrameReader *rk_frame_reader_new       (RkClip        *clip,
                                          RkPreview     *preview);

/* Wants frames frame … frame + ahead, converted to width × height pixels, restored ones with a share of the clip's grain. Where the exact frame takes
 * long, one on the way to it stands in first. What an earlier wish is still being decoded for is
 * dropped if that takes long, too; else it stands in for this one at first. */
void           rk_frame_reader_request   (RkFrameReader *self,
                                          gint64         frame,
                                          int            ahead,
                                          int            width,
                                          int            height,
                                          double         grain);

/* The picture of a frame at the size wished for, or NULL when it is not there yet. Its rgba is NULL
 * where the preview does not hold the frame. */
RkPicture     *rk_frame_reader_dup       (RkFrameReader *self,
                                          gint64         frame);

/* What could not be read since the last emission; NULL if all could. Borrowed until the next one. */
const GError  *rk_frame_reader_get_error (RkFrameReader *self);

G_END_DECLS
