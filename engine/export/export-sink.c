/* The sink of an export: chunks into pieces.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/target.h"
#include "export/export-private.h"
#include "model/restorer.h"

static const double MOST_WORK = 30;  /* seconds that are lost at most, */
static const double MOST_FILM = 10;  /* if so much film or one chunk does not take longer */
enum { STEP = 4 }; /* pieces have 1, 4, 16 ... chunks, so that another run decides alike */

static const uint64_t LEAST_ROOM = 1 << 16;

int64_t oasis_export_chunks_in(const OasisExport *self, double seconds)
{
    const OasisModelInfo *model = oasis_restorer_model(self->params->job->restorers[0]);
    const OasisRational rate = oasis_source_info(self->params->job->source)->frame_rate;
    const double a_second = rate.num > 0 && rate.den > 0 ? (double)rate.num / (double)rate.den : 25;
    const double chunks = seconds * a_second / (model->chunk_frames - model->chunk_overlap);

    return chunks < 1 ? 1 : (int64_t)chunks;
}

/* Pieces that the first n ranges have. */
static int64_t pieces_before(const OasisExport *self, size_t n)
{
    const int64_t piece_chunks = self->journal.head.piece_chunks;
    int64_t pieces = 0;

    for (size_t i = 0; i < n && piece_chunks; i++) {
        pieces += (self->ranges[i].chunks + piece_chunks - 1) / piece_chunks;
    }
    return pieces;
}

/* Each range begins a piece. */
static int64_t piece_of(const OasisExport *self, const OasisExportRange *range, int64_t chunk)
{
    const int64_t piece_chunks = self->journal.head.piece_chunks;

    return piece_chunks ? pieces_before(self, (size_t)(range - self->ranges)) +
                              (chunk - range->first_chunk) / piece_chunks
                        : 0;
}

/* The range that frames of the source belong to. */
static const OasisExportRange *range_of(const OasisExport *self, int64_t frame)
{
    const OasisExportRange *range = self->ranges;

    while (frame >= range->frames.end) {
        range++;
    }
    return range;
}

OasisFrameRange oasis_export_piece_range(const OasisExport *self, const OasisChunkGrid *grid,
                                    int64_t piece)
{
    const int64_t piece_chunks = self->journal.head.piece_chunks;
    const OasisExportRange *range = self->ranges;
    int64_t first, next;
    OasisChunk begin, last;

    while (piece >= pieces_before(self, (size_t)(range - self->ranges) + 1)) {
        range++;
    }
    first = (piece - pieces_before(self, (size_t)(range - self->ranges))) * piece_chunks;
    next = first + piece_chunks < range->chunks ? first + piece_chunks : range->chunks;
    begin = oasis_chunk_get(grid, range->first_chunk + first);
    last = oasis_chunk_get(grid, range->first_chunk + next - 1);
    return (OasisFrameRange){
        .first = begin.own_first > range->frames.first ? begin.own_first : range->frames.first,
        .end = last.own_first + last.own_frames < range->frames.end
                   ? last.own_first + last.own_frames
                   : range->frames.end,
    };
}

/* The first chunk says how long work takes. */
static OasisStatus decide_length(OasisExport *self, OasisError *err)
{
    const double taken = oasis_seconds_now() - self->began;
    const int64_t most = oasis_export_chunks_in(self, MOST_FILM);
    int64_t chunks = 1;

    while (chunks * STEP <= most && (double)(chunks * STEP) * taken <= MOST_WORK) {
        chunks *= STEP;
    }
    return oasis_journal_set_pieces(&self->journal, chunks, &self->room, err);
}

/* Whether the chunk at hand is the last one of its piece. */
static bool ends_piece(const OasisExport *self)
{
    return self->chunk + 1 == self->range->first_chunk + self->range->chunks ||
           piece_of(self, self->range, self->chunk + 1) != self->piece;
}

/* --- a piece ---------------------------------------------------------------------------------- */

static OasisStatus open_piece(OasisExport *self, OasisError *err)
{
    int fd = -1;

    if (asprintf(&self->writing, "%s/%06" PRId64 ".XXXXXX", self->folder.path, self->piece) < 0) {
        self->writing = NULL;
        return oasis_fail_memory(err, self->params->path);
    }
    while ((fd = mkostemp(self->writing, O_CLOEXEC)) < 0) {
        OASIS_TRY(oasis_room_overcome(&self->room, errno, err));
    }
    return oasis_piece_writer_new(&self->piece_params, fd, &self->writer, err);
}

