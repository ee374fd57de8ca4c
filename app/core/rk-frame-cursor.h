/* Reading single frames of a source by number, as cheaply as its keyframes allow.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "oasis/source.h"

G_BEGIN_DECLS

/* One thread at a time. A zeroed one is empty. */
typedef struct {
  OasisSource *source; /* owned */
  gint64 next;         /* the frame that read gives next; -1 = none is known */
} RkFrameCursor;

void     rk_frame_cursor_set       (RkFrameCursor  *self,
                                    OasisSource    *source);
void     rk_frame_cursor_clear     (RkFrameCursor  *self);

/* Where decoding has to start for a frame: at the cursor if that is on the way, else at a keyframe. */
gint64   rk_frame_cursor_get_start (RkFrameCursor  *self,
                                    gint64          n);

/* Reads frame n. keep_going (may be NULL) is asked between frames; when it says no, the result is
 * G_IO_ERROR_CANCELLED. */
gboolean rk_frame_cursor_read      (RkFrameCursor  *self,
                                    gint64          n,
                                    gboolean      (*keep_going) (gpointer data),
                                    gpointer        data,
                                    OasisFrame    **frame,
                                    GError        **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
