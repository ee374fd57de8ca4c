/* Reading single frames of a source by number, as cheaply as its keyframes allow.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/source.h"
#include "rk-pace.h"

G_BEGIN_DECLS

/* One thread at a time. */
typedef struct {
  OasisSource *source; /* owned */
  gint64 next;         /* the frame that read gives next; -1 = none is known */
  gint64 reached;      /* the least frame at which decoding goes on; -1 = none is known */
  RkPace pace;         /* of all sources so far */
} RkFrameCursor;
#define RK_FRAME_CURSOR_INIT { .next = -1, .reached = -1, .pace = RK_PACE_INIT }

void     rk_frame_cursor_set        (RkFrameCursor  *self,
                                     OasisSource    *source);
void     rk_frame_cursor_clear      (RkFrameCursor  *self);

/* Where decoding has to start for a frame: at the cursor if that is on the way, else at a keyframe. */
gint64   rk_frame_cursor_get_start  (RkFrameCursor  *self,
                                     gint64          n);

RkRoute  rk_frame_cursor_find_route (RkFrameCursor  *self,
                                     gint64          n);

/* The keyframe of frame n alone, where find_route says so: owned by the caller, NULL where there is
 * none. It is there sooner than by reading, but the cursor's place is lost. */
OasisFrame *rk_frame_cursor_glance  (RkFrameCursor  *self,
                                     gint64          n,
                                     gint64         *number);

/* Reads frame n. cancel (may be NULL) is polled between frames; the error is then
 * G_IO_ERROR_CANCELLED, and the next frame is decoded on from here where that is the way. */
gboolean rk_frame_cursor_read       (RkFrameCursor      *self,
                                     gint64              n,
                                     const OasisCancel  *cancel,
                                     OasisFrame        **frame,
                                     GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
