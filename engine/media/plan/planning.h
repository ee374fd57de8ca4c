/* What the parts of planning a file share.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/pixfmt.h>

#include "media/formats/muxer.h"
#include "oasis/media.h"

typedef struct OasisPlanning {
    const char *path;
    const OasisMediaTarget *target;
    const OasisMediaInfo *info; /* NULL without tracks */
    const OasisMuxer *muxer;
    OasisMediaPlan *plan;
    size_t room;           /* for notes */
    OasisPlanNote no_room; /* what is written there is not said */
} OasisPlanning;

/* Adds a note about the file or the picture, or about one track of the source; the caller fills in
 * what else its kind says. Borrowed from the plan. */
OasisPlanNote *oasis_planning_note(OasisPlanning *planning, OasisNoteKind kind, bool loss);
OasisPlanNote *oasis_planning_note_of(OasisPlanning *planning, OasisNoteKind kind, bool loss,
                                      const OasisTrack *track);

/* Leaves a track out, which this note says. */
OasisPlanNote *oasis_planning_drop(OasisPlanning *planning, OasisNoteKind kind,
                                   const OasisTrack *track, OasisTrackPlan *plan);

/* How many tracks of a kind there are, or with `up_to` how many before that one. */
size_t oasis_planning_count(const OasisMediaInfo *info, OasisTrackKind kind,
                            const OasisTrack *up_to);

/* What becomes of all tracks but the picture that is restored. */
OasisStatus oasis_plan_tracks(OasisPlanning *planning, OasisError *err) OASIS_MUST_USE;

/* What becomes of one of sound. */
OasisStatus oasis_plan_sound(OasisPlanning *planning, const OasisTrack *track,
                             OasisTrackPlan *plan, OasisError *err) OASIS_MUST_USE;

/* How the picture is encoded. */
OasisStatus oasis_plan_picture(OasisPlanning *planning, OasisError *err) OASIS_MUST_USE;

/* How large the file will be, or which bit rate makes it as large as was asked. */
OasisStatus oasis_plan_size(OasisPlanning *planning, OasisError *err) OASIS_MUST_USE;
