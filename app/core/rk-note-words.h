/* What the engine has to say about a file that it makes, in the user's language.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "oasis/media.h"

G_BEGIN_DECLS

/* "Sound", "Subtitles" */
const char *rk_track_kind_words (OasisTrackKind       kind);
/* Without the name of the track that it is about. */
char       *rk_note_words       (const OasisPlanNote *note) G_GNUC_WARN_UNUSED_RESULT;
/* With it: "Sound 2 (ger): Left out: ..." */
char       *rk_note_sentence    (const OasisPlanNote *note) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
