/* Media files as sinks: the picture goes into one piece without a name, which is joined with the
 * other tracks at the end.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/target.h"
#include "media/base/announce.h"
#include "media/base/av-error.h"
#include "media/base/ns.h"
#include "media/info/origin.h"
#include "media/sink/image-sink.h"
#include "media/sink/joiner.h"
#include "oasis/media.h"

typedef struct MediaSink {
    OasisSink base;
    char *path;
    OasisMediaTarget target;
    OasisMediaInfo *info; /* of the file that the tracks come from; NULL without */
    OasisPartFile *part;
    OasisMediaPlan *plan; /* borrows from info */
    OasisPieceParams params;
    OasisPieceWriter *writer;
    int piece; /* descriptor of its own on the writer's file */
    OasisPieceFacts facts;
    bool begun;
    int64_t first_pts, start_ns; /* of the first frame in the source, by its clock */
} MediaSink;

static OasisStatus media_write(OasisSink *sink, OasisFrame *frame, OasisError *err)
{
    MediaSink *self = (MediaSink *)sink;
    const AVRational time_base = {(int)frame->time_base.num, (int)frame->time_base.den};

    oasis_av_begin();
    if (!self->begun) {
        self->first_pts = frame->pts;
        self->start_ns = av_rescale_q(frame->pts, time_base, OASIS_NS);
        self->begun = true;
    }
    return oasis_piece_writer_write(self->writer, frame, self->first_pts, err);
}

static int open_piece(size_t piece, void *data)
{
    const MediaSink *self = data;
    const int fd = dup(self->piece);

    return fd < 0 ? -errno : fd;
}

static uint64_t get_sum(size_t piece, void *data)
{
    const MediaSink *self = data;

    return self->facts.sum;
}

static OasisStatus media_finish(OasisSink *sink, OasisError *err)
{
    MediaSink *self = (MediaSink *)sink;
    const OasisSpan span = {self->start_ns, self->target.end_ns};
    const OasisJoinParams join = {
        .pieces = &self->params,
        .n_pieces = 1,
        .open = open_piece,
        .sum = get_sum,
        .data = self,
        .spans = &span,
        .n_spans = 1,
    };
    size_t damaged;

    oasis_av_begin();
    OASIS_TRY(oasis_piece_writer_finish(self->writer, &self->facts, err));
    return oasis_join(&join, self->part, &damaged, err);
}

static void media_close(OasisSink *sink)
{
    MediaSink *self = (MediaSink *)sink;

    oasis_av_begin();
    oasis_piece_writer_free(&self->writer);
    if (self->piece >= 0) {
        close(self->piece);
    }
    oasis_media_plan_free(&self->plan);
    oasis_media_info_free(&self->info);
    oasis_part_file_free(&self->part);
    free(self->path);
    free(self);
}

static const OasisSinkClass media_class = {
    .write = media_write,
    .finish = media_finish,
    .close = media_close,
};

/* A file without a name beside the part file, which is gone when the program is. */
static int open_nameless(const char *beside)
{
    const char *slash = strrchr(beside, '/');
    char *folder = slash ? strndup(beside, (size_t)(slash - beside) + 1) : strdup(".");
    char *name = NULL;
    int fd = folder ? open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;

    if (fd < 0 && asprintf(&name, "%s.XXXXXX", beside) >= 0) {
        fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0) {
            unlink(name);
        }
        free(name);
    }
    free(folder);
    return fd;
}

static OasisStatus open_writer(MediaSink *self, OasisError *err)
{
    int fd;

    self->piece = open_nameless(oasis_part_file_path(self->part));
    fd = self->piece < 0 ? -1 : fcntl(self->piece, F_DUPFD_CLOEXEC, 0);
    if (fd < 0) {
        return oasis_fail_writing(err, self->path, errno);
    }
    return oasis_piece_writer_new(&self->params, fd, &self->writer, err);
}

static OasisStatus take_info(MediaSink *self, OasisError *err)
{
    OasisOrigin origin = {0};
    OasisStatus status = oasis_origin_open(
        self->target.tracks_from, self->target.further, self->target.stream,
        self->target.index_folder, &origin, err);

    if (status == OASIS_OK) {
        self->info = oasis_media_info_copy(origin.info);
        status = self->info ? OASIS_OK : oasis_fail_memory(err, self->path);
    }
    oasis_origin_close(&origin);
    return status;
}

static OasisStatus open_file(MediaSink *self, const char *path, const OasisMediaTarget *target,
                             OasisError *err)
{
    self->base.klass = &media_class;
    self->piece = -1;
    self->base.name = self->path = strdup(path);
    if (!self->path) {
        return oasis_fail_memory(err, path);
    }
    self->target = *target;
    OASIS_TRY(oasis_frame_format_check(&target->target.format, path, err));
    if (target->tracks_from) {
        OASIS_TRY(take_info(self, err));
    }
    OASIS_TRY(oasis_media_plan_new(path, target, self->info, &self->plan, err));
    self->params = (OasisPieceParams){
        .name = self->path,
        .target = &self->target,
        .plan = self->plan,
        .longest_ns = self->info ? self->info->longest_ns : 0,
    };
    OASIS_TRY(oasis_announce(self->path, self->plan, target, err));
    OASIS_TRY(oasis_part_file_new(path, target->target.original, target->target.replace,
                                  &self->part, err));
    return open_writer(self, err);
}

OasisStatus oasis_media_sink_open(const char *path, const OasisMediaTarget *target,
                                  OasisSink **sink, OasisError *err)
{
    MediaSink *self = calloc(1, sizeof *self);
    OasisStatus status;

    *sink = NULL;
    if (oasis_media_is_images(path)) {
        free(self);
        return oasis_image_sink_open(path, target, sink, err);
    }
    oasis_av_begin();
    if (!self) {
        return oasis_fail_memory(err, path);
    }
    *sink = &self->base;
    status = open_file(self, path, target, err);
    if (status != OASIS_OK) {
        oasis_sink_close(sink);
    }
    return status;
}
