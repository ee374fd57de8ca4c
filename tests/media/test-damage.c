/* Media sources of files that are damaged, cut short or put together: the frames that are promised
 * come, all of one format, and the same after a seek. What is no video is refused by a sentence.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/resource.h>

#include "media-test.h"

/* A copy of the first part of a fixture, of `bytes` or of that fraction if it is below 1. */
static const char *copy_part(const char *name, const char *copy, double part)
{
    FILE *from = fopen(media_fixture(name), "rb"), *to = fopen(media_path(copy), "wb");
    size_t size, kept;
    char *data;

    REQUIRE(from && to);
    REQUIRE(fseek(from, 0, SEEK_END) == 0);
    size = (size_t)ftell(from);
    rewind(from);
    data = malloc(size);
    REQUIRE(data && fread(data, 1, size, from) == size);
    kept = part <= 1 ? (size_t)((double)size * part) : (size_t)part;
    REQUIRE(fwrite(data, 1, kept, to) == kept && fclose(to) == 0);
    fclose(from);
    free(data);
    return media_path(copy);
}

/* Writes noise over a stretch of a file, both given as fractions of its size. */
static void scratch(const char *path, double from, double length)
{
    uint8_t noise[4096];
    struct stat info;
    int fd = open(path, O_WRONLY);
    size_t bytes;

    REQUIRE(fd >= 0 && fstat(fd, &info) == 0);
    bytes = (size_t)((double)info.st_size * length);
    bytes = bytes < sizeof noise ? bytes : sizeof noise;
    test_random_bytes(noise, bytes);
    REQUIRE(pwrite(fd, noise, bytes, (off_t)((double)info.st_size * from)) == (ssize_t)bytes);
    close(fd);
}

/* Opens a file: it must have `least` to `most` frames and give them, after seeks too. What is seen
 * of a broken frame may be anything, so frames are only compared where all are `whole`. */
static void check_readable(const char *path, int64_t least, int64_t most, bool whole)
{
    OasisSource *source = media_open(path, NULL);
    int64_t frames;
    uint32_t *sums;

    if (!source) {
        return;
    }
    frames = oasis_source_info(source)->frames;
    if (!CHECK(frames >= least && frames <= most)) {
        fprintf(stderr, "  %" PRId64 " frames in %s\n", frames, path);
    }
    for (int64_t n = 1; n < frames; n++) {
        CHECK(oasis_source_pts(source, n) > oasis_source_pts(source, n - 1));
    }
    sums = media_read_all(source);
    media_check_seeking(source, whole ? sums : NULL, 10);
    free(sums);
    oasis_source_close(&source);
}

static void test_two_sizes_and_clocks(void)
{
    OasisSource *source = media_open(media_fixture("joined.ts"), NULL);
    const OasisSourceInfo *info;
    double seconds;

    if (!source) {
        return;
    }
    info = oasis_source_info(source);
    CHECK_INT(info->frames, 39); /* FFmpeg's decoder loses one where the size changes */
    CHECK_INT(info->format.width, 96);
    seconds = (double)oasis_source_pts(source, info->frames - 1) *
              (double)info->time_base.num / (double)info->time_base.den;
    CHECK_NEAR(seconds, 38 / 25.0, 0.1);
    oasis_source_close(&source);
    check_readable(media_fixture("joined.ts"), 39, 39, true);
}

static void test_broken_packets(void)
{
    check_readable(media_fixture("broken.ts"), 30, 40, false);
    for (int round = 0; round < 6; round++) {
        static const char *const names[] = {"mjpeg.avi", "open.mkv", "vp8.webm", "whole.mkv",
                                            "ntsc.dv", "h264.mp4"};
        const char *path = copy_part(names[round], names[round], 1);

        /* Not the beginning, which says what the file is, nor an index at its end. */
        scratch(path, 0.3 + 0.3 * test_random_unit(), 0.03);
        check_readable(path, 1, 40, false);
    }
}

