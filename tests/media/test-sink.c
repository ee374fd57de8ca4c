/* Media sinks read back: the frames' bytes, times, shape and colour, and what becomes of files that
 * are not finished.
 * SPDX-License-Identifier: Apache-2.0 */
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "media-test.h"

enum { MOST_FRAMES = 12 };

static const OasisFrameFormat plain = {
    .width = 64, .height = 48, .depth = 8, .planes = 3, .chroma_shift_x = 1, .chroma_shift_y = 1,
    .matrix = OASIS_MATRIX_SMPTE170M, .range = OASIS_RANGE_LIMITED, .siting = OASIS_SITING_LEFT,
    .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
};

static OasisMediaTarget target_for(const OasisFrameFormat *format, const char *codec)
{
    return (OasisMediaTarget){
        .target = {.format = *format, .frame_rate = {25, 1}},
        .codec = codec,
        .quality = -1,
    };
}

/* Noise, which no codec but a lossless one keeps. */
static OasisFrame *noise(const OasisFrameFormat *format)
{
    OasisFrame *frame = oasis_frame_new(format);

    REQUIRE(frame);
    for (int p = 0; p < format->planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(format, p); y++) {
            uint8_t *row = frame->data[p] + y * frame->stride[p];

            for (int x = 0; x < oasis_frame_plane_width(format, p); x++) {
                unsigned sample = (unsigned)test_random() & ((1u << format->depth) - 1);

                if (format->depth > 8) {
                    ((uint16_t *)row)[x] = (uint16_t)sample;
                } else {
                    row[x] = (uint8_t)sample;
                }
            }
        }
    }
    return frame;
}

typedef struct Written {
    int64_t frames;
    double times[MOST_FRAMES]; /* seconds after the first */
    uint32_t sums[MOST_FRAMES];
} Written;

/* Writes up to `frames` frames of noise at varying times, from any time on, and finishes. */
static Written write_some(const char *path, const OasisMediaTarget *target, int frames)
{
    Written written = {.frames = test_random_int(1, frames)};
    int64_t first = test_random_int(0, 1000000), pts = first;
    OasisSink *sink = NULL;
    OasisError err;

    if (!CHECK_OK(oasis_media_sink_open(path, target, &sink, &err), &err)) {
        fprintf(stderr, "  %s\n", path);
        return written;
    }
    for (int64_t n = 0; n < written.frames; n++) {
        OasisFrame *frame = noise(&target->target.format);

        frame->pts = pts;
        frame->time_base = (OasisRational){1, 90000};
        frame->duration = test_random_int(900, 9000);
        written.times[n] = (double)(pts - first) / 90000;
        written.sums[n] = media_sum(frame);
        pts += frame->duration;
        CHECK_OK(oasis_sink_write(sink, frame, &err), &err);
        oasis_frame_unref(&frame);
    }
    CHECK(access(path, F_OK) != 0);
    CHECK_OK(oasis_sink_finish(sink, &err), &err);
    oasis_sink_close(&sink);
    CHECK(access(path, F_OK) == 0);
    return written;
}

static Written write_all(const char *path, const OasisMediaTarget *target)
{
    return write_some(path, target, MOST_FRAMES);
}

/* Seconds: half a millisecond for writing a time, and the 1.1 within which nearly
 * even times are read as those of a constant rate. */
static const double matroska_tolerance = 0.0016001;

