/* The decoded frames of one side of the comparison, by their number in the clip.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"
#include "rk-frame-cursor.h"
#include "rk-frame-history.h"
#include "rk-preview.h"

G_BEGIN_DECLS

/* One thread at a time. */
typedef struct {
  /* Borrowed. */
  RkClip *clip;
  RkPreview *preview;     /* NULL: the clip's own frames */

  RkFrameCursor cursor;
  gint64 cursor_first;    /* the clip's frame that is the cursor's frame 0 */
  gint64 chunk;           /* of the preview, that the cursor reads; -1 = none */
  RkFrameHistory history;
} RkFrameSupply;

void        rk_frame_supply_init       (RkFrameSupply      *self,
                                        RkClip             *clip,
                                        RkPreview          *preview);
void        rk_frame_supply_clear      (RkFrameSupply      *self);

/* Makes sure that the frame can be read. *missing: the preview does not hold it. */
gboolean    rk_frame_supply_open       (RkFrameSupply      *self,
                                        gint64              number,
                                        gboolean           *missing,
                                        GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- frames that have been opened --- */

RkRoute     rk_frame_supply_find_route (RkFrameSupply      *self,
                                        gint64              number);

/* What is to be shown first on a route to the frame; the caller's own, NULL where it cannot be had.
 * *shown is its number. */
OasisFrame *rk_frame_supply_read_first (RkFrameSupply      *self,
                                        gint64              number,
                                        const RkRoute      *route,
                                        const OasisCancel  *cancel,
                                        gint64             *shown);

/* The frame, borrowed until the next call; NULL with error set. cancel is polled between frames. */
OasisFrame *rk_frame_supply_read       (RkFrameSupply      *self,
                                        gint64              number,
                                        const OasisCancel  *cancel,
                                        GError            **error);

/* The same for steps back: decoding goes forwards alone, so the frames before it are read and kept,
 * too, as many as there is room for and as decoding passes anyway. */
OasisFrame *rk_frame_supply_read_back  (RkFrameSupply      *self,
                                        gint64              number,
                                        const OasisCancel  *cancel,
                                        GError            **error);

/* The first frame before this one that a step back will want soon and that is not kept; -1 = none. */
gint64      rk_frame_supply_find_gap   (RkFrameSupply      *self,
                                        gint64              number);

G_END_DECLS
