/* Whether a file can become the target of a job.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oasis/sink.h"
#include "oasis/status.h"

OasisStatus oasis_fail_writing(OasisError *err, const char *target, int error_number)
{
    switch (error_number) {
    case ENOSPC:
    case EDQUOT:
        return oasis_fail(err, OASIS_ERR_NO_SPACE, target,
                          "the disk is full; free some space or choose another folder");
    case EFBIG:
        return oasis_fail(err, OASIS_ERR_OUTPUT, target,
                          "files of this size are too large for the disk's file system; choose "
                          "another");
    case ENOENT:
    case ENOTDIR:
        return oasis_fail(err, OASIS_ERR_OUTPUT, target,
                          "the folder does not exist; create it or choose another");
    case EACCES:
    case EPERM:
    case EROFS:
        return oasis_fail(err, OASIS_ERR_OUTPUT, target,
                          "the folder does not allow writing; choose another");
    case ENAMETOOLONG:
        return oasis_fail(err, OASIS_ERR_OUTPUT, target, "the name is too long; shorten it");
    default:
        return oasis_fail(err, OASIS_ERR_OUTPUT, target, "cannot be written: %s",
                          strerrordesc_np(error_number));
    }
}

char *oasis_target_part_path(const char *target)
{
    const char *slash = strrchr(target, '/');
    const char *name = slash ? slash + 1 : target;
    const char *dot = strrchr(name, '.');
    const char *extension = dot && dot != name ? dot : name + strlen(name);
    char *path;

    return asprintf(&path, "%.*s.%.*s.part%s", (int)(name - target), target,
                    (int)(extension - name), name, extension) < 0
               ? NULL
               : path;
}

char *oasis_target_resolve(const char *path)
{
    char *final = realpath(path, NULL);
    struct stat info;

    if (final && lstat(path, &info) == 0 && S_ISLNK(info.st_mode)) {
        return final;
    }
    free(final);
    return strdup(path);
}

void oasis_target_sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

/* Whether both names lead to one file, by whatever links. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat left, right;

    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

static OasisStatus check_original(const char *path, const char *original, OasisError *err)
{
    char *part = oasis_target_part_path(path);
    OasisStatus status = OASIS_OK;

    if (!part) {
        status = oasis_fail_memory(err, path);
    } else if (is_same_file(path, original)) {
        status = oasis_fail(err, OASIS_ERR_OUTPUT, path,
                            "is the source itself, which is kept as it is; choose another name");
    } else if (is_same_file(part, original)) {
        status = oasis_fail(err, OASIS_ERR_OUTPUT, path,
                            "would overwrite the source while it is being written; choose another "
                            "name");
    }
    free(part);
    return status;
}

static OasisStatus check_folder(const char *path, OasisError *err)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    OasisStatus status = OASIS_OK;

    if (!folder) {
        status = oasis_fail_memory(err, path);
    } else if (access(folder, W_OK | X_OK) != 0) {
        status = oasis_fail_writing(err, path, errno);
    }
    free(folder);
    return status;
}

OasisStatus oasis_target_check(const char *path, const char *original, bool replace,
                               OasisError *err)
{
    const size_t length = strlen(path);
    struct stat info;

    if (length == 0 || path[length - 1] == '/') {
        return oasis_fail(err, OASIS_ERR_OUTPUT, path, "is not the name of a file");
    }
    if (original) {
        OASIS_TRY(check_original(path, original, err));
    }
    if (lstat(path, &info) != 0) {
        return errno == ENOENT ? check_folder(path, err) : oasis_fail_writing(err, path, errno);
    }
    if (S_ISDIR(info.st_mode)) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, path, "is a folder; name a file in it");
    }
    if (!S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode)) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, path,
                          "is not an ordinary file; choose another name");
    }
    if (!replace) {
        return oasis_fail(err, OASIS_ERR_EXISTS, path,
                          "exists already; choose another name or allow replacing it");
    }
    return check_folder(path, err);
}
