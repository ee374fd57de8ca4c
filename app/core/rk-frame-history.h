/* Decoded frames that are kept, so that a step back is no more than a conversion.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "oasis/frame.h"

G_BEGIN_DECLS

/* One thread at a time. */
typedef struct {
  GArray *entries;
  int capacity;      /* in frames, by their size; 0 until the first one is there */
} RkFrameHistory;

void        rk_frame_history_init       (RkFrameHistory *self);
void        rk_frame_history_clear      (RkFrameHistory *self);

/* Takes the frame. When there is no room the frame furthest from center goes. */
void        rk_frame_history_add        (RkFrameHistory *self,
                                         gint64          number,
                                         OasisFrame     *frame,
                                         gint64          center);

/* Borrowed until the next add; NULL if the frame is not kept. */
OasisFrame *rk_frame_history_get        (RkFrameHistory *self,
                                         gint64          number);

G_END_DECLS
