/* Planning a file: what becomes of its sound.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavcodec/avcodec.h>
#include <stdio.h>
#include <string.h>

#include "media/formats/known.h"
#include "media/formats/track-rules.h"
#include "media/plan/planning.h"

/* The word for the n-th track of sound; NULL = none was given. */
static bool find_word(const char *words, size_t n, char *word, size_t size)
{
    const char *end;

    if (!words) {
        return false;
    }
    for (; n > 0 && strchr(words, ','); n--) {
        words = strchr(words, ',') + 1;
    }
    end = strchrnul(words, ',');
    snprintf(word, size, "%.*s", (int)(end - words), words);
    return true;
}

static void note_conversion(OasisPlanning *planning, const OasisTrack *track,
                            const OasisSoundCodec *codec, bool asked)
{
    const bool copyable = oasis_sound_may_be_copied(track, planning->muxer->container);
    const bool ranges = planning->target->n_further_spans > 0;
    const bool loss = !(track->lossless && codec->lossless);
    const OasisNoteKind kind = asked                ? OASIS_NOTE_SOUND_AS_ASKED
                               : !copyable          ? OASIS_NOTE_SOUND_FOR_PLAYERS
                               : track->changes > 0 ? OASIS_NOTE_SOUND_FOR_CHANGES
                               : ranges             ? OASIS_NOTE_SOUND_FOR_RANGES
                                                    : OASIS_NOTE_SOUND_FOR_PAUSES;
    OasisPlanNote *note = oasis_planning_note_of(planning, kind, loss && !asked, track);

    snprintf(note->to, sizeof note->to, "%s", codec->label);
    if (track->changes > 0) {
        note = oasis_planning_note_of(planning, OASIS_NOTE_SOUND_CHANGES, false, track);
        note->before = track->changes;
    }
    if (track->channels > codec->most_channels) {
        note = oasis_planning_note_of(planning, OASIS_NOTE_SOUND_MIXED_DOWN, !asked, track);
        note->before = track->channels;
        note->after = codec->most_channels;
    }
}

static OasisStatus convert(OasisPlanning *planning, const OasisTrack *track, const char *word,
                           OasisTrackPlan *plan, OasisError *err)
{
    const char *container = planning->muxer->container;
    const OasisSoundCodec *codec = oasis_sound_codec_for(track, container, word);

    if (!codec) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "sound cannot become \"%s\"; choose copy, aac, opus, flac, pcm or none",
                          word);
    }
    if (!oasis_sound_codec_fits(codec, container)) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "%s files do not take %s sound; choose %s", container, codec->label,
                          oasis_sound_codec_for(track, container, NULL)->name);
    }
    if (!oasis_known_decoder(avcodec_descriptor_get_by_name(track->codec)
                                 ? avcodec_descriptor_get_by_name(track->codec)->id
                                 : AV_CODEC_ID_NONE)) {
        oasis_planning_drop(planning,
                            *track->codec ? OASIS_NOTE_TRACK_NO_DECODER : OASIS_NOTE_TRACK_UNKNOWN,
                            track, plan);
        return OASIS_OK;
    }
    if (!avcodec_find_encoder_by_name(codec->encoder)) {
        oasis_planning_drop(planning, OASIS_NOTE_TRACK_NO_ENCODER, track, plan);
        return OASIS_OK;
    }
    plan->fate = OASIS_TRACK_CONVERT;
    plan->codec = codec->codec;
    note_conversion(planning, track, codec, word != NULL);
    return OASIS_OK;
}

OasisStatus oasis_plan_sound(OasisPlanning *planning, const OasisTrack *track,
                             OasisTrackPlan *plan, OasisError *err)
{
    const size_t n = oasis_planning_count(planning->info, OASIS_TRACK_SOUND, track);
    const char *container = planning->muxer->container;
    char word[16];

    if (find_word(planning->target->sound, n, word, sizeof word)) {
        if (strcmp(word, "none") == 0) {
            plan->codec = "";
            return OASIS_OK;
        }
        if (strcmp(word, "copy") != 0) {
            return convert(planning, track, word, plan, err);
        }
    } else if (!oasis_sound_may_be_copied(track, container) || track->changes > 0 ||
               (track->holes > 0 && !planning->muxer->timed) ||
               planning->target->n_further_spans > 0) {
        return convert(planning, track, NULL, plan, err);
    }
    plan->fate = OASIS_TRACK_COPY;
    plan->codec = track->codec;
    return OASIS_OK;
}
