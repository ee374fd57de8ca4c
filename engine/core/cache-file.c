/* Cache files: a name from a path, reading, writing and dropping the oldest.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cache-file.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEPT_FILES = 512 }; /* in a folder; the ones used longest ago go first */

uint64_t oasis_cache_hash_on(uint64_t hash, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

uint64_t oasis_cache_hash(const void *data, size_t size)
{
    return oasis_cache_hash_on(UINT64_C(0xcbf29ce484222325), data, size);
}

/* Where bytes about `path` are kept; NULL without memory. The caller frees it. */
static char *file_for(const char *folder, const char *path)
{
    char *file;
    int length = asprintf(&file, "%s/%016" PRIx64, folder, oasis_cache_hash(path, strlen(path)));

    return length < 0 ? NULL : file;
}

uint8_t *oasis_cache_read(const char *folder, const char *path, size_t *size)
{
    char *file = file_for(folder, path);
    int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
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
    free(file);
    return data;
}

static void make_folder(const char *folder)
{
    char *path = strdup(folder);

    for (char *slash = path ? strchr(path + 1, '/') : NULL; slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    mkdir(folder, 0700);
    free(path);
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
static void drop_oldest(const char *folder)
{
    DIR *dir = opendir(folder);
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
}

void oasis_cache_write(const char *folder, const char *path, const void *data, size_t size)
{
    char *file = file_for(folder, path);

    if (file) {
        make_folder(folder);
        write_file(file, data, size);
        drop_oldest(folder);
    }
    free(file);
}
