/* Saying beforehand what will become of a video.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <inttypes.h>
#include <stdio.h>

#include "escape.h"
#include "json.h"
#include "text.h"

static const char *fate_name(OasisTrackFate fate)
{
    return fate == OASIS_TRACK_COPY      ? "copied"
           : fate == OASIS_TRACK_CONVERT ? "converted"
                                         : "left out";
}

static void print_track(const OasisTrack *track, const OasisTrackPlan *plan)
{
    printf("track %d:    %s, %s", track->number, oasis_track_kind_name(track->kind), track->codec);
    if (*track->language) {
        fputs(", ", stdout);
        escape_print(stdout, track->language);
    }
    printf(": %s", fate_name(plan->fate));
    if (plan->fate == OASIS_TRACK_CONVERT) {
        printf(" to %s", plan->codec);
    }
    putchar('\n');
}

void plan_print(const char *output, const OasisMediaPlan *plan, const OasisMediaTarget *target,
                const OasisMediaInfo *info, int64_t frames)
{
    fputs("output:     ", stdout);
    escape_print(stdout, output);
    printf("\npicture:    %" PRId64 " frame%s of %dx%d, %s, %s", frames, frames == 1 ? "" : "s",
           target->target.format.width, target->target.format.height, plan->codec->label,
           plan->pixels);
    if (plan->codec->worst > 0) {
        printf(", quality %g", plan->quality);
    }
    putchar('\n');
    for (size_t i = 0; i < plan->n_tracks; i++) {
        print_track(&info->tracks[plan->tracks[i].number], &plan->tracks[i]);
    }
    for (size_t i = 0; i < plan->n_notes; i++) {
        printf("%s  %s\n", plan->notes[i].loss ? "loss:     " : "note:     ", plan->notes[i].text);
    }
    printf("size:       about %s", text_bytes((uint64_t)plan->bytes).text);
    if (plan->free_bytes >= 0) {
        printf(", %s free", text_bytes((uint64_t)plan->free_bytes).text);
    }
    putchar('\n');
}

void plan_print_json(const char *output, const OasisMediaPlan *plan,
                     const OasisMediaTarget *target, const OasisMediaInfo *info, int64_t frames)
{
    Json json = {0};

    json_open(&json, NULL, '{');
    json_string(&json, "output", output);
    json_string(&json, "container", plan->container);
    json_integer(&json, "frames", frames);
    json_integer(&json, "width", target->target.format.width);
    json_integer(&json, "height", target->target.format.height);
    json_string(&json, "codec", plan->codec->name);
    json_string(&json, "pixels", plan->pixels);
    json_number(&json, "quality", plan->quality);
    json_string(&json, "preset", plan->preset);
    json_open(&json, "tracks", '[');
    for (size_t i = 0; i < plan->n_tracks; i++) {
        const OasisTrack *track = &info->tracks[plan->tracks[i].number];

        json_open(&json, NULL, '{');
        json_integer(&json, "number", track->number);
        json_string(&json, "kind", oasis_track_kind_name(track->kind));
        json_string(&json, "from", track->codec);
        json_string(&json, "language", track->language);
        json_string(&json, "fate", fate_name(plan->tracks[i].fate));
        json_string(&json, "to", plan->tracks[i].codec);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_open(&json, "notes", '[');
    for (size_t i = 0; i < plan->n_notes; i++) {
        json_open(&json, NULL, '{');
        json_bool(&json, "loss", plan->notes[i].loss);
        json_string(&json, "text", plan->notes[i].text);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_integer(&json, "bytes", plan->bytes);
    json_integer(&json, "free_bytes", plan->free_bytes);
    json_close(&json, '}');
}