static void test_cut_short(void)
{
    static const char *const names[] = {"mjpeg.avi", "open.mkv", "vp8.webm", "fields.mpg",
                                        "pal.avi", "late.ts"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check_readable(copy_part(names[i], names[i], 0.5 + 0.4 * test_random_unit()), 1, 40,
                       false);
    }
}

static void check_refused_as(const char *path, OasisStatus status, const char *says)
{
    OasisSource *source = (OasisSource *)-1;
    OasisError err = {0};

    CHECK_STATUS(oasis_media_source_open(path, NULL, &source, &err), status, &err);
    CHECK(!source);
    CHECK_INT(err.status, status);
    CHECK_STR(err.subject, path);
    CHECK_HAS(err.detail, says);
    CHECK(!strchr(err.detail, '\n'));
}

static void check_refused(const char *path, const char *says)
{
    check_refused_as(path, OASIS_ERR_INPUT, says);
}

static const char *write_file(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(media_path(name), "wb");

    REQUIRE(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    return media_path(name);
}

/* Flips a bit at a place given as a fraction of the size. */
static void flip(const char *path, double at)
{
    int fd = open(path, O_RDWR);
    struct stat info;
    uint8_t byte;
    off_t place;

    REQUIRE(fd >= 0 && fstat(fd, &info) == 0);
    place = (off_t)((double)info.st_size * at);
    REQUIRE(pread(fd, &byte, 1, place) == 1);
    byte ^= (uint8_t)(1 << test_random_int(0, 7));
    REQUIRE(pwrite(fd, &byte, 1, place) == 1);
    close(fd);
}

/* Reads until that fails; all frames before must be as they were written. False if it does not. */
static bool ends_at_damage(OasisSource *source, const uint32_t *sums)
{
    const int64_t frames = oasis_source_info(source)->frames;
    OasisError err;

    for (int64_t n = 0; n < frames; n++) {
        OasisFrame *frame = NULL;
        OasisStatus status = oasis_source_read(source, &frame, &err);

        if (status != OASIS_OK) {
            CHECK_STATUS(status, OASIS_ERR_INPUT, &err);
            CHECK_HAS(err.detail, "cannot be read at 0:0");
            return true;
        }
        CHECK_INT(media_sum(frame), sums[n]);
        oasis_frame_unref(&frame);
    }
    return false;
}

/* A lossless file with checksums is never silently wrong. */
static void test_checksums(void)
{
    enum { FRAMES = 40 }; /* all about as long */
    OasisSource *whole = media_open(media_fixture("checked.mkv"), NULL);
    uint32_t *sums;

    REQUIRE(whole && oasis_source_info(whole)->frames == FRAMES);
    sums = media_read_all(whole);
    for (int i = 0; i < 10; i++) {
        const char *path = copy_part("checked.mkv", "flipped.mkv", 1);
        const double frame = (double)test_random_int(1, FRAMES - 2);
        OasisSource *source = NULL;
        OasisStatus status;
        OasisError err;

        flip(path, (frame + 0.3 + 0.4 * test_random_int(0, 1000) / 1000) / FRAMES);
        status = oasis_media_source_open(path, NULL, &source, &err);
        if (status == OASIS_OK) {
            CHECK(ends_at_damage(source, sums));
        } else { /* it lies where the index takes its samples */
            CHECK_STATUS(status, OASIS_ERR_INPUT, &err);
        }
        oasis_source_close(&source);
    }
    free(sums);
    oasis_source_close(&whole);
}

static void test_no_video(void)
{
    const char *text = "Dear diary, today we went to the sea.\n";
    uint8_t noise[50000];

    test_random_bytes(noise, sizeof noise);
    noise[0] = 0; /* not by chance the mark of some format */
    check_refused(media_path("missing.mp4"), "does not exist");
    check_refused(media_join(write_file("file", "x", 1), "inside.mp4"), "does not exist");
    check_refused(media_folder, "is a folder");
    check_refused("/dev/null", "not an ordinary file");
    check_refused(write_file("empty.mp4", "", 0), "is empty");
    check_refused(write_file("text.mp4", text, strlen(text)), "not a video");
    check_refused(write_file("text.txt", text, strlen(text)), "not a video");
    check_refused(write_file("noise.avi", noise, sizeof noise), "");
    check_refused(media_fixture("sound.wav"), "sound but no video");
    check_refused(media_fixture("zero.mkv"), "");
    check_refused(copy_part("h264.mp4", "half.mp4", 0.5), "damaged");
    check_refused(copy_part("whole.mkv", "head.mkv", 300), "");
    if (geteuid() != 0) { /* who is root may read everything */
        const char *path = copy_part("h264.mp4", "locked.mp4", 1);

        REQUIRE(chmod(path, 0) == 0);
        check_refused(path, "permissions");
    }
}

/* Few bytes that tell of very much, or of other files, take neither memory nor time. */
static void test_hostile(void)
{
    const char *list = "ffconcat version 1.0\nfile h264.mp4\n";
    const char *playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nh264.mp4\n";
    const char *huge = "YUV4MPEG2 W16000 H16000 F25:1 C420jpeg\nFRAME\n";
    struct rusage usage;

    check_refused(write_file("list.mp4", list, strlen(list)), "no home video");
    check_refused(write_file("list.m3u8", playlist, strlen(playlist)), "no home video");
    check_refused_as(write_file("huge.y4m", huge, strlen(huge)), OASIS_ERR_UNSUPPORTED,
                     "16000×16000");
    check_refused(media_fixture("endless.mov"), "more than it can hold");
    check_refused(media_fixture("tracks.mov"), "more than 1000 tracks");
    check_refused(media_fixture("slow.avi"), "more than 70 years");
    REQUIRE(getrusage(RUSAGE_SELF, &usage) == 0);
    CHECK(usage.ru_maxrss < 1 << 20); /* kB, of all tests here */
}

/* A name that FFmpeg could take for a protocol or an option. */
static void test_odd_names(void)
{
    static const char *const names[] = {"concat:a|b.mp4", "-i.mp4", "50%d of it.mp4", "weiß?.mp4"};
    char folder[512];

    REQUIRE(getcwd(folder, sizeof folder));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check_readable(copy_part("one.mp4", names[i], 1), 1, 1, true);
    }
    REQUIRE(chdir(media_folder) == 0);
    check_readable(names[0], 1, 1, true);
    REQUIRE(chdir(folder) == 0);
}

