/* Any bytes as a video file: it is refused by a sentence, or what it promises comes: its frames,
 * their times, a plan for each container and an export with all its tracks.
 * SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "oasis/media.h"

enum {
    READ_FRAMES = 6,
    EXPORTED_FRAMES = 3,
    LARGEST_EXPORT = 1 << 16, /* pixels: encoders are not what is tested here */
};

/* Of which all is silence, where a small file says that it lasts so long. */
static const int64_t LONGEST_EXPORT_NS = INT64_C(600000000000);

static const char *const containers[] = {"mkv", "mp4", "mov", "webm"};
static const char *const sounds[] = {NULL, "copy", "pcm", "flac", "aac", "opus", "none"};

typedef struct Trial {
    char path[64], target[64];
    uint32_t sum; /* of the input: what is tried is chosen by it */
} Trial;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth) {
        abort();
    }
}

/* One line that can be shown. */
static void require_text(const char *text)
{
    require(text && *text);
    for (; *text; text++) {
        require(!iscntrl((unsigned char)*text));
    }
}

static void require_words(const OasisPlanNote *note)
{
    char text[256];

    require(note->kind >= 0 && note->kind < OASIS_NOTE_KINDS);
    require_text(oasis_plan_note_words(note, text, sizeof text));
}

/* Failures of the file are its own; our memory and our mistakes are not. */
static bool succeeded(OasisStatus status, const OasisError *err)
{
    if (status == OASIS_OK) {
        return true;
    }
    require(status == OASIS_ERR_INPUT || status == OASIS_ERR_UNSUPPORTED ||
            status == OASIS_ERR_NO_MEMORY);
    require_text(err->detail);
    return false;
}

/* Its samples are there, and no larger than they may be. */
static void check_samples(const OasisFrame *frame)
{
    const OasisFrameFormat *format = &frame->format;
    unsigned all = 0;

    for (int p = 0; p < format->planes; p++) {
        const int width = oasis_frame_plane_width(format, p);

        for (int y = 0; y < oasis_frame_plane_height(format, p); y++) {
            const uint8_t *row = frame->data[p] + y * frame->stride[p];

            for (int x = 0; x < width; x++) {
                all |= format->depth > 8 ? ((const uint16_t *)(const void *)row)[x] : row[x];
            }
        }
    }
    require(all >> format->depth == 0);
}

static void check_read(OasisSource *source, int64_t n)
{
    OasisFrame *frame;
    OasisError err;

    if (!succeeded(oasis_source_read(source, &frame, &err), &err)) {
        require(!frame);
        return;
    }
    if (n >= oasis_source_info(source)->frames) {
        require(!frame);
        return;
    }
    require(frame && frame->pts == oasis_source_pts(source, n));
    require(oasis_frame_format_equal(&frame->format, &oasis_source_info(source)->format));
    check_samples(frame);
    oasis_frame_unref(&frame);
}

static void check_seek(OasisSource *source, int64_t n)
{
    OasisError err;

    if (succeeded(oasis_source_seek(source, n, NULL, &err), &err)) {
        check_read(source, n);
        if (n + 1 < oasis_source_info(source)->frames) {
            check_read(source, n + 1);
        }
    }
}

static void check_glance(OasisSource *source, int64_t n)
{
    OasisFrame *frame;
    int64_t number;
    OasisError err;

    if (succeeded(oasis_source_glance(source, n, &number, &frame, &err), &err)) {
        require(number >= 0 && number <= n);
        check_samples(frame);
        oasis_frame_unref(&frame);
    }
}

static void check_frames(OasisSource *source, uint32_t sum)
{
    const OasisSourceInfo *info = oasis_source_info(source);

    require(oasis_frame_format_check(&info->format, "", NULL) == OASIS_OK);
    require(info->frames >= 1 && info->frame_rate.num > 0 && info->frame_rate.den > 0);
    require(info->time_base.num > 0 && info->time_base.den > 0 && info->last_duration >= 0);
    require(oasis_source_pts(source, 0) == 0);
    for (int64_t n = 1; n < info->frames; n++) {
        require(oasis_source_pts(source, n) > oasis_source_pts(source, n - 1));
        require(oasis_source_keyframe(source, n) <= n);
    }
    for (int64_t n = 0; n < READ_FRAMES; n++) {
        check_read(source, n);
        if (n >= info->frames) {
            break;
        }
    }
    check_seek(source, info->frames - 1);
    check_seek(source, (int64_t)(sum % (uint64_t)info->frames));
    check_glance(source, (int64_t)(sum / 7 % (uint64_t)info->frames));
    check_seek(source, 0);
}