static void check_read_back(const char *path, const OasisFrameFormat *format,
                            const Written *written, bool lossless, double tolerance)
{
    OasisSource *source = media_open(path, NULL);
    const OasisSourceInfo *info;
    uint32_t *sums;

    if (!source) {
        return;
    }
    info = oasis_source_info(source);
    if (!CHECK(oasis_frame_format_equal(&info->format, format))) {
        fprintf(stderr,
                "  %s: %dx%d depth %d planes %d shifts %d %d matrix %d range %d siting %d "
                "primaries %d transfer %d\n",
                path, info->format.width, info->format.height, info->format.depth,
                info->format.planes, info->format.chroma_shift_x, info->format.chroma_shift_y,
                (int)info->format.matrix, (int)info->format.range, (int)info->format.siting,
                info->format.primaries, info->format.transfer);
    }
    if (format->width >= 16 && format->height >= 16) { /* Matroska rounds it for smaller ones */
        if (!CHECK_INT(info->format.sample_aspect.num, format->sample_aspect.num)) {
            fprintf(stderr, "  %s, %dx%d\n", path, format->width, format->height);
        }
        CHECK_INT(info->format.sample_aspect.den, format->sample_aspect.den);
    }
    CHECK(!oasis_media_info_find(oasis_media_source_info(source), OASIS_TRACK_SOUND));
    sums = media_read_all(source);
    if (CHECK_INT(info->frames, written->frames)) {
        for (int64_t n = 0; n < info->frames; n++) {
            CHECK_NEAR((double)oasis_source_pts(source, n) * (double)info->time_base.num /
                           (double)info->time_base.den,
                       written->times[n], tolerance);
            if (lossless && !CHECK_INT(sums[n], written->sums[n])) {
                fprintf(stderr, "  frame %" PRId64 " of %s, %dx%d\n", n, path, format->width,
                        format->height);
            }
        }
    }
    free(sums);
    oasis_source_close(&source);
}

static void test_ffv1_is_exact(void)
{
    static const struct {
        int depth, planes, x, y;
    } kinds[] = {{8, 3, 1, 1},  {8, 3, 1, 0},  {8, 3, 0, 0}, {10, 3, 1, 1}, {10, 3, 1, 0},
                 {12, 3, 0, 0}, {16, 3, 1, 1}, {8, 1, 0, 0}, {10, 1, 0, 0}, {16, 1, 0, 0}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        OasisFrameFormat format = plain;
        OasisMediaTarget target;
        Written written;
        char name[32];

        format.depth = kinds[i].depth;
        format.planes = kinds[i].planes;
        format.chroma_shift_x = kinds[i].x;
        format.chroma_shift_y = kinds[i].y;
        format.width = (int)test_random_int(1, 700 >> kinds[i].x) << kinds[i].x;
        format.height = (int)test_random_int(1, 400 >> kinds[i].y) << kinds[i].y;
        format.sample_aspect = (OasisRational){16, 15};
        format.range = test_random_int(0, 1) ? OASIS_RANGE_FULL : OASIS_RANGE_LIMITED;
        if (test_random_int(0, 1)) {
            format.matrix = OASIS_MATRIX_BT709;
            format.primaries = format.transfer = 1;
        }
        target = target_for(&format, "ffv1");
        snprintf(name, sizeof name, "exact%zu.mkv", i);
        written = write_all(media_path(name), &target);
        check_read_back(media_path(name), &format, &written, true, matroska_tolerance);
    }
}

/* Slices are cut by size; every size must do. */
static void test_ffv1_sizes(void)
{
    static const int sides[] = {2, 4, 14, 30, 62, 64, 66, 118, 238, 242, 286, 290, 350, 354, 358,
                                362, 638, 642};
    enum { N = sizeof sides / sizeof *sides };

    for (int round = 0; round < 24; round++) {
        OasisFrameFormat format = plain;
        OasisMediaTarget target;
        Written written;

        format.width = sides[round < N ? round : test_random_int(0, N - 1)];
        format.height = sides[test_random_int(0, N - 1)];
        target = target_for(&format, "ffv1");
        target.target.replace = true;
        unlink(media_path("size.mkv"));
        written = write_some(media_path("size.mkv"), &target, 2);
        check_read_back(media_path("size.mkv"), &format, &written, true, matroska_tolerance);
    }
}

static void test_x264_keeps_shape_and_times(void)
{
    static const char *const names[] = {"a.mp4", "a.mkv", "a.mov", "A.MP4"};

    for (int i = 0; i < 8; i++) {
        const char *path = media_path(names[i % 4]);
        OasisFrameFormat format = plain;
        OasisMediaTarget target;
        Written written;

        format.width = 2 * (int)test_random_int(1, 100);
        format.height = 2 * (int)test_random_int(1, 100);
        format.depth = i % 2 ? 10 : 8;
        format.chroma_shift_y = i < 6;
        format.chroma_shift_x = i < 7;
        format.sample_aspect = (OasisRational){8, 9};
        if (i < 4) {
            format.matrix = OASIS_MATRIX_BT709;
            format.primaries = format.transfer = 1;
        }
        target = target_for(&format, i % 3 ? "x264" : NULL);
        target.target.replace = true;
        target.pixels = "source";
        target.target.frame_rate = (OasisRational){30000, 1001};
        target.quality = i % 2 ? 30 : -1;
        unlink(path);
        written = write_all(path, &target);
        check_read_back(path, &format, &written, false,
                        strstr(path, ".mkv") ? matroska_tolerance : 0.000012);
    }
}

