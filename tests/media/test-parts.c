/* Several files as one film: every frame of each, whichever way it is gone to; an index of its own;
 * and which files beside one seem to go on with it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <unistd.h>

#include "media-test.h"

static OasisSource *open_joined(const char *const *paths)
{
    const OasisMediaParams params = {.further = paths + 1, .index_folder = media_index_folder};

    return media_open(paths[0], &params);
}

static void check_seeking(const char *const *paths, const uint32_t *sums)
{
    OasisSource *source = open_joined(paths); /* by the index that was kept */

    if (source) {
        CHECK_INT(oasis_media_source_info(source)->parts, paths[2] ? 3 : 2);
        media_check_seeking(source, sums, 40);
        oasis_source_close(&source);
    }
}

/* What is read of the parts one after the other. */
static uint32_t *read_each(const char *const *paths, int64_t *frames)
{
    uint32_t *sums = NULL;

    *frames = 0;
    for (size_t i = 0; paths[i]; i++) {
        OasisSource *source = media_open(paths[i], NULL);
        int64_t count;
        uint32_t *more;

        REQUIRE(source);
        count = oasis_source_info(source)->frames;
        more = media_read_all(source);
        sums = realloc(sums, (size_t)(*frames + count) * sizeof *sums);
        REQUIRE(sums);
        memcpy(sums + *frames, more, (size_t)count * sizeof *more);
        *frames += count;
        free(more);
        oasis_source_close(&source);
    }
    return sums;
}

static void check_joined(const char *const *paths, const uint32_t *expected, int64_t frames)
{
    OasisSource *source = open_joined(paths);
    const OasisSourceInfo *info;
    uint32_t *sums;

    if (!source) {
        return;
    }
    info = oasis_source_info(source);
    if (CHECK_INT(info->frames, frames)) {
        sums = media_read_all(source);
        for (int64_t n = 0; n < frames; n++) {
            if (!CHECK_INT(sums[n], expected[n])) {
                break;
            }
        }
        free(sums);
    }
    for (int64_t n = 1; n < frames; n++) { /* no gap and no overlap at a joint */
        CHECK_INT((oasis_source_pts(source, n) - oasis_source_pts(source, n - 1)) *
                      info->time_base.num * info->frame_rate.num,
                  info->time_base.den * info->frame_rate.den);
    }
    oasis_source_close(&source);
    check_seeking(paths, expected);
}

/* Files with an index each: B-frames, and an edit list. */
static void test_files(void)
{
    const char *const paths[] = {media_fixture("h264.mp4"), media_fixture("h264.mp4"),
                                 media_fixture("h264.mp4"), NULL};
    int64_t frames;
    uint32_t *sums = read_each(paths, &frames);

    check_joined(paths, sums, frames);
    free(sums);
}

/* A stream that another file goes on with, in mid-packet. */
static void test_bytes(void)
{
    const char *const whole[] = {media_fixture("late.ts"), NULL};
    const char *const paths[] = {media_path("a.ts"), media_path("b.ts"), NULL};
    int64_t frames;
    uint32_t *sums = read_each(whole, &frames);
    FILE *from = fopen(whole[0], "rb"), *to = fopen(paths[0], "wb");

    REQUIRE(from && to);
    for (int byte, n = 0; (byte = fgetc(from)) != EOF; n++) {
        if (n == 12345) {
            REQUIRE(fclose(to) == 0);
            to = fopen(paths[1], "wb");
            REQUIRE(to);
        }
        fputc(byte, to);
    }
    fclose(from);
    REQUIRE(fclose(to) == 0);
    check_joined(paths, sums, frames);
    free(sums);
}

static void test_others(void)
{
    const char *const paths[] = {media_fixture("96x64.ts"), media_fixture("64x48.ts"), NULL};
    const char *const none[] = {media_fixture("96x64.ts"), media_path("none.ts"), NULL};
    OasisSource *source = NULL;
    OasisError err;

    CHECK_INT(oasis_media_source_open(paths[0], &(OasisMediaParams){.further = paths + 1}, &source,
                                      &err),
              OASIS_ERR_INPUT);
    CHECK(!source && strstr(err.detail, "does not go on with the film"));
    CHECK_INT(oasis_media_source_open(none[0], &(OasisMediaParams){.further = none + 1}, &source,
                                      &err),
              OASIS_ERR_INPUT);
    CHECK(!source && strstr(err.detail, "does not exist"));
}

/* A file of that many bytes, which take no room. */
static void make(const char *name, int64_t bytes)
{
    int file = open(media_path(name), O_CREAT | O_WRONLY, 0600);

    REQUIRE(file >= 0 && ftruncate(file, bytes) == 0 && close(file) == 0);
}

static void check_further(const char *name, size_t count, const char *first, const char *last)
{
    char **further;

    CHECK_INT(oasis_media_find_further(media_path(name), &further), count);
    REQUIRE(further);
    if (count > 0) {
        CHECK_STR(further[0], media_path(first));
        CHECK_STR(further[count - 1], media_path(last));
    }
    CHECK(!further[count]);
    oasis_media_free_further(&further);
    CHECK(!further);
}

static void test_finding(void)
{
    const int64_t full = (INT64_C(4) << 30) - 12345678;

    for (const char *const *name =
             (const char *const[]){"GH010012.MP4", "GH020012.MP4", "GH030012.MP4", "GH050012.MP4",
                                   "GOPR0345.MP4", "GP010345.MP4", "GP020345.MP4", "gx010001.mp4",
                                   "VTS_01_0.VOB", "VTS_01_1.VOB", "VTS_01_2.VOB", "VTS_02_1.VOB",
                                   "00007.MTS", "00008.MTS", "take9.avi", "take10.avi", NULL};
         *name; name++) {
        make(*name, 1000);
    }
    make("DJI_0001.MP4", full);
    make("DJI_0002.MP4", full);
    make("DJI_0003.MP4", 5000);
    make("DJI_0004.MP4", 5000);
    make("DJI_20240102030405_0001_D.MP4", full);
    make("DJI_20240102030405_0002_D.MP4", 1000);
    check_further("GH010012.MP4", 2, "GH020012.MP4", "GH030012.MP4");
    check_further("GH030012.MP4", 0, NULL, NULL);
    check_further("GOPR0345.MP4", 2, "GP010345.MP4", "GP020345.MP4");
    check_further("gx010001.mp4", 0, NULL, NULL);
    check_further("VTS_01_1.VOB", 1, "VTS_01_2.VOB", "VTS_01_2.VOB");
    check_further("VTS_01_0.VOB", 0, NULL, NULL); /* a menu */
    check_further("VTS_02_1.VOB", 0, NULL, NULL);
    check_further("00007.MTS", 0, NULL, NULL); /* a recording of its own */
    check_further("DJI_0001.MP4", 2, "DJI_0002.MP4", "DJI_0003.MP4");
    check_further("DJI_0003.MP4", 0, NULL, NULL);
    check_further("DJI_20240102030405_0001_D.MP4", 1, "DJI_20240102030405_0002_D.MP4",
                  "DJI_20240102030405_0002_D.MP4");
    check_further("none.mp4", 0, NULL, NULL);
}

int main(void)
{
    media_begin();
    test_files();
    test_bytes();
    test_others();
    test_finding();
    return test_end();
}