static void check_info(const OasisMediaInfo *info)
{
    int main_tracks = 0;

    require(info->duration_ns >= 0 && info->longest_ns >= 0 && info->longest_at_ns >= 0);
    require(info->bytes > 0 && info->clock_jumps >= 0 && info->chapters >= 0);
    require_text(info->container);
    for (size_t i = 0; i < info->n_tracks; i++) {
        const OasisTrack *track = &info->tracks[i];

        main_tracks += track->is_main;
        require(track->codec && track->language && track->title);
        require(track->changes >= 0 && track->holes >= 0 && track->bytes >= 0);
        require_text(oasis_track_kind_name(track->kind));
    }
    require(main_tracks == 1);
    for (size_t i = 0; i < info->n_tags; i++) {
        require(info->tags[i].name && info->tags[i].value);
    }
}

static void check_plan(const char *container, const OasisMediaTarget *target,
                       const OasisMediaInfo *info)
{
    OasisMediaPlan *plan;
    OasisError err;
    char path[16];

    snprintf(path, sizeof path, "a.%s", container);
    if (oasis_media_plan_new(path, target, info, &plan, &err) != OASIS_OK) {
        require(!plan && err.status != OASIS_ERR_INTERNAL); /* what was asked for may not fit */
        require_text(err.detail);
        return;
    }
    require(plan->n_tracks == info->n_tracks - 1 && plan->bytes >= 0);
    for (size_t i = 0; i < plan->n_notes; i++) {
        require_words(&plan->notes[i]);
    }
    oasis_media_plan_free(&plan);
}

static OasisMediaTarget choose_target(const Trial *trial, const OasisSourceInfo *info)
{
    return (OasisMediaTarget){
        .target = {.format = info->format, .frame_rate = info->frame_rate, .replace = true},
        .codec = "ffv1",
        .pixels = "source",
        .quality = -1,
        .tracks_from = trial->path,
        .sound = sounds[trial->sum / 16 % (sizeof sounds / sizeof *sounds)],
    };
}

static void check_plans(const Trial *trial, const OasisSourceInfo *info,
                        const OasisMediaInfo *media)
{
    OasisMediaTarget target = choose_target(trial, info);

    target.codec = target.pixels = NULL;
    for (size_t c = 0; c < sizeof containers / sizeof *containers; c++) {
        check_plan(containers[c], &target, media);
        target.sound = NULL;
        target.start_ns = media->duration_ns / 3;
        target.end_ns = media->duration_ns / 2;
    }
}

static void warn(const OasisPlanNote *note, void *data)
{
    require_words(note);
}

/* Writes a few frames from a place on, with the tracks beside them. */
static void check_export(const Trial *trial, OasisSource *source)
{
    const OasisSourceInfo *info = oasis_source_info(source);
    const int64_t first = trial->sum % 3 == 0 ? info->frames / 2 : 0;
    OasisMediaTarget target = choose_target(trial, info);
    OasisFrame *frame = NULL;
    OasisSink *sink;
    OasisError err;
    OasisStatus status;

    target.warn = warn;
    if (trial->sum % 5 == 0) {
        target.end_ns = oasis_media_source_info(source)->duration_ns / 2 + 1;
    }
    if (oasis_source_seek(source, first, NULL, NULL) != OASIS_OK) {
        return;
    }
    status = oasis_media_sink_open(trial->target, &target, &sink, &err);
    for (int n = 0; n < EXPORTED_FRAMES && status == OASIS_OK; n++) {
        if (oasis_source_read(source, &frame, NULL) != OASIS_OK || !frame) {
            break;
        }
        status = oasis_sink_write(sink, frame, &err);
        oasis_frame_unref(&frame);
    }
    if (status == OASIS_OK) {
        status = oasis_sink_finish(sink, &err);
    }
    if (status != OASIS_OK) {
        require(status != OASIS_ERR_INTERNAL);
        require_text(err.detail);
    }
    oasis_sink_close(&sink);
    unlink(trial->target);
}

static void check_source(const Trial *trial, OasisSource *source)
{
    const OasisSourceInfo *info = oasis_source_info(source);

    check_frames(source, trial->sum);
    check_info(oasis_media_source_info(source));
    check_plans(trial, info, oasis_media_source_info(source));
    if ((int64_t)info->format.width * info->format.height <= LARGEST_EXPORT &&
        oasis_media_source_info(source)->duration_ns <= LONGEST_EXPORT_NS) {
        check_export(trial, source);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    setenv("TZ", "UTC", 1);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int fd = memfd_create("input", MFD_CLOEXEC);
    Trial trial = {.sum = 2166136261u};
    OasisSource *source;
    OasisError err;

    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    for (size_t i = 0; i < size; i++) {
        trial.sum = (trial.sum ^ data[i]) * 16777619u;
    }
    snprintf(trial.path, sizeof trial.path, "/proc/self/fd/%d", fd);
    snprintf(trial.target, sizeof trial.target, "/tmp/fuzz-media-%d.mkv", (int)getpid());
    if (succeeded(oasis_media_source_open(trial.path, NULL, &source, &err), &err)) {
        check_source(&trial, source);
    } else {
        require(!source && strcmp(err.subject, trial.path) == 0);
    }
    oasis_source_close(&source);
    close(fd);
    return 0;
}
