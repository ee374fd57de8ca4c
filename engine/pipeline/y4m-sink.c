/* Writing YUV4MPEG2 files.
 * SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/part-file.h"
#include "core/target.h"
#include "oasis/sink.h"
#include "oasis/status.h"
#include "pipeline/y4m-header.h"

typedef struct Y4mSink {
    OasisSink base;
    OasisPartFile *part;
    FILE *file;
    OasisFrameFormat format;
    uint16_t *row; /* one row of samples of more than 8 bits in the file's byte order */
} Y4mSink;

static bool write_plane(Y4mSink *self, const OasisFrame *frame, int plane)
{
    int width = oasis_frame_plane_width(&self->format, plane);
    int height = oasis_frame_plane_height(&self->format, plane);
    size_t bytes = (size_t)width * (size_t)oasis_frame_sample_bytes(&self->format);

    for (int y = 0; y < height; y++) {
        const void *row = frame->data[plane] + y * frame->stride[plane];

        if (self->format.depth > 8) {
            for (int x = 0; x < width; x++) {
                self->row[x] = htole16(((const uint16_t *)row)[x]);
            }
            row = self->row;
        }
        if (fwrite(row, 1, bytes, self->file) != bytes) {
            return false;
        }
    }
    return true;
}

static OasisStatus y4m_write(OasisSink *sink, OasisFrame *frame, OasisError *err)
{
    Y4mSink *self = (Y4mSink *)sink;

    if (!oasis_frame_format_equal(&frame->format, &self->format)) {
        return oasis_fail(err, OASIS_ERR_INTERNAL, sink->name,
                          "a frame's format is not the one that the file was begun with");
    }
    if (fwrite(OASIS_Y4M_MARKER, 1, OASIS_Y4M_MARKER_BYTES, self->file) != OASIS_Y4M_MARKER_BYTES) {
        return oasis_fail_writing(err, sink->name, errno);
    }
    for (int p = 0; p < self->format.planes; p++) {
        if (!write_plane(self, frame, p)) {
            return oasis_fail_writing(err, sink->name, errno);
        }
    }
    return OASIS_OK;
}

static OasisStatus y4m_finish(OasisSink *sink, OasisError *err)
{
    Y4mSink *self = (Y4mSink *)sink;

    if (fflush(self->file) != 0) {
        return oasis_fail_writing(err, sink->name, errno);
    }
    return oasis_part_file_commit(self->part, err);
}

static void y4m_close(OasisSink *sink)
{
    Y4mSink *self = (Y4mSink *)sink;

    if (self->file) {
        fclose(self->file);
    }
    oasis_part_file_free(&self->part);
    free(self->row);
    free(self);
}

static const OasisSinkClass y4m_sink_class = {
    .write = y4m_write,
    .finish = y4m_finish,
    .close = y4m_close,
};

/* Opens the file and writes its first line. */
static OasisStatus begin(Y4mSink *self, const char *path, const OasisTargetParams *params,
                         const char *line, OasisError *err)
{
    self->base.klass = &y4m_sink_class;
    self->format = params->format;
    self->row = malloc((size_t)params->format.width * sizeof *self->row);
    if (!self->row) {
        return oasis_fail_memory(err, path);
    }
    OASIS_TRY(oasis_part_file_new(path, params->original, params->replace, &self->part, err));
    self->base.name = oasis_part_file_target(self->part);
    self->file = fopen(oasis_part_file_path(self->part), "wbe");
    if (!self->file || fputs(line, self->file) < 0) {
        return oasis_fail_writing(err, path, errno);
    }
    return OASIS_OK;
}

OasisStatus oasis_y4m_sink_open(const char *path, const OasisTargetParams *params, OasisSink **sink,
                                OasisError *err)
{
    const OasisY4mHeader header = {.format = params->format, .frame_rate = params->frame_rate};
    char line[OASIS_Y4M_MAX_HEADER];
    OasisStatus status;
    Y4mSink *self;

    *sink = NULL;
    OASIS_TRY(oasis_frame_format_check(&params->format, path, err));
    OASIS_TRY(oasis_y4m_header_print(&header, path, line, err));
    self = calloc(1, sizeof *self);
    if (!self) {
        return oasis_fail_memory(err, path);
    }
    *sink = &self->base;
    status = begin(self, path, params, line, err);
    if (status != OASIS_OK) {
        oasis_sink_close(sink);
    }
    return status;
}
