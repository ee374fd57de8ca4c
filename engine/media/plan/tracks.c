/* Planning a file: what becomes of the tracks beside the picture.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "media/formats/track-rules.h"
#include "media/plan/planning.h"

static void plan_subtitles(OasisPlanning *planning, const OasisTrack *track, OasisTrackPlan *plan)
{
    const char *codec = oasis_subtitles_codec_for(track, planning->muxer->container);
    const bool styled = strcmp(track->codec, "ass") == 0;
    OasisPlanNote *note;

    if (!codec) {
        oasis_planning_drop(planning,
                            track->text || !*track->codec ? OASIS_NOTE_TRACK_NOT_HELD
                                                          : OASIS_NOTE_TRACK_OF_PICTURES,
                            track, plan);
        return;
    }
    plan->codec = codec;
    plan->fate = strcmp(codec, track->codec) == 0 ? OASIS_TRACK_COPY : OASIS_TRACK_CONVERT;
    if (plan->fate == OASIS_TRACK_CONVERT) {
        note = oasis_planning_note_of(
            planning, styled ? OASIS_NOTE_TEXT_WITHOUT_PLACES : OASIS_NOTE_TEXT_CONVERTED, styled,
            track);
        snprintf(note->to, sizeof note->to, "%s", codec);
    }
}

static bool is(const OasisPlanning *planning, const char *container)
{
    return strcmp(planning->muxer->container, container) == 0;
}

/* Whether the container has a place for tracks of this kind. */
static bool holds(const OasisPlanning *planning, OasisTrackKind kind)
{
    switch (kind) {
    case OASIS_TRACK_COVER:
        return is(planning, "mkv") || is(planning, "mp4");
    case OASIS_TRACK_ATTACHMENT:
        return is(planning, "mkv");
    default: /* timecodes are written anew, for the range */
        return !is(planning, "webm");
    }
}

/* The chapters' names stand in a track of their own in some files. */
static bool is_of_chapters(const OasisPlanning *planning, const OasisTrack *track)
{
    return planning->info->chapters > 0 && strcmp(track->codec, "text") == 0;
}

static void plan_other(OasisPlanning *planning, const OasisTrack *track, OasisTrackPlan *plan)
{
    plan->fate = OASIS_TRACK_COPY;
    plan->codec = track->codec;
    if (track->kind == OASIS_TRACK_VIDEO) {
        OasisPlanNote *note =
            oasis_planning_drop(planning, OASIS_NOTE_TRACK_SECOND_PICTURE, track, plan);

        note->before = track->width;
        note->after = track->height;
    } else if (track->kind == OASIS_TRACK_DATA) {
        if (!is_of_chapters(planning, track)) {
            oasis_planning_drop(planning, OASIS_NOTE_TRACK_NO_SENSE, track, plan);
        }
    } else if (!holds(planning, track->kind)) {
        oasis_planning_drop(planning, OASIS_NOTE_TRACK_NOT_HELD, track, plan);
    }
}

/* FFmpeg learns of tracks by looking at a file's beginning, and holds all of that in memory. */
static void drop_late(OasisPlanning *planning, const OasisTrack *track, OasisTrackPlan *plan)
{
    oasis_planning_drop(planning, OASIS_NOTE_TRACK_LATE, track, plan)->amount =
        (double)track->late_byte;
}

/* Pictures hold a picture each. */
static void plan_images(OasisPlanning *planning)
{
    const OasisMediaInfo *info = planning->info;
    const OasisRational rate = planning->target->target.frame_rate;
    OasisMediaPlan *plan = planning->plan;

    for (size_t i = 0; i < info->n_tracks; i++) {
        if (!info->tracks[i].is_main) {
            plan->tracks[plan->n_tracks].number = info->tracks[i].number;
            oasis_planning_drop(planning, OASIS_NOTE_TRACK_BESIDE_IMAGES, &info->tracks[i],
                                &plan->tracks[plan->n_tracks++]);
        }
    }
    if (info->n_tags > 0 || info->chapters > 0) {
        oasis_planning_note(planning, OASIS_NOTE_TAGS_LEFT_OUT, true);
    }
    oasis_planning_note(planning,
                        info->variable_rate ? OASIS_NOTE_TIMES_LEFT_OUT
                                            : OASIS_NOTE_IMAGES_A_SECOND,
                        info->variable_rate)
        ->amount = rate.den > 0 ? (double)rate.num / (double)rate.den : 0;
}

OasisStatus oasis_plan_tracks(OasisPlanning *planning, OasisError *err)
{
    const OasisMediaInfo *info = planning->info;
    OasisMediaPlan *plan = planning->plan;

    if (planning->muxer->images) {
        plan_images(planning);
        return OASIS_OK;
    }
    for (size_t i = 0; i < info->n_tracks; i++) {
        const OasisTrack *track = &info->tracks[i];
        OasisTrackPlan *planned = &plan->tracks[plan->n_tracks];

        if (track->is_main) {
            continue;
        }
        planned->number = track->number;
        if (track->late_byte > 0) {
            drop_late(planning, track, planned);
        } else if (track->kind == OASIS_TRACK_SOUND) {
            OASIS_TRY(oasis_plan_sound(planning, track, planned, err));
        } else if (track->kind == OASIS_TRACK_SUBTITLES) {
            plan_subtitles(planning, track, planned);
        } else {
            plan_other(planning, track, planned);
        }
        plan->n_tracks++;
    }
    return OASIS_OK;
}
