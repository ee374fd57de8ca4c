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

static void print_picture(FILE *to, const Plan *plan)
{
    const OasisMediaPlan *media = plan->media;

    fprintf(to, "%" PRId64 " frame%s of %dx%d%s, %s, %s", plan->frames,
            plan->frames == 1 ? "" : "s", plan->target->target.format.width,
            plan->target->target.format.height, text_crop(&plan->crop).text,
            media->codec->label, media->pixels);
    if (media->bit_rate > 0) {
        fprintf(to, ", %.0f kbit/s", (double)media->bit_rate / 1000);
    } else if (media->codec->worst > 0) {
        fprintf(to, ", quality %g", media->quality);
    }
}

static void print_time(const Plan *plan)
{
    if (plan->cost.seconds < 0) {
        printf("time:       not known on %s before it has been measured\n", plan->device->name);
    } else {
        printf("time:       about %s on %s (%s)\n", text_duration(plan->cost.seconds).text,
               plan->device->name, oasis_dtype_name(plan->device->dtype));
    }
}

static void print_memory(const Plan *plan)
{
    const uint64_t there = plan->device->memory_bytes;

    printf("memory:     about %s", text_bytes(plan->cost.memory_bytes).text);
    if (there > 0) {
        printf(", %s there", text_bytes(there).text);
    }
    putchar('\n');
}

void plan_print(const Plan *plan)
{
    const OasisMediaPlan *media = plan->media;
    char text[256];

    fputs("output:     ", stdout);
    escape_print(stdout, plan->output);
    printf("\nkind:       %s", oasis_kind_defaults(plan->kind)->label);
    if (*plan->kind_reasons) {
        printf(": %s", plan->kind_reasons);
    }
    fputs("\npicture:    ", stdout);
    print_picture(stdout, plan);
    putchar('\n');
    for (size_t i = 0; i < media->n_tracks; i++) {
        print_track(&plan->info->tracks[media->tracks[i].number], &media->tracks[i]);
    }
    for (size_t i = 0; i < media->n_notes; i++) {
        printf("%s  %s\n", media->notes[i].loss ? "loss:     " : "note:     ",
               oasis_plan_note_words(&media->notes[i], text, sizeof text));
    }
    printf("size:       about %s", text_bytes((uint64_t)media->bytes).text);
    if (media->free_bytes >= 0) {
        printf(", %s free", text_bytes((uint64_t)media->free_bytes).text);
    }
    putchar('\n');
    print_time(plan);
    print_memory(plan);
}

void plan_print_head(const Plan *plan)
{
    escape_print(stderr, plan->output);
    fputs(": ", stderr);
    print_picture(stderr, plan);
    fprintf(stderr, ", about %s", text_bytes((uint64_t)plan->media->bytes).text);
    if (plan->kind != OASIS_KIND_OTHER) {
        fprintf(stderr, ", as suits %s", oasis_kind_defaults(plan->kind)->label);
    }
    if (plan->cost.seconds >= 0) {
        fprintf(stderr, ", in about %s", text_duration(plan->cost.seconds).text);
    }
    fprintf(stderr, ", with %s of memory on %s\n", text_bytes(plan->cost.memory_bytes).text,
            plan->device->name);
}

void plan_print_json(const Plan *plan)
{
    const OasisMediaPlan *media = plan->media;
    char text[256];
    Json json = {0};

    json_open(&json, NULL, '{');
    json_string(&json, "output", plan->output);
    json_string(&json, "container", media->container);
    json_string(&json, "kind", oasis_kind_defaults(plan->kind)->name);
    json_integer(&json, "frames", plan->frames);
    json_integer(&json, "width", plan->target->target.format.width);
    json_integer(&json, "height", plan->target->target.format.height);
    json_open(&json, "crop", '{');
    json_integer(&json, "left", plan->crop.left);
    json_integer(&json, "top", plan->crop.top);
    json_integer(&json, "right", plan->crop.right);
    json_integer(&json, "bottom", plan->crop.bottom);
    json_close(&json, '}');
    json_string(&json, "codec", media->codec->name);
    json_string(&json, "pixels", media->pixels);
    json_number(&json, "quality", media->quality);
    json_integer(&json, "bit_rate", media->bit_rate);
    json_string(&json, "preset", media->preset);
    json_open(&json, "tracks", '[');
    for (size_t i = 0; i < media->n_tracks; i++) {
        const OasisTrack *track = &plan->info->tracks[media->tracks[i].number];

        json_open(&json, NULL, '{');
        json_integer(&json, "number", track->number);
        json_string(&json, "kind", oasis_track_kind_name(track->kind));
        json_string(&json, "from", track->codec);
        json_string(&json, "language", track->language);
        json_string(&json, "fate", fate_name(media->tracks[i].fate));
        json_string(&json, "to", media->tracks[i].codec);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_open(&json, "notes", '[');
    for (size_t i = 0; i < media->n_notes; i++) {
        json_open(&json, NULL, '{');
        json_bool(&json, "loss", media->notes[i].loss);
        json_string(&json, "text",
                    oasis_plan_note_words(&media->notes[i], text, sizeof text));
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_integer(&json, "bytes", media->bytes);
    json_integer(&json, "free_bytes", media->free_bytes);
    json_string(&json, "device", plan->device->name);
    json_number(&json, "seconds", plan->cost.seconds);
    json_integer(&json, "memory_bytes", (int64_t)plan->cost.memory_bytes);
    json_close(&json, '}');
}
