/* Planning a file: how large it will be.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "media/formats/track-rules.h"
#include "media/plan/planning.h"

enum {
    HEADER_BYTES = 2000, /* of a container */
    PACKET_BYTES = 14,   /* that it adds to each packet, on the average */
};

static const double LEAST_RATE = 8000; /* bits a second that can be called a picture */

static double sound_bytes(const OasisTrack *track, const char *codec, double seconds,
                          double all_seconds)
{
    const OasisSoundCodec *known;

    if (strcmp(codec, track->codec) == 0) {
        return all_seconds > 0 ? (double)track->bytes * seconds / all_seconds : 0;
    }
    known = oasis_sound_codec_for(track, "mkv", strncmp(codec, "pcm", 3) == 0 ? "pcm" : codec);
    return !known                     ? 0
           : known->bits_a_channel > 0 ? known->bits_a_channel / 8.0 * track->channels * seconds
                                       : 3.0 * track->rate * track->channels * seconds;
}

static double picture_bytes(const OasisPlanning *planning, double frames, double seconds)
{
    const OasisMediaPlan *plan = planning->plan;
    const OasisFrameFormat *format = &planning->target->target.format;
    const double bytes = plan->codec->bits / 8 * format->width * format->height * frames;

    return plan->bit_rate > 0       ? (double)plan->bit_rate / 8 * seconds
           : plan->codec->worst > 0 ? bytes * pow(2, (plan->codec->quality - plan->quality) / 6)
                                    : bytes;
}

/* The bit rate that makes a file so large, given what else is in it. */
static OasisStatus choose_rate(OasisPlanning *planning, double others, double seconds,
                               OasisError *err)
{
    const double room = (double)planning->target->file_bytes - others;

    if (seconds > 0 && room * 8 / seconds >= LEAST_RATE) {
        planning->plan->bit_rate = (int64_t)(room * 8 / seconds);
        return OASIS_OK;
    }
    return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                      "%.2f MB hold no picture of %.0f s beside %.2f MB of sound and order; choose "
                      "%.2f MB at the least",
                      (double)planning->target->file_bytes / 1e6, seconds, others / 1e6,
                      (others + LEAST_RATE / 8 * seconds) / 1e6 + 0.01);
}

/* How long the film will be. */
static double count_seconds(const OasisMediaTarget *target, double all)
{
    double seconds = 0;

    for (size_t i = 0; i <= target->n_further_spans; i++) {
        const OasisSpan span = i > 0 ? target->further_spans[i - 1]
                                     : (OasisSpan){target->start_ns, target->end_ns};
        const double end = span.end_ns > 0 ? (double)span.end_ns / 1e9 : all;

        seconds += fmax(0, fmin(end, all) - (double)span.start_ns / 1e9);
    }
    return seconds;
}

OasisStatus oasis_plan_size(OasisPlanning *planning, OasisError *err)
{
    const OasisMediaTarget *target = planning->target;
    const OasisMediaInfo *info = planning->info;
    OasisMediaPlan *plan = planning->plan;
    const double all = (double)info->duration_ns / 1e9;
    const double seconds = count_seconds(target, all);
    const double rate = target->target.frame_rate.den > 0
                            ? (double)target->target.frame_rate.num /
                                  (double)target->target.frame_rate.den
                            : 25;
    double others = HEADER_BYTES + PACKET_BYTES * rate * seconds;

    for (size_t i = 0; i < plan->n_tracks; i++) {
        const OasisTrack *track = &info->tracks[plan->tracks[i].number];

        if (track->kind == OASIS_TRACK_SOUND && plan->tracks[i].fate != OASIS_TRACK_DROP) {
            others += sound_bytes(track, plan->tracks[i].codec, seconds, all) +
                      PACKET_BYTES * track->rate / 1024 * seconds;
        }
    }
    if (target->file_bytes > 0) {
        OASIS_TRY(choose_rate(planning, others, seconds, err));
    }
    plan->bytes = (int64_t)(picture_bytes(planning, rate * seconds, seconds) + others);
    if (plan->free_bytes >= 0 && plan->bytes > plan->free_bytes) {
        oasis_planning_note(planning, OASIS_NOTE_DISK_SHORT, false)->amount = (double)plan->bytes;
    }
    return OASIS_OK;
}