/* No file, no part of one. */
static bool is_gone(const char *folder, const char *name)
{
    char part[64];
    const char *dot = strrchr(name, '.');

    snprintf(part, sizeof part, ".%.*s.part%s", (int)(dot ? dot - name : (int)strlen(name)), name,
             dot ? dot : "");
    return access(media_join(folder, name), F_OK) != 0 &&
           access(media_join(folder, part), F_OK) != 0;
}

static void check_refused(const char *name, const OasisMediaTarget *target, OasisStatus status,
                          const char *says)
{
    OasisSink *sink = (OasisSink *)-1;
    OasisError err = {0};

    CHECK_STATUS(oasis_media_sink_open(media_path(name), target, &sink, &err), status, &err);
    CHECK(!sink);
    CHECK_HAS(err.subject, name);
    CHECK_HAS(err.detail, says);
    CHECK(is_gone(media_folder, name));
}

static void test_refusals(void)
{
    OasisFrameFormat odd = plain, thin = plain, wide = plain;
    OasisMediaTarget target = target_for(&plain, "x264");

    check_refused("a.xyz", &target, OASIS_ERR_OUTPUT, ".mkv");
    check_refused("no-ending", &target, OASIS_ERR_OUTPUT, ".mkv");
    check_refused("nowhere/a.mkv", &target, OASIS_ERR_OUTPUT, "folder");
    target.quality = 52;
    check_refused("b.mkv", &target, OASIS_ERR_USAGE, "CRF");
    target.quality = 20;
    target.target.original = media_path("b.mkv.source.mp4");
    target.tracks_from = target.target.original;
    target.index_folder = media_index_folder;
    check_refused("b.mkv", &target, OASIS_ERR_INPUT, "exist");
    target = target_for(&plain, "ffv1");
    check_refused("b.mp4", &target, OASIS_ERR_OUTPUT, "mkv");
    target = target_for(&plain, "h266");
    check_refused("b.mkv", &target, OASIS_ERR_USAGE, "h266");
    odd.width = 63;
    target = target_for(&odd, "x264");
    check_refused("b.mkv", &target, OASIS_ERR_UNSUPPORTED, "even");
    thin.chroma_shift_x = 2;
    thin.chroma_shift_y = 0;
    target = target_for(&thin, "x264");
    check_refused("b.mkv", &target, OASIS_ERR_UNSUPPORTED, "4:2:2");
    wide.width = 20000;
    target = target_for(&wide, "x264");
    check_refused("b.mkv", &target, OASIS_ERR_UNSUPPORTED, "16384");
}

static void test_existing_target(void)
{
    OasisMediaTarget target = target_for(&plain, "ffv1");
    Written written = write_all(media_path("old.mkv"), &target);
    OasisSink *sink = NULL;
    OasisError err;

    CHECK_STATUS(oasis_media_sink_open(media_path("old.mkv"), &target, &sink, &err),
                 OASIS_ERR_EXISTS, &err);
    check_read_back(media_path("old.mkv"), &plain, &written, true, matroska_tolerance);
    target.target.replace = true;
    if (CHECK_OK(oasis_media_sink_open(media_path("old.mkv"), &target, &sink, &err), &err)) {
        CHECK_STATUS(oasis_sink_finish(sink, &err), OASIS_ERR_USAGE, &err); /* no frame */
        oasis_sink_close(&sink);
    }
    check_read_back(media_path("old.mkv"), &plain, &written, true, matroska_tolerance);
    target.target.original = media_path("old.mkv");
    CHECK_STATUS(oasis_media_sink_open(media_path("old.mkv"), &target, &sink, &err),
                 OASIS_ERR_OUTPUT, &err);
    check_read_back(media_path("old.mkv"), &plain, &written, true, matroska_tolerance);
}

