/* The sound of exports: in step with the picture, cut with the range, and what is said about the
 * rest. The fixtures' tone tells the time by its pitch; the ffmpeg program plays it back.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "media-test.h"

enum {
    RATE = 48000,
    PACKET = 1152, /* samples, of the longest packets here */
    WINDOW = RATE / 8,
};

static char warnings[1024];

static void collect(const OasisPlanNote *note, void *data)
{
    size_t length = strlen(warnings);
    char text[256];

    snprintf(warnings + length, sizeof warnings - length, "%s\n",
             oasis_plan_note_words(note, text, sizeof text));
}

/* Writes the frames start <= time < end of a file with its sound; end 0 = all. */
static double export(const char *from, const char *to, double start, double end)
{
    OasisSource *source = media_open(from, NULL);
    const OasisSourceInfo *info;
    OasisMediaTarget target;
    OasisSink *sink = NULL;
    int64_t n, last;
    double first;
    OasisError err;

    REQUIRE(source);
    info = oasis_source_info(source);
    n = oasis_source_frame_at(source, (int64_t)(start * 1e9));
    last = end > 0 ? oasis_source_frame_at(source, (int64_t)(end * 1e9)) : info->frames;
    first = (double)oasis_source_pts(source, n) * (double)info->time_base.num /
            (double)info->time_base.den;
    target = (OasisMediaTarget){
        .target = {.format = info->format, .frame_rate = info->frame_rate, .original = from,
                   .replace = true},
        .quality = 35,
        .tracks_from = from,
        .index_folder = media_index_folder,
        .end_ns = (int64_t)(end * 1e9),
        .warn = collect,
    };
    *warnings = '\0';
    if (CHECK_OK(oasis_media_sink_open(to, &target, &sink, &err), &err)) {
        CHECK_OK(oasis_source_seek(source, n, NULL, &err), &err);
        for (; n < last; n++) {
            OasisFrame *frame = NULL;

            CHECK_OK(oasis_source_read(source, &frame, &err), &err);
            REQUIRE(frame);
            CHECK_OK(oasis_sink_write(sink, frame, &err), &err);
            oasis_frame_unref(&frame);
        }
        CHECK_OK(oasis_sink_finish(sink, &err), &err);
    }
    oasis_sink_close(&sink);
    oasis_source_close(&source);
    return first;
}

/* What a player gives: mono samples from time 0 on, silence where there is none. The caller frees
 * them. */
static float *play(const char *path, size_t *count)
{
    char command[2048];
    float *samples = calloc(RATE * 6, sizeof *samples);
    FILE *pipe;

    snprintf(command, sizeof command,
             "ffmpeg -v error -nostdin -copyts -i '%s' -map 0:a:0 -ac 1 -af "
             "aresample=%d:async=1:first_pts=0 -f f32le -",
             path, RATE);
    pipe = popen(command, "r");
    REQUIRE(samples && pipe);
    *count = fread(samples, sizeof *samples, RATE * 6, pipe);
    CHECK_INT(pclose(pipe), 0);
    return samples;
}

static double tone(double time)
{
    return sin(2 * M_PI * (200 * time + 150 * time * time));
}

/* By how many samples what is heard at `at` seconds is late against the tone as it should be. */
static int find_lag(const float *samples, double at, double source_time)
{
    int best_lag = 0;
    double best = -1;

    for (int lag = -2 * PACKET; lag <= 2 * PACKET; lag += 8) {
        double sum = 0;

        for (int i = 0; i < WINDOW; i += 4) {
            sum += samples[(int)(at * RATE) + i] * tone(source_time + (double)(i - lag) / RATE);
        }
        if (sum > best) {
            best = sum;
            best_lag = lag;
        }
    }
    return best_lag;
}

static void check_in_step(const char *from, const char *name, double start, double end)
{
    const char *to = media_path(name);
    double first = export(from, to, start, end), length = (end > 0 ? end : 4) - first;
    size_t count;
    float *samples = play(to, &count);
    const double places[] = {0.1, length / 2, length - 0.25};

    if (CHECK(count > WINDOW)) {
        CHECK_NEAR((double)count / RATE, length, 3.0 * PACKET / RATE);
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            int lag = find_lag(samples, places[i], first + places[i]);

            if (!CHECK(abs(lag) <= PACKET)) {
                fprintf(stderr, "  %d samples late at %.2f s of %s from %s, %.3f to %.3f\n", lag,
                        places[i], name, from, start, end);
            }
        }
    }
    free(samples);
}

static void test_in_step(void)
{
    static const char *const from[] = {"sound.mp4", "sound.avi", "sound.ts", "sound.mkv"};
    static const char *const to[] = {"out.mp4", "out.mkv", "out.mov"};

    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        for (size_t k = 0; k < sizeof to / sizeof *to; k++) {
            double start = 0.2 + 1.5 * test_random_unit();

            if (k == i % 3) {
                check_in_step(media_fixture(from[i]), to[k], 0, 0);
            }
            check_in_step(media_fixture(from[i]), to[k], start,
                          start + 0.8 + test_random_unit());
        }
    }
}

