/* Kept frame indexes: used when they fit, made anew when they are damaged or the video has changed,
 * and never trusted.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>

#include "media-test.h"

static void count_calls(double done, void *data)
{
    CHECK(done >= 0 && done <= 1);
    ++*(int *)data;
}

/* Opens the video, checks that it has all its frames, and says whether its index was made. */
static bool is_made_anew(const char *path, int64_t frames, const char *folder)
{
    int calls = 0;
    OasisMediaParams params = {.index_folder = folder, .progress = count_calls, .data = &calls};
    OasisSource *source = media_open(path, &params);

    if (source) {
        CHECK_INT(oasis_source_info(source)->frames, frames);
        oasis_source_close(&source);
    }
    return calls > 0;
}

static bool is_indexed_anew(const char *path, int64_t frames)
{
    return is_made_anew(path, frames, media_index_folder);
}

static const char *copy_fixture(const char *name)
{
    FILE *from = fopen(media_fixture(name), "rb"), *to = fopen(media_path(name), "wb");
    char data[4096];
    size_t size;

    REQUIRE(from && to);
    while ((size = fread(data, 1, sizeof data, from)) > 0) {
        REQUIRE(fwrite(data, 1, size, to) == size);
    }
    fclose(from);
    REQUIRE(fclose(to) == 0);
    return media_path(name);
}

/* The kept indexes; the name of one of them, or NULL. */
static int count_kept(const char **path)
{
    const char *folder = media_index_folder;
    DIR *dir = opendir(folder);
    int count = 0;

    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] != '.') {
            count++;
            if (path) {
                *path = media_join(folder, entry->d_name);
            }
        }
    }
    if (dir) {
        closedir(dir);
    }
    return count;
}

static uint8_t *read_file(const char *path, size_t *size)
{
    uint8_t *data = malloc(1 << 20);
    FILE *file = fopen(path, "rb");

    REQUIRE(data && file);
    *size = fread(data, 1, 1 << 20, file);
    fclose(file);
    return data;
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    REQUIRE(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

static void test_kept_and_used(void)
{
    const char *path = copy_fixture("h264.mp4");
    OasisSource *source = media_open(path, &(OasisMediaParams){0});

    oasis_source_close(&source);
    CHECK_INT(count_kept(NULL), 0);
    CHECK(is_indexed_anew(path, 40));
    CHECK_INT(count_kept(NULL), 1);
    CHECK(!is_indexed_anew(path, 40));
    CHECK_INT(count_kept(NULL), 1);
}

static void test_changed_video(void)
{
    const char *path = copy_fixture("h264.mp4");
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1000000000}};

    CHECK(is_indexed_anew(path, 40)); /* written just now */
    CHECK(!is_indexed_anew(path, 40));
    REQUIRE(utimensat(AT_FDCWD, path, times, 0) == 0);
    CHECK(is_indexed_anew(path, 40));
    CHECK(!is_indexed_anew(path, 40));
    REQUIRE(rename(copy_fixture("cut.mp4"), path) == 0);
    REQUIRE(utimensat(AT_FDCWD, path, times, 0) == 0);
    CHECK(is_indexed_anew(path, 25));
    CHECK_INT(count_kept(NULL), 1);
}

static void test_damaged(void)
{
    const char *path = media_path("h264.mp4"), *kept = NULL;
    size_t size;
    uint8_t *data;

    is_indexed_anew(path, 25);
    REQUIRE(count_kept(&kept) == 1);
    data = read_file(kept, &size);
    for (int round = 0; round < 20; round++) {
        size_t place = (size_t)test_random_int(0, (int64_t)size - 1);

        data[place] ^= 1 << test_random_int(0, 7);
        write_file(kept, data, round % 2 ? size : place);
        CHECK(is_indexed_anew(path, 25));
        CHECK(!is_indexed_anew(path, 25));
        free(data);
        data = read_file(kept, &size);
    }
    free(data);
}

/* As in engine/core/cache-file.c. */
static uint64_t checksum(const uint8_t *data, size_t size)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++) {
        sum = (sum ^ data[i]) * UINT64_C(0x100000001b3);
    }
    return sum;
}

/* Wrong numbers under a right checksum: whatever comes, nothing is read or written where it should
 * not be (the sanitisers watch) and no source promises what it cannot give. */
static void test_wrong_numbers(void)
{
    const OasisMediaParams params = {.index_folder = media_index_folder};
    const char *path = media_path("h264.mp4"), *kept = NULL;
    size_t size;
    uint8_t *good;

    is_indexed_anew(path, 25);
    REQUIRE(count_kept(&kept) == 1);
    good = read_file(kept, &size);
    for (int round = 0; round < 60; round++) {
        uint8_t *data = malloc(size);
        OasisSource *source = NULL;
        uint64_t sum;
        OasisError err;

        REQUIRE(data);
        memcpy(data, good, size);
        for (int64_t n = test_random_int(1, 3); n > 0; n--) {
            /* The header has 17 numbers, which are the likelier to do harm. */
            int64_t number = test_random_int(0, n % 2 ? 16 : (int64_t)size / 8 - 2);
            int64_t value = n % 2 ? test_random_int(-2, 200) : (int64_t)test_random();

            memcpy(data + number * 8, &value, sizeof value);
        }
        sum = checksum(data, size - 8);
        memcpy(data + size - 8, &sum, sizeof sum);
        write_file(kept, data, size);
        free(data);
        if (oasis_media_source_open(path, &params, &source, &err) == OASIS_OK) {
            int64_t frames = oasis_source_info(source)->frames;
            OasisFrame *frame;

            for (int64_t n = 0; n < 30; n++) {
                frame = NULL;
                if (oasis_source_read(source, &frame, &err) != OASIS_OK) {
                    break;
                }
                CHECK(!frame == (n >= frames));
                oasis_frame_unref(&frame);
            }
            CHECK_OK(oasis_source_seek(source, frames - 1, NULL, &err), &err);
            oasis_source_close(&source);
        }
    }
    free(good);
}

static void test_no_place_to_keep(void)
{
    const char *path = copy_fixture("one.mp4");

    CHECK(is_made_anew(path, 1, "/dev/null/index"));
    CHECK(is_made_anew(path, 1, "/dev/null/index"));
    CHECK(is_made_anew(path, 1, media_path("made/if/need/be")));
    CHECK(!is_made_anew(path, 1, media_path("made/if/need/be")));
    CHECK(is_made_anew(path, 1, NULL));
    CHECK(is_made_anew(path, 1, NULL));
}

int main(void)
{
    media_begin();
    test_kept_and_used();
    test_changed_video();
    test_damaged();
    test_wrong_numbers();
    test_no_place_to_keep();
    return test_end();
}
