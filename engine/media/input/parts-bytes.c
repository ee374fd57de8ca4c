/* The bytes of several files as those of one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/input/parts-bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUFFER = 1 << 16 };

typedef struct PartsBytes {
    const OasisParts *parts;
    int64_t from; /* the byte that counts as the first */
    int64_t at;   /* the byte that is read next, counted from there */
    size_t part;  /* that is open */
    int file;     /* -1 = none is */
} PartsBytes;

/* Opens the part that holds the next byte and tells where in it that lies. */
static int find(PartsBytes *self, int64_t *offset)
{
    const OasisParts *parts = self->parts;
    size_t part = 0;

    *offset = self->from + self->at;
    for (; part < parts->count && *offset >= parts->list[part].bytes; part++) {
        *offset -= parts->list[part].bytes;
    }
    if (part == parts->count) {
        return AVERROR_EOF;
    }
    if (self->file >= 0 && self->part == part) {
        return 0;
    }
    if (self->file >= 0) {
        close(self->file);
    }
    self->part = part;
    self->file = open(parts->list[part].path, O_RDONLY | O_CLOEXEC);
    return self->file < 0 ? AVERROR(errno) : 0;
}

static int bytes_read(void *opaque, uint8_t *data, int size)
{
    PartsBytes *self = opaque;
    int64_t offset;
    ssize_t done;
    int error = find(self, &offset);

    if (error < 0) {
        return error;
    }
    if (size > self->parts->list[self->part].bytes - offset) {
        size = (int)(self->parts->list[self->part].bytes - offset);
    }
    done = pread(self->file, data, (size_t)size, offset);
    if (done <= 0) { /* none left: the file has been cut meanwhile */
        return done < 0 ? AVERROR(errno) : AVERROR(EIO);
    }
    self->at += done;
    return (int)done;
}

static int64_t bytes_seek(void *opaque, int64_t offset, int whence)
{
    PartsBytes *self = opaque;

    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE:
        return oasis_parts_size(self->parts) - self->from;
    case SEEK_SET:
        break;
    case SEEK_CUR:
        offset += self->at;
        break;
    case SEEK_END:
        offset += oasis_parts_size(self->parts) - self->from;
        break;
    default:
        return AVERROR(EINVAL);
    }
    if (offset < 0) {
        return AVERROR(EINVAL);
    }
    self->at = offset;
    return offset;
}

AVIOContext *oasis_parts_bytes_open(const OasisParts *parts, int64_t from)
{
    PartsBytes *self = malloc(sizeof *self);
    uint8_t *buffer = av_malloc(BUFFER);
    AVIOContext *io = NULL;

    if (self && buffer) {
        *self = (PartsBytes){.parts = parts, .from = from, .file = -1};
        io = avio_alloc_context(buffer, BUFFER, 0, self, bytes_read, NULL, bytes_seek);
    }
    if (!io) {
        av_free(buffer);
        free(self);
    }
    return io;
}

void oasis_parts_bytes_close(AVIOContext **io)
{
    PartsBytes *self = *io ? (*io)->opaque : NULL;

    if (!self) {
        return;
    }
    if (self->file >= 0) {
        close(self->file);
    }
    free(self);
    av_freep(&(*io)->buffer);
    avio_context_free(io);
}
