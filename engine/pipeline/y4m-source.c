/* Reading YUV4MPEG2 files.
 * SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "oasis/source.h"
#include "oasis/status.h"
#include "pipeline/y4m-header.h"

typedef struct Y4mSource {
    OasisSource base;
    char *path;
    FILE *file;
    OasisSourceInfo info;
    int64_t start; /* offset of the first frame's marker */
    int64_t next;  /* the frame that is read next; the file stands there */
} Y4mSource;

static const OasisSourceInfo *y4m_info(OasisSource *source)
{
    return &((Y4mSource *)source)->info;
}

static int64_t y4m_pts(OasisSource *source, int64_t n)
{
    return n; /* the time base is one frame */
}

static OasisStatus y4m_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                            OasisError *err)
{
    Y4mSource *self = (Y4mSource *)source;
    int64_t bytes = OASIS_Y4M_MARKER_BYTES + oasis_y4m_frame_bytes(&self->info.format);

    if (n != self->next && fseeko(self->file, self->start + n * bytes, SEEK_SET) != 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, self->path, "cannot be read at frame %lld",
                          (long long)n);
    }
    self->next = n;
    return OASIS_OK;
}

/* Samples of more than 8 bits lie in the file with their low byte first. What exceeds the depth is
 * cut to it, because conversion relies on that. */
static void take_deep_row(uint16_t *row, int width, int depth)
{
    const uint16_t most = (uint16_t)((1u << depth) - 1);

    for (int x = 0; x < width; x++) {
        uint16_t sample = le16toh(row[x]);

        row[x] = sample < most ? sample : most;
    }
}

static bool read_plane(FILE *file, OasisFrame *frame, int plane)
{
    const OasisFrameFormat *format = &frame->format;
    int width = oasis_frame_plane_width(format, plane);
    int height = oasis_frame_plane_height(format, plane);
    size_t bytes = (size_t)width * (size_t)oasis_frame_sample_bytes(format);

    for (int y = 0; y < height; y++) {
        uint8_t *row = frame->data[plane] + y * frame->stride[plane];

        if (fread(row, 1, bytes, file) != bytes) {
            return false;
        }
        if (format->depth > 8) {
            take_deep_row((uint16_t *)row, width, format->depth);
        }
    }
    return true;
}

static OasisStatus fail_short(const Y4mSource *self, OasisError *err)
{
    return oasis_fail(err, OASIS_ERR_INPUT, self->path, "cannot be read beyond frame %lld: %s",
                      (long long)self->next,
                      ferror(self->file) ? "the disk reports an error"
                                         : "the file has become shorter");
}

static OasisStatus read_marker(Y4mSource *self, OasisError *err)
{
    char marker[OASIS_Y4M_MARKER_BYTES];

    if (fread(marker, 1, sizeof marker, self->file) != sizeof marker) {
        return fail_short(self, err);
    }
    if (memcmp(marker, OASIS_Y4M_MARKER, sizeof marker) == 0) {
        return OASIS_OK;
    }
    if (memcmp(marker, "FRAME ", sizeof marker) == 0) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, self->path,
                          "has frames with their own parameters, which are not supported");
    }
    return oasis_fail(err, OASIS_ERR_INPUT, self->path,
                      "is damaged: no frame begins where frame %lld should",
                      (long long)self->next);
}

static OasisStatus read_frame(Y4mSource *self, OasisFrame *frame, OasisError *err)
{
    OASIS_TRY(read_marker(self, err));
    for (int p = 0; p < self->info.format.planes; p++) {
        if (!read_plane(self->file, frame, p)) {
            return fail_short(self, err);
        }
    }
    frame->pts = self->next++;
    frame->duration = 1;
    frame->time_base = self->info.time_base;
    return OASIS_OK;
}

