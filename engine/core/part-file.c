/* A target file in the making.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/part-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/target.h"
#include "oasis/sink.h"
#include "oasis/status.h"

struct OasisPartFile {
    char *target; /* as it was named */
    char *final;  /* the file behind that name, where it is a link */
    char *path;
    int fd; /* holds the lock that keeps a second writer away */
    bool exists;
    bool replace;
};

/* Opens and locks the part file. One that was renamed or removed between the two, because its
 * writer just finished, is let go and made anew. */
static OasisStatus open_locked(OasisPartFile *part, OasisError *err)
{
    for (;;) {
        struct stat opened, named;

        part->fd = open(part->path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (part->fd < 0) {
            return oasis_fail_writing(err, part->target, errno);
        }
        /* A file system without locks is no reason to refuse. */
        if (flock(part->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            return oasis_fail(err, OASIS_ERR_OUTPUT, part->target,
                              "is being written by another program; choose another name");
        }
        if (fstat(part->fd, &opened) == 0 && lstat(part->path, &named) == 0 &&
            opened.st_dev == named.st_dev && opened.st_ino == named.st_ino) {
            break;
        }
        close(part->fd);
        part->fd = -1;
    }
    part->exists = true;
    return ftruncate(part->fd, 0) == 0 ? OASIS_OK
                                       : oasis_fail_writing(err, part->target, errno);
}

static OasisStatus make(OasisPartFile *self, const char *target, const char *path,
                        const char *original, bool replace, OasisError *err)
{
    self->fd = -1;
    self->replace = replace;
    self->target = strdup(target);
    self->final = oasis_target_resolve(target);
    self->path = path          ? strdup(path)
                 : self->final ? oasis_target_part_path(self->final)
                               : NULL;
    if (!self->target || !self->path) {
        return oasis_fail_memory(err, target);
    }
    OASIS_TRY(oasis_target_check(self->final, original, replace, err));
    return open_locked(self, err);
}

OasisStatus oasis_part_file_new(const char *target, const char *original, bool replace,
                                OasisPartFile **part, OasisError *err)
{
    return oasis_part_file_new_at(target, NULL, original, replace, part, err);
}

OasisStatus oasis_part_file_new_at(const char *target, const char *path, const char *original,
                                   bool replace, OasisPartFile **part, OasisError *err)
{
    OasisStatus status;

    *part = NULL;
    OASIS_TRY(oasis_target_check(target, original, replace, err));
    *part = calloc(1, sizeof **part);
    status = *part ? make(*part, target, path, original, replace, err)
                   : oasis_fail_memory(err, target);
    if (status != OASIS_OK) {
        oasis_part_file_free(part);
    }
    return status;
}

const char *oasis_part_file_path(const OasisPartFile *part)
{
    return part->path;
}

const char *oasis_part_file_target(const OasisPartFile *part)
{
    return part->target;
}

/* Renames unless the target exists; 0 or an error number. Old file systems cannot do that in one
 * step: there a hard link does, and where those are missing, too, looking first must suffice. */
static int rename_new(const char *from, const char *to)
{
    struct stat info;

    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return errno;
    }
    if (link(from, to) == 0) {
        return unlink(from) == 0 ? 0 : errno;
    }
    if (errno == EEXIST || lstat(to, &info) == 0) {
        return EEXIST;
    }
    return rename(from, to) == 0 ? 0 : errno;
}

OasisStatus oasis_part_file_commit(OasisPartFile *part, OasisError *err)
{
    int error_number;

    if (fsync(part->fd) != 0) {
        return oasis_fail_writing(err, part->target, errno);
    }
    if (part->replace) {
        error_number = rename(part->path, part->final) == 0 ? 0 : errno;
    } else {
        error_number = rename_new(part->path, part->final);
    }
    if (error_number == EEXIST) {
        return oasis_fail(err, OASIS_ERR_EXISTS, part->target,
                          "was made by another program meanwhile and not replaced; choose another "
                          "name");
    }
    if (error_number != 0) {
        return oasis_fail_writing(err, part->target, error_number);
    }
    part->exists = false;
    oasis_target_sync_folder(part->final);
    return OASIS_OK;
}

void oasis_part_file_free(OasisPartFile **part)
{
    OasisPartFile *self = *part;

    *part = NULL;
    if (!self) {
        return;
    }
    if (self->exists) {
        unlink(self->path);
    }
    if (self->fd >= 0) {
        close(self->fd);
    }
    free(self->path);
    free(self->final);
    free(self->target);
    free(self);
}