/* The first track of sound, which there must be. */
static const OasisTrack *sound_of(OasisSource *source)
{
    const OasisTrack *sound =
        oasis_media_info_find(oasis_media_source_info(source), OASIS_TRACK_SOUND);

    REQUIRE(sound);
    return sound;
}

static void test_codecs_and_warnings(void)
{
    OasisSource *source;

    export(media_fixture("sound.mkv"), media_path("a.mkv"), 0, 1);
    CHECK_STR(warnings, "");
    source = media_open(media_path("a.mkv"), NULL);
    REQUIRE(source);
    CHECK_STR(sound_of(source)->codec, "opus");
    oasis_source_close(&source);

    export(media_fixture("sound.avi"), media_path("a.mp4"), 0, 1);
    CHECK_HAS(warnings, "pcm_s16le to AAC");
    source = media_open(media_path("a.mp4"), NULL);
    REQUIRE(source);
    CHECK_STR(sound_of(source)->codec, "aac");
    CHECK_INT(sound_of(source)->rate, 48000);
    CHECK_INT(sound_of(source)->channels, 1);
    oasis_source_close(&source);

    export(media_fixture("unknown.avi"), media_path("b.mp4"), 0, 1);
    CHECK_HAS(warnings, "sound left out: ");
    source = media_open(media_path("b.mp4"), NULL);
    REQUIRE(source);
    CHECK_INT(oasis_source_info(source)->frames, 25);
    CHECK(!oasis_media_info_find(oasis_media_source_info(source), OASIS_TRACK_SOUND));
    oasis_source_close(&source);

    export(media_fixture("sound.avi"), media_path("a.mov"), 0, 1);
    CHECK_STR(warnings, "");
    export(media_fixture("h264.mp4"), media_path("silent.mp4"), 0, 1);
    CHECK_STR(warnings, "");
}

/* What ffprobe says about a file: the container's tags, and the sound's. */
static void test_tags(void)
{
    static const char *const names[] = {"t.mp4", "t.mkv", "t.mov"};
    char command[2048], text[4096];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        FILE *pipe;
        size_t size;

        export(media_fixture("sound.mp4"), media_path(names[i]), 0, 1);
        snprintf(command, sizeof command,
                 "ffprobe -v error -show_entries format_tags:stream_tags -of default '%s'",
                 media_path(names[i]));
        pipe = popen(command, "r");
        REQUIRE(pipe);
        size = fread(text, 1, sizeof text - 1, pipe);
        text[size] = '\0';
        pclose(pipe);
        CHECK_HAS(text, "Summer");
        CHECK_HAS(text, "1998-07-12T14:03:00");
        CHECK_HAS(text, "ita");
    }
}

/* A copy of a fixture with some bytes overwritten, behind its first kilobyte. */
static const char *damage(const char *name)
{
    static uint8_t data[1 << 20];
    const char *path = media_path(name);
    FILE *file = fopen(media_fixture(name), "rb");
    size_t size;

    REQUIRE(file);
    size = fread(data, 1, sizeof data, file);
    fclose(file);
    for (int64_t n = test_random_int(1, 60); n > 0; n--) {
        data[test_random_int(1024, (int64_t)size - 1)] = (uint8_t)test_random();
    }
    file = fopen(path, "wb");
    REQUIRE(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    return path;
}

/* Writes all frames that can be read, and finishes. False if the source could not be read. */
static bool export_damaged(const char *from, const char *to, OasisStatus *status, OasisError *err)
{
    OasisSource *source = NULL;
    OasisSink *sink = NULL;
    OasisMediaTarget target = {.quality = 35, .tracks_from = from, .warn = collect};
    OasisFrame *frame;
    bool readable = oasis_media_source_open(from, NULL, &source, err) == OASIS_OK;

    if (readable) {
        target.target = (OasisTargetParams){.format = oasis_source_info(source)->format,
                                            .frame_rate = oasis_source_info(source)->frame_rate,
                                            .replace = true};
        *status = oasis_media_sink_open(to, &target, &sink, err);
        while (*status == OASIS_OK &&
               (readable = oasis_source_read(source, &frame, NULL) == OASIS_OK) && frame) {
            *status = oasis_sink_write(sink, frame, err);
            oasis_frame_unref(&frame);
        }
        if (*status == OASIS_OK && readable) {
            *status = oasis_sink_finish(sink, err);
        }
    }
    oasis_sink_close(&sink);
    oasis_source_close(&source);
    return readable;
}

/* Trouble with sound and other tracks never costs the picture. */
static void test_damaged(void)
{
    static const char *const from[] = {"sound.mp4", "sound.avi", "sound.ts", "sound.mkv"};
    static const char *const to[] = {"d.mp4", "d.mkv", "d.mov"};
    int exported = 0;

    for (int round = 0; round < 24; round++) {
        const char *name = from[round % 4];
        OasisStatus status = OASIS_OK;
        OasisError err;

        *warnings = '\0';
        if (export_damaged(damage(name), media_path(to[test_random_int(0, 2)]), &status, &err)) {
            CHECK_OK(status, &err);
            exported++;
        }
    }
    CHECK(exported > 8);
}

int main(void)
{
    media_begin();
    test_in_step();
    test_codecs_and_warnings();
    test_tags();
    test_damaged();
    return test_end();
}