static OasisStatus y4m_read(OasisSource *source, OasisFrame **frame, OasisError *err)
{
    Y4mSource *self = (Y4mSource *)source;
    OasisStatus status;

    *frame = NULL;
    if (self->next >= self->info.frames) {
        return OASIS_OK;
    }
    *frame = oasis_frame_new(&self->info.format);
    if (!*frame) {
        return oasis_fail_memory(err, self->path);
    }
    status = read_frame(self, *frame, err);
    if (status != OASIS_OK) {
        oasis_frame_unref(frame);
        self->next = -1; /* the file stands within a frame: the next seek must move it */
    }
    return status;
}

static void y4m_close(OasisSource *source)
{
    Y4mSource *self = (Y4mSource *)source;

    if (self->file) {
        fclose(self->file);
    }
    free(self->path);
    free(self);
}

static const OasisSourceClass y4m_source_class = {
    .info = y4m_info,
    .pts = y4m_pts,
    .seek = y4m_seek,
    .read = y4m_read,
    .close = y4m_close,
};

static OasisStatus read_header(Y4mSource *self, OasisError *err)
{
    char line[OASIS_Y4M_MAX_HEADER];
    size_t have = fread(line, 1, sizeof line, self->file);
    const char *newline = memchr(line, '\n', have);
    OasisY4mHeader header;

    /* Without a newline the parser may still say that this is something else altogether. */
    OASIS_TRY(oasis_y4m_header_parse(line, newline ? (size_t)(newline - line) : have, self->path,
                                    &header, err));
    if (!newline) {
        return oasis_fail(err, OASIS_ERR_INPUT, self->path,
                          "has a damaged header: it does not end");
    }
    self->start = newline + 1 - line;
    self->info.format = header.format;
    self->info.frame_rate = header.frame_rate;
    self->info.time_base = (OasisRational){header.frame_rate.den, header.frame_rate.num};
    return OASIS_OK;
}

/* Moves the file to frame 0, wherever it stands. */
static OasisStatus rewind_frames(Y4mSource *self, OasisError *err)
{
    self->next = -1;
    return y4m_seek(&self->base, 0, NULL, err);
}

/* All frames have one size, so the file's length tells how many there are. */
static OasisStatus count_frames(Y4mSource *self, int64_t file_bytes, OasisError *err)
{
    int64_t bytes = OASIS_Y4M_MARKER_BYTES + oasis_y4m_frame_bytes(&self->info.format);
    int64_t rest = file_bytes - self->start;

    if (rest == 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, self->path, "holds no frames");
    }
    OASIS_TRY(rewind_frames(self, err));
    if (rest >= OASIS_Y4M_MARKER_BYTES) {
        OASIS_TRY(read_marker(self, err));
    }
    self->info.frames = rest / bytes;
    if (rest % bytes != 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, self->path, "is cut off within frame %lld",
                          (long long)self->info.frames);
    }
    return rewind_frames(self, err);
}

static OasisStatus open_file(Y4mSource *self, const char *path, OasisError *err)
{
    struct stat info;

    self->base.klass = &y4m_source_class;
    self->base.name = self->path = strdup(path);
    if (!self->path) {
        return oasis_fail_memory(err, path);
    }
    self->file = fopen(path, "rbe");
    if (!self->file) {
        return oasis_fail(err, OASIS_ERR_INPUT, path, "%s",
                          errno == ENOENT   ? "does not exist"
                          : errno == EACCES ? "cannot be read; check its permissions"
                                            : "cannot be opened");
    }
    if (fstat(fileno(self->file), &info) != 0 || !S_ISREG(info.st_mode)) {
        return oasis_fail(err, OASIS_ERR_INPUT, path,
                          "is not an ordinary file; save the video to a file first");
    }
    OASIS_TRY(read_header(self, err));
    return count_frames(self, info.st_size, err);
}

OasisStatus oasis_y4m_source_open(const char *path, OasisSource **source, OasisError *err)
{
    Y4mSource *self = calloc(1, sizeof *self);
    OasisStatus status;

    *source = NULL;
    if (!self) {
        return oasis_fail_memory(err, path);
    }
    *source = &self->base;
    status = open_file(self, path, err);
    if (status != OASIS_OK) {
        oasis_source_close(source);
    }
    return status;
}
