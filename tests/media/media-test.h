/* What the tests of engine/media share: fixtures, a cache of their own, and sums of frames.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <ftw.h>
#include <sys/stat.h>

#include "oasis/media.h"
#include "test.h"

static char media_folder[256]; /* of this run: kept indexes, and what the test writes */
static char media_index_folder[272];

static inline int media_remove(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    return remove(path);
}

static inline void media_clean(void)
{
    nftw(media_folder, media_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* Begins like test_begin, with no index kept. */
static inline void media_begin(void)
{
    const char *parent = getenv("TMPDIR");

    test_begin();
    snprintf(media_folder, sizeof media_folder, "%s/oasis-media-XXXXXX",
             parent && *parent ? parent : "/tmp");
    REQUIRE(mkdtemp(media_folder));
    snprintf(media_index_folder, sizeof media_index_folder, "%s/index", media_folder);
    atexit(media_clean);
}

/* A path in a folder, in memory that is used again eight calls later. */
static inline const char *media_join(const char *folder, const char *name)
{
    static char paths[8][1024];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

/* A file that make-fixtures.py made, and one that the test writes. */
static inline const char *media_fixture(const char *name)
{
    const char *folder = getenv("MEDIA_FIXTURES");

    REQUIRE(folder);
    return media_join(folder, name);
}

static inline const char *media_path(const char *name)
{
    return media_join(media_folder, name);
}

/* FFmpeg's sum of the planes' bytes, row after row. */
static inline uint32_t media_sum(const OasisFrame *frame)
{
    uint32_t a = 0, b = 0;

    for (int p = 0; p < frame->format.planes; p++) {
        int bytes = oasis_frame_plane_width(&frame->format, p) *
                    oasis_frame_sample_bytes(&frame->format);

        for (int y = 0; y < oasis_frame_plane_height(&frame->format, p); y++) {
            const uint8_t *row = frame->data[p] + y * frame->stride[p];

            for (int x = 0; x < bytes; x++) {
                a = (a + row[x]) % 65521;
                b = (b + a) % 65521;
            }
        }
    }
    return b << 16 | a;
}

/* Opens a file, which must succeed; without params its index is kept. */
static inline OasisSource *media_open(const char *path, const OasisMediaParams *params)
{
    const OasisMediaParams kept = {.index_folder = media_index_folder};
    OasisSource *source = NULL;
    OasisError err;

    CHECK_OK(oasis_media_source_open(path, params ? params : &kept, &source, &err), &err);
    return source;
}

/* Reads the next frame and gives its sum, or 0. */
static inline uint32_t media_read_sum(OasisSource *source, int64_t pts)
{
    OasisFrame *frame = NULL;
    OasisError err;
    uint32_t sum = 0;

    if (CHECK_OK(oasis_source_read(source, &frame, &err), &err) && CHECK(frame)) {
        sum = media_sum(frame);
        CHECK_INT(frame->pts, pts);
        CHECK(frame->duration > 0);
        CHECK(oasis_frame_format_equal(&frame->format, &oasis_source_info(source)->format));
        oasis_frame_unref(&frame);
    }
    return sum;
}

/* Reads all frames from the first on and gives their sums, which the caller frees. */
static inline uint32_t *media_read_all(OasisSource *source)
{
    const int64_t frames = oasis_source_info(source)->frames;
    uint32_t *sums = calloc((size_t)frames, sizeof *sums);
    OasisFrame *frame = NULL;
    OasisError err;

    REQUIRE(sums);
    CHECK_OK(oasis_source_seek(source, 0, NULL, &err), &err);
    for (int64_t n = 0; n < frames; n++) {
        sums[n] = media_read_sum(source, oasis_source_pts(source, n));
    }
    CHECK_OK(oasis_source_read(source, &frame, &err), &err);
    CHECK(!frame);
    return sums;
}

/* Begins to go to a frame, and gives up. */
static inline void media_give_up_seeking(OasisSource *source, int64_t n)
{
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisError err;
    OasisStatus status;

    REQUIRE(cancel);
    oasis_cancel_trigger(cancel);
    status = oasis_source_seek(source, n, cancel, &err);
    CHECK(status == OASIS_ERR_CANCELLED || status == OASIS_OK); /* it may stand there already */
    oasis_cancel_free(&cancel);
}

/* Goes to frames at random; each stretch must be the same as in reading through (sums, may be
 * NULL). */
static inline void media_check_seeking(OasisSource *source, const uint32_t *sums, int times)
{
    const int64_t frames = oasis_source_info(source)->frames;
    OasisError err;

    while (times-- > 0) {
        int64_t n = test_random_int(0, frames - 1), end = n + test_random_int(1, 3);

        if (test_random_int(0, 1)) {
            media_give_up_seeking(source, test_random_int(0, frames - 1));
        }
        CHECK(oasis_source_keyframe(source, n) <= n);
        if (!CHECK_OK(oasis_source_seek(source, n, NULL, &err), &err)) {
            break;
        }
        for (; n < end && n < frames; n++) {
            uint32_t sum = media_read_sum(source, oasis_source_pts(source, n));

            if (sums && !CHECK_INT(sum, sums[n])) {
                fprintf(stderr, "  frame %" PRId64 " of %s\n", n, source->name);
            }
        }
    }
}
