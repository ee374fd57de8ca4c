/* What the after side shows: the result, a draft of it, one by earlier settings, or none; and the
 * words for that.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-compare-pictures.h"
#include "rk-session.h"

G_BEGIN_DECLS

/* A zeroed one has nothing. Owned by whoever holds it. */
typedef struct {
  RkDraft *draft;          /* the session's; NULL without one */
  GdkTexture *texture;     /* of it */
  RkPreview *old_preview;  /* by whose settings the pictures are; NULL: by the present ones */
} RkCompareAfter;

/* Takes what the session has. Returns whether anything has changed. */
gboolean    rk_compare_after_update    (RkCompareAfter          *self,
                                        RkSession               *session);
void        rk_compare_after_clear     (RkCompareAfter          *self);

/* --- beside the pictures of a frame --- */

/* What of a draft lies over the after side; NULL: nothing. Borrowed. */
GdkTexture *rk_compare_after_get_draft (const RkCompareAfter    *self,
                                        const RkComparePictures *pictures);
/* What is written over the side; NULL: nothing. */
char       *rk_compare_after_dup_label (const RkCompareAfter    *self,
                                        const RkComparePictures *pictures) G_GNUC_WARN_UNUSED_RESULT;
/* A sentence for who cannot see it. */
const char *rk_compare_after_describe  (const RkCompareAfter    *self,
                                        const RkComparePictures *pictures);

G_END_DECLS
