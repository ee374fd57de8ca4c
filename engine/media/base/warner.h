/* Telling the caller what a media file could not carry over.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"

typedef struct OasisWarner {
    void (*warn)(const OasisPlanNote *note, void *data); /* may be NULL */
    void *data;
} OasisWarner;

void oasis_warn(const OasisWarner *warner, OasisPlanNote note);

/* A note of this kind about a track that has no others of its kind beside it, as far as it says. */
OasisPlanNote oasis_note_of(OasisNoteKind kind, const OasisTrack *track);
