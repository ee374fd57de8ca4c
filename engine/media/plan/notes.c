/* Planning a file: what there is to say.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "media/base/warner.h"
#include "media/plan/planning.h"

OasisPlanNote *oasis_planning_note(OasisPlanning *planning, OasisNoteKind kind, bool loss)
{
    OasisMediaPlan *plan = planning->plan;
    OasisPlanNote *note =
        plan->n_notes < planning->room ? &plan->notes[plan->n_notes++] : &planning->no_room;

    *note = (OasisPlanNote){.kind = kind, .loss = loss, .track = -1};
    snprintf(note->container, sizeof note->container, "%s", planning->muxer->container);
    return note;
}

size_t oasis_planning_count(const OasisMediaInfo *info, OasisTrackKind kind,
                            const OasisTrack *up_to)
{
    size_t n = 0;

    for (size_t i = 0; i < info->n_tracks && &info->tracks[i] != up_to; i++) {
        n += info->tracks[i].kind == kind;
    }
    return n;
}

OasisPlanNote *oasis_planning_note_of(OasisPlanning *planning, OasisNoteKind kind, bool loss,
                                      const OasisTrack *track)
{
    OasisPlanNote *note = oasis_planning_note(planning, kind, loss);
    OasisPlanNote of_track = oasis_note_of(kind, track);

    of_track.loss = loss;
    memcpy(of_track.container, note->container, sizeof of_track.container);
    if (oasis_planning_count(planning->info, track->kind, NULL) > 1) {
        of_track.nth = (int)oasis_planning_count(planning->info, track->kind, track) + 1;
    }
    *note = of_track;
    return note;
}

OasisPlanNote *oasis_planning_drop(OasisPlanning *planning, OasisNoteKind kind,
                                   const OasisTrack *track, OasisTrackPlan *plan)
{
    plan->fate = OASIS_TRACK_DROP;
    plan->codec = "";
    return oasis_planning_note_of(planning, kind, true, track);
}
