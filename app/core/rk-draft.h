/* One frame restored roughly and at once, to be looked at while its chunk is computed.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-job.h"
#include "rk-picture.h"
#include "rk-preview.h"

G_BEGIN_DECLS

/* A part of a picture, as shares of its width and height from its top left corner. */
typedef struct {
  double left, top, right, bottom;
} RkPart;

/* A job that makes a picture of one frame by itself, with the fast model where that is installed. It
 * knows no neighbours in time, so it is not the preview's frame, and is kept nowhere. Main thread. */
#define RK_TYPE_DRAFT (rk_draft_get_type ())
G_DECLARE_FINAL_TYPE (RkDraft, rk_draft, RK, DRAFT, RkJob)

/* part: what has to be in it. width: of the whole picture on the screen, in pixels. */
RkDraft      *rk_draft_new         (RkPreview    *preview,
                                    gint64        frame,
                                    const RkPart *part,
                                    int           width);

RkPreview    *rk_draft_get_preview (RkDraft      *self);
gint64        rk_draft_get_frame   (RkDraft      *self);

/* --- once it is done --- */

/* What it shows of the frame; somewhat more than was asked for. */
const RkPart *rk_draft_get_part    (RkDraft      *self);
RkPicture    *rk_draft_get_picture (RkDraft      *self);

G_END_DECLS