static void test_cancel(void)
{
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisSource *source;
    OasisError err;

    REQUIRE(cancel);
    oasis_cancel_trigger(cancel);
    CHECK_STATUS(oasis_media_source_open(media_fixture("varying.mkv"),
                                         &(OasisMediaParams){.cancel = cancel}, &source, &err),
                 OASIS_ERR_CANCELLED, &err);
    CHECK(!source);
    oasis_cancel_free(&cancel);
}

static void test_deinterlacing_overruled(void)
{
    OasisMediaParams off = {.deinterlace = OASIS_DEINTERLACE_OFF};
    OasisMediaParams on = {.deinterlace = OASIS_DEINTERLACE_ON};
    OasisSource *plain = media_open(media_fixture("fields.mpg"), &off);
    OasisSource *forced = media_open(media_fixture("h264.mp4"), &on);
    uint32_t *sums;

    if (plain && forced) {
        CHECK(oasis_media_source_info(plain)->interlaced);
        CHECK(!oasis_media_source_info(plain)->deinterlaced);
        CHECK(!oasis_media_source_info(forced)->interlaced);
        CHECK(oasis_media_source_info(forced)->deinterlaced);
        sums = media_read_all(forced);
        media_check_seeking(forced, sums, 10);
        free(sums);
    }
    oasis_source_close(&plain);
    oasis_source_close(&forced);
}

int main(void)
{
    media_begin();
    test_two_sizes_and_clocks();
    test_broken_packets();
    test_cut_short();
    test_checksums();
    test_no_video();
    test_hostile();
    test_odd_names();
    test_cancel();
    test_deinterlacing_overruled();
    return test_end();
}
