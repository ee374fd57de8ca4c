/* The folder of an unfinished export.
 * SPDX-License-Identifier: Apache-2.0 */
#include "export/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cache-file.h"
#include "core/target.h"
#include "export/journal.h"
#include "oasis/export.h"

enum { LONGEST_NAME = 200 }; /* bytes; with a hash behind it, file systems take it */

static const char LOCK[] = "lock";

/* How much of a name is kept: whole characters of UTF-8. */
static int kept_length(const char *name)
{
    int length = (int)strlen(name);

    if (length > LONGEST_NAME) {
        length = LONGEST_NAME;
        while (length > 0 && (name[length] & 0xc0) == 0x80) {
            length--;
        }
    }
    return length;
}

char *oasis_export_folder(const char *path)
{
    char *final = oasis_target_resolve(path);
    const char *slash = final ? strrchr(final, '/') : NULL;
    const char *name = slash ? slash + 1 : final;
    char hash[32] = "", *folder = NULL;

    if (!final) {
        return NULL;
    }
    if (strlen(name) > LONGEST_NAME) {
        snprintf(hash, sizeof hash, "-%016" PRIx64, oasis_cache_hash(name, strlen(name)));
    }
    if (asprintf(&folder, "%.*s.%.*s%s.part", (int)(name - final), final, kept_length(name), name,
                 hash) < 0) {
        folder = NULL;
    }
    free(final);
    return folder;
}

OasisStatus oasis_export_folder_find(OasisExportFolder *folder, const char *target,
                                     OasisError *err)
{
    folder->lock = -1;
    folder->path = oasis_export_folder(target);
    return folder->path ? OASIS_OK : oasis_fail_memory(err, target);
}

void oasis_export_folder_clear(OasisExportFolder *folder)
{
    if (folder->lock >= 0) {
        close(folder->lock);
    }
    free(folder->path);
    *folder = (OasisExportFolder){.lock = -1};
}

char *oasis_export_file(const OasisExportFolder *folder, const char *name)
{
    char *path;

    return asprintf(&path, "%s/%s", folder->path, name) < 0 ? NULL : path;
}

char *oasis_export_piece_file(const OasisExportFolder *folder, int64_t piece)
{
    char *path;

    return asprintf(&path, "%s/%06" PRId64 ".piece", folder->path, piece) < 0 ? NULL : path;
}

/* --- the lock --------------------------------------------------------------------------------- */

/* Whether a file is still the one of that name: else its holder has removed the folder. */
static bool is_named(int fd, const char *path)
{
    struct stat opened, named;

    return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

static OasisStatus hold(OasisExportFolder *folder, const char *path, const char *target, int how,
                        OasisError *err)
{
    while (folder->lock < 0) {
        if (mkdir(folder->path, 0777) != 0 && errno != EEXIST) {
            return oasis_fail_writing(err, target, errno);
        }
        folder->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (folder->lock < 0 && errno != ENOENT) {
            return oasis_fail_writing(err, target, errno);
        }
        if (folder->lock < 0) {
            continue; /* removed between the two */
        }
        /* A file system without locks is no reason to refuse. */
        if (flock(folder->lock, how | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            return oasis_fail(err, OASIS_ERR_OUTPUT, target,
                              "is being written by another program; choose another name");
        }
        if (!is_named(folder->lock, path)) {
            close(folder->lock);
            folder->lock = -1;
        }
    }
    return OASIS_OK;
}

OasisStatus oasis_export_folder_hold(OasisExportFolder *folder, const char *target,
                                     OasisExportHold how, OasisError *err)
{
    char *path = oasis_export_file(folder, LOCK);
    OasisStatus status;

    if (!path) {
        return oasis_fail_memory(err, target);
    }
    status = hold(folder, path, target, how == OASIS_HOLD_ALONE ? LOCK_EX : LOCK_SH, err);
    free(path);
    return status;
}

bool oasis_export_folder_is_held(const OasisExportFolder *folder)
{
    char *path = oasis_export_file(folder, LOCK);
    const int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    const bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;

    if (fd >= 0) {
        close(fd);
    }
    free(path);
    return held;
}

/* --- removing --------------------------------------------------------------------------------- */

static bool ends_in(const char *name, const char *ending)
{
    const size_t length = strlen(name), tail = strlen(ending);

    return length > tail && strcmp(name + length - tail, ending) == 0;
}

static bool is_piece(const char *name)
{
    return ends_in(name, ".piece");
}

/* All but the journal and the lock. False where something stays. */
static bool remove_files(const OasisExportFolder *folder, bool pieces)
{
    DIR *dir = opendir(folder->path);
    bool removed = dir;

    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, LOCK) != 0 &&
            strcmp(name, OASIS_JOURNAL) != 0 && (pieces || !is_piece(name))) {
            removed &= unlinkat(dirfd(dir), name, 0) == 0;
        }
    }
    if (dir) {
        closedir(dir);
    }
    return removed;
}

static bool remove_file(const OasisExportFolder *folder, const char *name)
{
    char *path = oasis_export_file(folder, name);
    const bool removed = path && (unlink(path) == 0 || errno == ENOENT);

    free(path);
    return removed;
}

void oasis_export_folder_tidy(const OasisExportFolder *folder)
{
    remove_files(folder, false);
}

/* The journal goes last, since it knows what the rest is. */
void oasis_export_folder_empty(const OasisExportFolder *folder)
{
    remove_files(folder, true);
    remove_file(folder, OASIS_JOURNAL);
}

void oasis_export_folder_drop(const OasisExportFolder *folder)
{
    if (remove_files(folder, true) && remove_file(folder, LOCK) &&
        remove_file(folder, OASIS_JOURNAL)) {
        rmdir(folder->path);
    }
}

OasisStatus oasis_export_folder_remove(const OasisExportFolder *folder, const char *target,
                                       OasisError *err)
{
    struct stat info;

    oasis_export_folder_drop(folder);
    if (lstat(folder->path, &info) == 0) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, target, "unfinished work (%s) cannot be removed",
                          folder->path);
    }
    return OASIS_OK;
}