/* Opens a sink and writes some frames; NULL where that fails. */
static OasisSink *begin(const char *path, int frames, OasisStatus *status, OasisError *err)
{
    OasisMediaTarget target = target_for(&plain, "ffv1");
    OasisSink *sink = NULL;

    *status = oasis_media_sink_open(path, &target, &sink, err);
    for (int n = 0; n < frames && *status == OASIS_OK; n++) {
        OasisFrame *frame = noise(&plain);

        frame->pts = n;
        frame->time_base = (OasisRational){1, 25};
        *status = oasis_sink_write(sink, frame, err);
        oasis_frame_unref(&frame);
    }
    return sink;
}

static void test_abandoned(void)
{
    OasisStatus status;
    OasisError err;
    OasisSink *sink = begin(media_path("gone.mkv"), 3, &status, &err);

    CHECK_OK(status, &err);
    CHECK(!is_gone(media_folder, "gone.mkv"));
    CHECK(access(media_path("gone.mkv"), F_OK) != 0);
    oasis_sink_close(&sink);
    CHECK(is_gone(media_folder, "gone.mkv"));
}

static void test_killed(void)
{
    OasisMediaTarget target = target_for(&plain, "ffv1");
    pid_t child = fork();
    Written written;
    int how;

    REQUIRE(child >= 0);
    if (child == 0) {
        OasisStatus status;
        OasisError err;

        begin(media_path("killed.mkv"), 5, &status, &err);
        raise(SIGKILL);
    }
    REQUIRE(waitpid(child, &how, 0) == child);
    CHECK(WIFSIGNALED(how));
    CHECK(access(media_path("killed.mkv"), F_OK) != 0);
    CHECK(access(media_path(".killed.part.mkv"), F_OK) == 0);
    written = write_all(media_path("killed.mkv"), &target);
    check_read_back(media_path("killed.mkv"), &plain, &written, true, matroska_tolerance);
    CHECK(access(media_path(".killed.part.mkv"), F_OK) != 0);
}

/* Runs in a process of its own. Whether the failure has the status, names the file and leaves
 * nothing. */
static bool fails_when_full(const char *folder, OasisStatus expected)
{
    OasisStatus status;
    OasisError err = {0};
    OasisSink *sink = begin(media_join(folder, "full.mkv"), 200, &status, &err);
    bool held;

    if (status == OASIS_OK) {
        status = oasis_sink_finish(sink, &err);
    }
    oasis_sink_close(&sink);
    held = CHECK_STATUS(status, expected, &err);
    held &= CHECK_HAS(err.subject, "full.mkv");
    held &= CHECK(is_gone(folder, "full.mkv"));
    return held;
}

static bool write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    bool written = file && fputs(text, file) >= 0;

    return file && fclose(file) == 0 && written;
}

/* Puts a disk of 200 kB at the folder, for this process alone. */
static bool mount_small(const char *folder)
{
    char user[64], group[64];

    snprintf(user, sizeof user, "0 %d 1", (int)geteuid());
    snprintf(group, sizeof group, "0 %d 1", (int)getegid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_text("/proc/self/setgroups", "deny") &&
           write_text("/proc/self/uid_map", user) && write_text("/proc/self/gid_map", group) &&
           mount("none", folder, "tmpfs", 0, "size=200k") == 0;
}

static void test_full_disk(void)
{
    const char *folder = media_path("small");
    int how;
    pid_t child;

    REQUIRE(mkdir(folder, 0700) == 0);
    child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!mount_small(folder)) {
            _exit(TEST_SKIP);
        }
        _exit(fails_when_full(folder, OASIS_ERR_NO_SPACE) ? 0 : 1);
    }
    REQUIRE(waitpid(child, &how, 0) == child);
    if (WIFEXITED(how) && WEXITSTATUS(how) == TEST_SKIP) {
        test_skip("a small disk cannot be made here", "full-disk");
    } else {
        CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    }

    child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){200000, 200000});
        _exit(fails_when_full(media_folder, OASIS_ERR_OUTPUT) ? 0 : 1);
    }
    REQUIRE(waitpid(child, &how, 0) == child);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

int main(void)
{
    media_begin();
    test_killed(); /* before there are threads: those do not survive a fork */
    test_full_disk();
    test_ffv1_is_exact();
    test_ffv1_sizes();
    test_x264_keeps_shape_and_times();
    test_refusals();
    test_existing_target();
    test_abandoned();
    return test_end();
}
