/* Joining an export's pieces.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/part-file.h"
#include "core/target.h"
#include "export/export-private.h"
#include "media/sink/joiner.h"

bool oasis_export_is_joined(const OasisExport *self)
{
    const uint64_t *joined = self->journal.joined;
    struct stat info;

    return joined[1] != 0 && stat(self->params->path, &info) == 0 &&
           (uint64_t)info.st_dev == joined[0] && (uint64_t)info.st_ino == joined[1];
}

static int open_piece(size_t piece, void *data)
{
    const OasisExport *self = data;
    char *path = oasis_export_piece_file(&self->folder, (int64_t)piece);
    const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    const int error_number = errno;

    free(path);
    return fd < 0 ? -error_number : fd;
}

static uint64_t get_sum(size_t piece, void *data)
{
    const OasisExport *self = data;

    return self->journal.pieces[piece].sum;
}

static void tell(double done, void *data)
{
    const OasisExport *self = data;

    if (self->params->joining) {
        self->params->joining(done, self->params->data);
    }
}

/* The file will be known by its number, so that a run that dies between naming it and tidying up
 * is understood. */
static OasisStatus note_joined(OasisExport *self, const char *path, OasisError *err)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        return oasis_fail_writing(err, self->params->path, errno);
    }
    return oasis_journal_set_joined(
        &self->journal, (const uint64_t[]){(uint64_t)info.st_dev, (uint64_t)info.st_ino},
        &self->room, err);
}

static OasisStatus join_into(OasisExport *self, const char *path, size_t *damaged, OasisError *err)
{
    const OasisTargetParams *target = &self->params->target->target;
    OasisSpan *spans = calloc(self->n_ranges, sizeof *spans);
    const OasisJoinParams join = {
        .pieces = &self->piece_params,
        .n_pieces = (size_t)self->journal.n_pieces,
        .open = open_piece,
        .sum = get_sum,
        .progress = tell,
        .data = self,
        .spans = spans,
        .n_spans = self->n_ranges,
        .cancel = self->params->job->cancel,
    };
    OasisPartFile *part = NULL;
    OasisStatus status = spans ? oasis_part_file_new_at(self->params->path, path, target->original,
                                                        target->replace, &part, err)
                               : oasis_fail_memory(err, self->params->path);

    for (size_t i = 0; spans && i < self->n_ranges; i++) {
        spans[i] = self->ranges[i].span;
    }
    if (status == OASIS_OK) {
        status = note_joined(self, path, err);
    }
    if (status == OASIS_OK) {
        status = oasis_join(&join, part, damaged, err);
    }
    oasis_part_file_free(&part);
    free(spans);
    return status;
}

static OasisStatus drop_piece(OasisExport *self, int64_t piece, OasisError *err)
{
    char *path = oasis_export_piece_file(&self->folder, piece);

    if (!path) {
        return oasis_fail_memory(err, self->params->path);
    }
    unlink(path);
    free(path);
    return oasis_journal_drop_piece(&self->journal, piece, &self->room, err);
}

OasisStatus oasis_export_finish(OasisExport *self, bool *again, OasisError *err)
{
    const char *dot = strrchr(self->params->path, '.');
    char *name = NULL, *path = NULL;
    size_t damaged = SIZE_MAX;
    OasisStatus status = OASIS_ERR_NO_SPACE;

    *again = false;
    if (asprintf(&name, "film%s", dot) >= 0) {
        path = oasis_export_file(&self->folder, name);
        free(name);
    }
    if (!path) {
        return oasis_fail_memory(err, self->params->path);
    }
    self->room.needed = oasis_journal_sum(&self->journal).bytes;
    while ((status = join_into(self, path, &damaged, err)) == OASIS_ERR_NO_SPACE) {
        self->room.step = self->room.needed;
        status = oasis_room_wait(&self->room, err);
        if (status != OASIS_OK) {
            break;
        }
    }
    free(path);
    if (status == OASIS_ERR_INPUT && damaged < (size_t)self->journal.n_pieces) {
        *again = true;
        return drop_piece(self, (int64_t)damaged, err);
    }
    OASIS_TRY(status);
    return oasis_export_folder_remove(&self->folder, self->params->path, err);
}