/* What is to come will be like what is there. */
static void foresee(OasisExport *self)
{
    const OasisJournalSum sum = oasis_journal_sum(&self->journal);
    const double a_frame = (double)sum.bytes / (double)sum.frames;
    const double frames = (double)self->journal.head.frames;

    self->room.needed = (uint64_t)(a_frame * (2 * frames - (double)sum.frames));
    self->room.step = LEAST_ROOM + 2 * sum.bytes / (uint64_t)sum.pieces;
}

static OasisStatus close_piece(OasisExport *self, OasisError *err)
{
    OasisPieceFacts facts;
    char *path;

    OASIS_TRY(oasis_piece_writer_finish(self->writer, &facts, err));
    oasis_piece_writer_free(&self->writer);
    path = oasis_export_piece_file(&self->folder, self->piece);
    if (!path) {
        return oasis_fail_memory(err, self->params->path);
    }
    while (rename(self->writing, path) != 0) {
        const int error_number = errno;
        const OasisStatus status = oasis_room_overcome(&self->room, error_number, err);

        if (status != OASIS_OK) {
            free(path);
            return status;
        }
    }
    oasis_target_sync_folder(path);
    free(path);
    free(self->writing);
    self->writing = NULL;
    OASIS_TRY(oasis_journal_add_piece(&self->journal, self->piece, &facts, &self->room, err));
    foresee(self);
    return OASIS_OK;
}

/* --- the sink's functions --------------------------------------------------------------------- */

static bool export_has(OasisSink *sink, const OasisChunkInfo *chunk)
{
    const OasisExport *self = (const OasisExport *)sink;

    return oasis_journal_has(
        &self->journal, piece_of(self, range_of(self, chunk->first_frame), chunk->index));
}

/* A failure is the piece's at hand. */
static OasisStatus note_failure(OasisExport *self, OasisStatus status)
{
    if (status != OASIS_OK) {
        self->failed = self->piece;
    }
    return status;
}

static OasisStatus export_begin_chunk(OasisSink *sink, const OasisChunkInfo *chunk, OasisError *err)
{
    OasisExport *self = (OasisExport *)sink;

    self->range = range_of(self, chunk->first_frame);
    if (!self->writer) {
        self->piece = piece_of(self, self->range, chunk->index);
        OASIS_TRY(open_piece(self, err));
    }
    self->chunk = chunk->index;
    return OASIS_OK;
}

static OasisStatus export_write(OasisSink *sink, OasisFrame *frame, OasisError *err)
{
    OasisExport *self = (OasisExport *)sink;

    return note_failure(
        self, oasis_piece_writer_write(self->writer, frame, self->range->zero_pts, err));
}

static OasisStatus end_chunk(OasisExport *self, OasisError *err)
{
    if (!self->journal.head.piece_chunks) {
        OASIS_TRY(decide_length(self, err));
    }
    return ends_piece(self) ? close_piece(self, err) : OASIS_OK;
}

static OasisStatus export_end_chunk(OasisSink *sink, OasisError *err)
{
    OasisExport *self = (OasisExport *)sink;

    return note_failure(self, end_chunk(self, err));
}

/* The pieces are joined when the job is over. */
static OasisStatus export_finish(OasisSink *sink, OasisError *err)
{
    return OASIS_OK;
}

static void export_close(OasisSink *sink)
{
}

static const OasisSinkClass export_class = {
    .has = export_has,
    .begin_chunk = export_begin_chunk,
    .write = export_write,
    .end_chunk = export_end_chunk,
    .finish = export_finish,
    .close = export_close,
};

void oasis_export_sink_begin(OasisExport *self)
{
    self->sink = (OasisSink){.klass = &export_class, .name = self->params->path};
    self->began = oasis_seconds_now();
    self->failed = -1;
}

void oasis_export_sink_end(OasisExport *self)
{
    oasis_piece_writer_free(&self->writer);
    if (self->writing) {
        unlink(self->writing);
    }
    free(self->writing);
    self->writing = NULL;
}
