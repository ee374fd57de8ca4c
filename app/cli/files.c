/* Opening what the user named.
 * SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

bool file_is_raw(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && strcasecmp(dot, ".y4m") == 0;
}

OasisStatus file_open_source(const char *path, const OasisMediaParams *params,
                             OasisSource **source, OasisError *err)
{
    if (file_is_raw(path))
        return oasis_y4m_source_open(path, source, err);
    return oasis_media_source_open(path, params, source, err);
}

OasisStatus file_open_sink(const char *path, const OasisMediaTarget *target, OasisSink **sink,
                           OasisError *err)
{
    if (file_is_raw(path))
        return oasis_y4m_sink_open(path, &target->target, sink, err);
    return oasis_media_sink_open(path, target, sink, err);
}

/* The folder of a path, and the name that its unfinished file has there (oasis/sink.h). */
static bool split_target(const char *path, char folder[PATH_MAX], char part[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    const char *extension = dot && dot != name ? dot : name + strlen(name);
    int n;

    n = slash ? snprintf(folder, PATH_MAX, "%.*s", (int)(name - path), path)
              : snprintf(folder, PATH_MAX, "./");
    if (n < 0 || n >= PATH_MAX)
        return false;
    n = snprintf(part, PATH_MAX, "%s.%.*s.part%s", folder, (int)(extension - name), name,
                 extension);
    return n > 0 && n < PATH_MAX;
}

static bool is_same_file(const char *path, const struct stat *other)
{
    struct stat file;

    return stat(path, &file) == 0 && file.st_dev == other->st_dev && file.st_ino == other->st_ino;
}

OasisStatus file_check_target(const char *input, const char *output, bool replace,
                              OasisError *err)
{
    char folder[PATH_MAX], part[PATH_MAX];
    struct stat source, target;

    if (!split_target(output, folder, part))
        return fail(err, OASIS_ERR_OUTPUT, output, "the name is too long; shorten it");
    if (stat(input, &source) != 0)
        return fail(err, OASIS_ERR_INPUT, input, "cannot be read: %s", strerror(errno));
    if (is_same_file(output, &source))
        return fail(err, OASIS_ERR_OUTPUT, output,
                    "is the source itself; choose another name for the restored video");
    if (is_same_file(part, &source))
        return fail(err, OASIS_ERR_OUTPUT, output,
                    "would overwrite the source while it is written; choose another name");
    if (!replace && lstat(output, &target) == 0)
        return fail(err, OASIS_ERR_EXISTS, output,
                    "exists already; choose another name, or replace it with --force");
    if (access(folder, F_OK) != 0)
        return fail(err, OASIS_ERR_OUTPUT, output,
                    "the folder does not exist; create it or choose another");
    if (access(folder, W_OK | X_OK) != 0)
        return fail(err, OASIS_ERR_OUTPUT, output,
                    "the folder does not allow writing; choose another");
    return OASIS_OK;
}
