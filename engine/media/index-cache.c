/* Kept indexes: small files under $XDG_CACHE_HOME/rekindle/index, one a video.
 *
 * A file is a row of native 64-bit numbers: the header below, the video's path (filled up with
 * zeros), pts and packet of each frame, the keys, and a checksum over all that. It belongs to this
 * machine and this FFmpeg; whatever does not fit is ignored and written anew.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/index.h"

enum { KEPT_FILES = 512 }; /* the ones used longest ago go first */

static const uint64_t MAGIC = UINT64_C(0x315844494b525845); /* changes with the format */
static const int64_t MOST_FRAMES = INT64_C(1) << 31;

typedef struct Header {
    uint64_t magic;
    int64_t avcodec, avformat; /* versions: others may decode other frames */
    int64_t bytes, mtime_ns;   /* of the video */
    int64_t stream;
    int64_t fields;
    int64_t frames, packets, keys;
    int64_t path_bytes; /* without the filling */
} Header;

/* FNV-1a, 64 bits. */
static uint64_t hash(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++) {
        sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return sum;
}

static size_t padded(size_t size)
{
    return (size + 7) / 8 * 8;
}

/* The folder, made if need be; NULL if there can be none. The caller frees it. */
static char *cache_folder(void)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char *folder = NULL;
    int length;

    if (cache && *cache == '/') {
        length = asprintf(&folder, "%s/rekindle/index", cache);
    } else if (home && *home == '/') {
        length = asprintf(&folder, "%s/.cache/rekindle/index", home);
    } else {
        return NULL;
    }
    if (length < 0) {
        return NULL;
    }
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(folder, 0700);
        *slash = '/';
    }
    mkdir(folder, 0700);
    return folder;
}

/* The video's real path, the header that an index of it must have as far as that is known
 * beforehand, and the index's path; false if any is not to be had. The caller frees both. */
static bool describe(const OasisInput *input, Header *header, char **video, char **file)
{
    char *folder;

    *file = NULL;
    *video = realpath(input->path, NULL);
    if (!*video) {
        return false;
    }
    *header = (Header){
        .magic = MAGIC,
        .avcodec = avcodec_version(),
        .avformat = avformat_version(),
        .bytes = input->bytes,
        .mtime_ns = input->mtime_ns,
        .stream = input->video->index,
        .path_bytes = (int64_t)strlen(*video),
    };
    folder = cache_folder();
    if (folder && asprintf(file, "%s/%016" PRIx64, folder, hash(*video, strlen(*video))) < 0) {
        *file = NULL;
    }
    free(folder);
    return *file;
}

/* The whole file, or NULL. The caller frees it. */
static uint8_t *read_file(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t *data = NULL;
    struct stat info;

    *size = 0;
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 &&
        (uint64_t)info.st_size < SIZE_MAX) {
        data = malloc((size_t)info.st_size);
        while (data && *size < (size_t)info.st_size) {
            ssize_t got = read(fd, data + *size, (size_t)info.st_size - *size);

            if (got <= 0) {
                free(data);
                data = NULL;
            } else {
                *size += (size_t)got;
            }
        }
        futimens(fd, NULL); /* used just now */
    }
    if (fd >= 0) {
        close(fd);
    }
    return data;
}

static int64_t *take_numbers(const uint8_t **place, int64_t count)
{
    size_t size = (size_t)count * sizeof(int64_t);
    int64_t *numbers = malloc(size);

    if (numbers) {
        memcpy(numbers, *place, size);
        *place += size;
    }
    return numbers;
}

/* Whether all numbers are such that nothing can go wrong in using them. */
static bool is_sound(const OasisIndex *index)
{
    for (int64_t n = 0; n < index->frames; n++) {
        if (index->packet[n] < 0 || index->packet[n] >= index->packets ||
            (n > 0 && index->pts[n] <= index->pts[n - 1])) {
            return false;
        }
    }
    for (size_t k = 0; k < index->n_keys; k++) {
        if (index->keys[k].packet >= index->packets ||
            (k > 0 ? index->keys[k].packet <= index->keys[k - 1].packet
                   : index->keys[k].packet != 0)) {
            return false;
        }
    }
    return true;
}

