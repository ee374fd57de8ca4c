/* Telling the caller what a media file could not carry over.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/warner.h"

#include <ctype.h>
#include <stdio.h>

void oasis_warn(const OasisWarner *warner, OasisPlanNote note)
{
    if (warner->warn) {
        warner->warn(&note, warner->data);
    }
}

OasisPlanNote oasis_note_of(OasisNoteKind kind, const OasisTrack *track)
{
    OasisPlanNote note = {.kind = kind, .track = track->number, .track_kind = track->kind};

    for (size_t i = 0; i + 1 < sizeof note.language && isalpha((unsigned char)track->language[i]);
         i++) {
        note.language[i] = track->language[i]; /* files hold any bytes */
    }
    snprintf(note.codec, sizeof note.codec, "%s", track->codec);
    return note;
}