/* Makes an index of a file's bytes; NULL if they are damaged or belong to another video. */
static OasisIndex *parse(const uint8_t *data, size_t size, const Header *wanted, const char *video)
{
    OasisIndex *index = NULL;
    const uint8_t *place = data;
    uint64_t checksum;
    Header header;

    if (size < sizeof header + sizeof checksum) {
        return NULL;
    }
    memcpy(&header, data, sizeof header);
    memcpy(&checksum, data + size - sizeof checksum, sizeof checksum);
    if (header.magic != wanted->magic || header.avcodec != wanted->avcodec ||
        header.avformat != wanted->avformat || header.bytes != wanted->bytes ||
        header.mtime_ns != wanted->mtime_ns || header.stream != wanted->stream ||
        header.path_bytes != wanted->path_bytes || header.frames < 1 ||
        header.frames > MOST_FRAMES || header.packets < 1 || header.packets > MOST_FRAMES ||
        header.keys < 1 || header.keys > header.packets ||
        header.fields < OASIS_FIELDS_PROGRESSIVE || header.fields > OASIS_FIELDS_BOTTOM_FIRST ||
        size != sizeof header + padded((size_t)header.path_bytes) +
                    (size_t)header.frames * 2 * sizeof(int64_t) +
                    (size_t)header.keys * sizeof(OasisKey) + sizeof checksum ||
        hash(data, size - sizeof checksum) != checksum) {
        return NULL;
    }
    place += sizeof header;
    if (memcmp(place, video, (size_t)header.path_bytes) != 0) {
        return NULL;
    }
    place += padded((size_t)header.path_bytes);
    index = calloc(1, sizeof *index);
    if (!index) {
        return NULL;
    }
    index->frames = header.frames;
    index->packets = header.packets;
    index->n_keys = (size_t)header.keys;
    index->fields = (OasisFields)header.fields;
    index->pts = take_numbers(&place, header.frames);
    index->packet = index->pts ? take_numbers(&place, header.frames) : NULL;
    index->keys = index->packet ? malloc(index->n_keys * sizeof *index->keys) : NULL;
    if (index->keys) {
        memcpy(index->keys, place, index->n_keys * sizeof *index->keys);
    }
    if (!index->keys || !is_sound(index) || !oasis_index_link(index)) {
        oasis_index_free(&index);
    }
    return index;
}

OasisIndex *oasis_index_load(const OasisInput *input)
{
    OasisIndex *index = NULL;
    char *video, *file;
    Header wanted;

    if (describe(input, &wanted, &video, &file)) {
        size_t size;
        uint8_t *data = read_file(file, &size);

        if (data) {
            index = parse(data, size, &wanted, video);
            free(data);
        }
    }
    free(file);
    free(video);
    return index;
}

static void put(uint8_t **place, const void *data, size_t size)
{
    memcpy(*place, data, size);
    *place += size;
}

/* The file's bytes; NULL without memory. The caller frees them. */
static uint8_t *format(const OasisIndex *index, Header header, const char *video, size_t *size)
{
    size_t numbers = (size_t)index->frames * sizeof(int64_t);
    size_t path_bytes = (size_t)header.path_bytes;
    uint64_t checksum;
    uint8_t *data, *place;

    header.frames = index->frames;
    header.packets = index->packets;
    header.keys = (int64_t)index->n_keys;
    header.fields = index->fields;
    *size = sizeof header + padded(path_bytes) + 2 * numbers +
            index->n_keys * sizeof *index->keys + sizeof checksum;
    data = place = calloc(1, *size);
    if (!data) {
        return NULL;
    }
    put(&place, &header, sizeof header);
    memcpy(place, video, path_bytes);
    place += padded(path_bytes);
    put(&place, index->pts, numbers);
    put(&place, index->packet, numbers);
    put(&place, index->keys, index->n_keys * sizeof *index->keys);
    checksum = hash(data, (size_t)(place - data));
    put(&place, &checksum, sizeof checksum);
    return data;
}

/* Under another name first, so that nobody ever reads half a file. */
static void write_file(const char *path, const uint8_t *data, size_t size)
{
    char *temporary;
    size_t written = 0;
    int fd;

    if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
        return;
    }
    fd = mkstemp(temporary);
    if (fd >= 0) {
        while (written < size) {
            ssize_t put_bytes = write(fd, data + written, size - written);

            if (put_bytes <= 0) {
                break;
            }
            written += (size_t)put_bytes;
        }
        if (close(fd) != 0 || written < size || rename(temporary, path) != 0) {
            unlink(temporary);
        }
    }
    free(temporary);
}

/* Removes the file used longest ago if there are too many. One goes at a time, as one comes. */
static void drop_oldest(const char *path)
{
    char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
    DIR *dir = folder ? opendir(folder) : NULL;
    struct timespec oldest_time = {0};
    char oldest[256] = "";
    int count = 0;

    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat info;

        if (fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(info.st_mode)) {
            continue;
        }
        if (count++ == 0 || info.st_mtim.tv_sec < oldest_time.tv_sec) {
            oldest_time = info.st_mtim;
            snprintf(oldest, sizeof oldest, "%s", entry->d_name);
        }
    }
    if (count > KEPT_FILES) {
        unlinkat(dirfd(dir), oldest, 0);
    }
    if (dir) {
        closedir(dir);
    }
    free(folder);
}

void oasis_index_save(const OasisInput *input, const OasisIndex *index)
{
    char *video, *file;
    Header header;

    if (describe(input, &header, &video, &file)) {
        size_t size;
        uint8_t *data = format(index, header, video, &size);

        if (data) {
            write_file(file, data, size);
            free(data);
            drop_oldest(file);
        }
    }
    free(file);
    free(video);
}
