/* Exports: what comes before the work, and trying again.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "export/export-private.h"
#include "export/gone.h"
#include "media/base/announce.h"
#include "model/restorer.h"

static const int64_t NANOSECONDS = 1000000000;
static const double USUAL_PIECE = 10; /* seconds, of a plan for many machines */

/* --- what comes before ------------------------------------------------------------------------ */

static OasisChunkGrid make_grid(const OasisExport *self)
{
    const OasisJobParams *job = self->params->job;
    const OasisModelInfo *model = oasis_restorer_model(job->restorers[0]);

    return (OasisChunkGrid){
        .frames = oasis_source_info(job->source)->frames,
        .chunk_frames = model->chunk_frames,
        .chunk_overlap = model->chunk_overlap,
        .cuts = job->cuts,
        .n_cuts = job->cuts ? job->n_cuts : 0,
    };
}

static int64_t to_ns(OasisRational time_base, int64_t pts)
{
    const int64_t ticks = pts * time_base.num;

    return ticks / time_base.den * NANOSECONDS +
           ticks % time_base.den * NANOSECONDS / time_base.den;
}

/* Where a range lies in time; what it has of the film begins where those before have ended. */
static void place_range(OasisExport *self, OasisExportRange *range, int64_t *film_pts)
{
    OasisSource *source = self->params->job->source;
    const OasisSourceInfo *info = oasis_source_info(source);
    const int64_t first = oasis_source_pts(source, range->frames.first);
    const bool to_end = range->frames.end == info->frames;
    const int64_t end = to_end ? 0 : oasis_source_pts(source, range->frames.end);

    range->zero_pts = first - *film_pts;
    range->span.start_ns = to_ns(info->time_base, first);
    range->span.end_ns = to_ns(info->time_base, end);
    *film_pts += end - first; /* what ends the file comes last */
}

static OasisStatus find_ranges(OasisExport *self, OasisError *err)
{
    const OasisExportParams *params = self->params;
    const OasisJobParams *job = params->job;
    const int64_t frames = oasis_source_info(job->source)->frames;
    int64_t least = 0, film_pts = 0;

    self->n_ranges = job->n_further + 1;
    self->ranges = calloc(self->n_ranges, sizeof *self->ranges);
    if (!self->ranges) {
        return oasis_fail_memory(err, params->path);
    }
    for (size_t i = 0; i < self->n_ranges; i++) {
        OasisExportRange *range = &self->ranges[i];
        OasisFrameRange *asked = &range->frames;

        *asked = i > 0 ? job->further[i - 1]
                       : (OasisFrameRange){job->first, job->end ? job->end : frames};
        if (asked->first < least || asked->first >= asked->end || asked->end > frames) {
            return oasis_fail(err, OASIS_ERR_USAGE, params->path,
                              "frames %lld to %lld are not a range of its source's %lld%s",
                              (long long)asked->first, (long long)asked->end, (long long)frames,
                              i > 0 ? " behind the one before" : "");
        }
        place_range(self, range, &film_pts);
        least = asked->end;
    }
    if (self->n_ranges == 1) {
        self->ranges->span.end_ns = params->target->end_ns;
    }
    return OASIS_OK;
}

static void find_chunks(OasisExport *self)
{
    const OasisChunkGrid grid = make_grid(self);

    for (size_t i = 0; i < self->n_ranges; i++) {
        OasisExportRange *range = &self->ranges[i];

        range->first_chunk = oasis_chunk_of_frame(&grid, range->frames.first);
        range->chunks =
            oasis_chunk_of_frame(&grid, range->frames.end - 1) - range->first_chunk + 1;
    }
}

static OasisStatus init(OasisExport *self, const OasisExportParams *params, OasisError *err)
{
    const OasisJobParams *job = params->job;

    self->params = params;
    self->folder.lock = -1;
    self->only = self->failed = -1;
    OASIS_TRY(find_ranges(self, err));
    if (job->n_restorers > 0) {
        find_chunks(self);
    }
    if (oasis_media_is_images(params->path)) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, params->path,
                          "is a name of pictures, which are whole one by one; open a sink");
    }
    OASIS_TRY(oasis_media_plan_new(params->path, params->target, params->info, &self->plan, err));
    OASIS_TRY(oasis_export_folder_find(&self->folder, params->path, err));
    self->room = (OasisRoom){
        .target = params->path,
        .folder = self->folder.path,
        .cancel = job->cancel,
        .wait = params->wait,
        .data = params->data,
        .step = 1 << 20,
    };
    self->piece_params = (OasisPieceParams){
        .name = params->path,
        .target = params->target,
        .plan = self->plan,
        .longest_ns = params->info ? params->info->longest_ns : 0,
    };
    return OASIS_OK;
}

static void clear(OasisExport *self)
{
    oasis_export_sink_end(self);
    oasis_journal_clear(&self->journal);
    oasis_export_folder_clear(&self->folder);
    oasis_media_plan_free(&self->plan);
    free(self->ranges);
}

/* A full disk is waited for once pieces are made; before, it is said. */
static OasisStatus wait_in_piece(void *data, OasisError *err)
{
    return oasis_room_wait(data, err);
}

static void ready_pieces(OasisExport *self)
{
    self->piece_params.threads = self->journal.head.encoder_threads;
    self->piece_params.waiter = (OasisRoomWaiter){wait_in_piece, &self->room};
    self->room.needed = 2 * (uint64_t)self->plan->bytes;
}

static OasisStatus begin_journal(OasisExport *self, double piece_seconds, OasisError *err)
{
    const OasisExportParams *params = self->params;
    OasisJournalHead head = {
        .n_ranges = self->n_ranges,
        .range_chunks = calloc(self->n_ranges, sizeof *head.range_chunks),
        .piece_chunks =
            piece_seconds > 0 ? oasis_export_chunks_in(self, piece_seconds) : 0,
        .encoder_threads =
            params->encoder_threads > 0 ? params->encoder_threads : oasis_encoder_threads(),
        .note = strdup(params->note ? params->note : ""),
    };
    OasisStatus status = head.note && head.range_chunks
                             ? oasis_facts_collect(params, self->plan, &head.facts, err)
                             : oasis_fail_memory(err, params->path);

    for (size_t i = 0; i < self->n_ranges && status == OASIS_OK; i++) {
        head.frames += self->ranges[i].frames.end - self->ranges[i].frames.first;
        head.range_chunks[i] = self->ranges[i].chunks;
    }
    oasis_journal_clear(&self->journal);
    if (status == OASIS_OK) {
        status = oasis_room_check(&self->room, (uint64_t)self->plan->bytes, 0, err);
    }
    if (status == OASIS_OK) {
        status = oasis_journal_begin(&self->journal, &self->folder, params->path, &head, err);
    }
    oasis_journal_head_clear(&head);
    return status;
}

/* Goes on with a journal that was read. */
static OasisStatus check_journal(OasisExport *self, OasisError *err)
{
    OasisFacts now = {0};
    OasisStatus status = oasis_facts_collect(self->params, self->plan, &now, err);

    if (status == OASIS_OK) {
        status = oasis_facts_compare(&self->journal.head.facts, &now, self->params->path,
                                     self->params->any_device, err);
    }
    oasis_facts_clear(&now);
    return status;
}

/* Where nothing could be begun, nothing lies about. */
static OasisStatus begin(OasisExport *self, double piece_seconds, OasisError *err)
{
    OasisStatus status;

    oasis_export_folder_empty(&self->folder);
    status = begin_journal(self, piece_seconds, err);
    if (status != OASIS_OK) {
        oasis_export_folder_drop(&self->folder);
    }
    return status;
}

/* What an earlier call has left there: nothing, work to go on with, or a film that only lacks that
 * its folder is removed. */
static OasisStatus take_up(OasisExport *self, double piece_seconds, bool *joined, OasisError *err)
{
    const OasisExportParams *params = self->params;

    OASIS_TRY(oasis_export_folder_hold(&self->folder, params->path, OASIS_HOLD_ALONE, err));
    if (!params->start_over) {
        oasis_export_folder_tidy(&self->folder);
        OASIS_TRY(oasis_journal_read(&self->journal, &self->folder, params->path, err));
    }
    *joined = oasis_export_is_joined(self);
    if (*joined) {
        return oasis_export_folder_remove(&self->folder, params->path, err);
    }
    if (self->journal.head.frames > 0) {
        OASIS_TRY(check_journal(self, err));
    } else {
        OASIS_TRY(begin(self, piece_seconds, err));
        self->fresh = true;
    }
    ready_pieces(self);
    return OASIS_OK;
}

/* What can be known before any work. A target that an earlier call has finished is known by the
 * journal, so that comes first. */
static OasisStatus check_target(const OasisExport *self, OasisError *err)
{
    const OasisTargetParams *target = &self->params->target->target;
    OasisJournal journal = {0};
    OasisExport look = {.params = self->params, .folder = self->folder};
    OasisStatus status = oasis_target_check(self->params->path, target->original, target->replace,
                                            err);

    if (status == OASIS_ERR_EXISTS &&
        oasis_journal_read(&journal, &self->folder, self->params->path, NULL) == OASIS_OK) {
        look.journal = journal;
        status = oasis_export_is_joined(&look) ? OASIS_OK : status;
    }
    oasis_journal_clear(&journal);
    return status;
}

/* --- making it -------------------------------------------------------------------------------- */

static OasisStatus try_job(OasisExport *self, OasisError *err)
{
    const OasisChunkGrid grid = make_grid(self);
    OasisJobParams job = *self->params->job;
    OasisStatus status;

    job.sink = &self->sink;
    oasis_export_sink_begin(self);
    if (self->only >= 0) {
        const OasisFrameRange piece = oasis_export_piece_range(self, &grid, self->only);

        job.first = piece.first;
        job.end = piece.end;
        job.n_further = 0;
    }
    status = oasis_job_run(&job, err);
    oasis_export_sink_end(self);
    return status;
}

/* Whether it failed since something is gone, which may come back. */
static bool is_gone(const OasisExport *self, OasisStatus status)
{
    return (status == OASIS_ERR_INPUT || status == OASIS_ERR_OUTPUT) && oasis_gone_find(self);
}

/* A piece that could not be encoded or written is tried once more. */
static OasisStatus make_pieces(OasisExport *self, OasisError *err)
{
    int64_t failed = -1;

    for (;;) {
        const OasisStatus status = try_job(self, err);

        if (is_gone(self, status)) {
            OASIS_TRY(oasis_gone_await(self, err));
        } else if (status == OASIS_ERR_OUTPUT && self->failed >= 0 && self->failed != failed) {
            failed = self->failed;
        } else {
            return status;
        }
    }
}

static bool is_whole(const OasisExport *self)
{
    return self->journal.n_pieces > 0 &&
           oasis_journal_sum(&self->journal).pieces == self->journal.n_pieces;
}

static OasisStatus finish(OasisExport *self, bool *again, OasisError *err)
{
    OasisStatus status = oasis_export_finish(self, again, err);

    while (is_gone(self, status)) {
        OASIS_TRY(oasis_gone_await(self, err));
        status = oasis_export_finish(self, again, err);
    }
    return status;
}

static OasisStatus make_film(OasisExport *self, OasisError *err)
{
    bool again = true;

    for (int64_t rounds = 0; again && rounds < 3; rounds++) {
        if (!is_whole(self)) {
            OASIS_TRY(make_pieces(self, err));
        }
        OASIS_TRY(finish(self, &again, err));
    }
    return again ? oasis_fail(err, OASIS_ERR_OUTPUT, self->params->path,
                              "pieces of it are damaged again and again; the disk may be failing")
                 : OASIS_OK;
}

static OasisStatus run(OasisExport *self, OasisError *err)
{
    bool joined;

    OASIS_TRY(check_target(self, err));
    OASIS_TRY(oasis_announce(self->params->path, self->plan, self->params->target, err));
    OASIS_TRY(take_up(self, self->params->piece_seconds, &joined, err));
    if (joined) {
        return OASIS_OK;
    }
    if (self->params->begin) {
        self->params->begin(self->params->data);
    }
    return make_film(self, err);
}

/* What was begun in this call and came to nothing does not lie about. */
static void tidy(OasisExport *self)
{
    if (self->fresh && oasis_journal_sum(&self->journal).pieces == 0) {
        oasis_export_folder_drop(&self->folder);
    }
}

OasisStatus oasis_export_run(const OasisExportParams *params, OasisError *err)
{
    OasisExport self = {0};
    OasisStatus status = init(&self, params, err);

    status = status == OASIS_OK ? run(&self, err) : status;
    if (status != OASIS_OK) {
        oasis_export_sink_end(&self);
        tidy(&self);
    }
    clear(&self);
    return status;
}

/* --- many machines ---------------------------------------------------------------------------- */

static OasisStatus plan(OasisExport *self, OasisError *err)
{
    const double wanted = self->params->piece_seconds;

    OASIS_TRY(check_target(self, err));
    OASIS_TRY(oasis_announce(self->params->path, self->plan, self->params->target, err));
    OASIS_TRY(
        oasis_export_folder_hold(&self->folder, self->params->path, OASIS_HOLD_ALONE, err));
    OASIS_TRY(oasis_journal_read(&self->journal, &self->folder, self->params->path, err));
    if (self->journal.head.frames > 0 && !self->params->start_over) {
        return oasis_fail(err, OASIS_ERR_EXISTS, self->params->path,
                          "has unfinished work already; go on with it, or start over");
    }
    return begin(self, wanted > 0 ? wanted : USUAL_PIECE, err);
}

OasisStatus oasis_export_plan(const OasisExportParams *params, OasisError *err)
{
    OasisExport self = {0};
    OasisStatus status = init(&self, params, err);

    status = status == OASIS_OK ? plan(&self, err) : status;
    clear(&self);
    return status;
}

/* Takes hold of a plan, which must be there. */
static OasisStatus open_plan(OasisExport *self, OasisExportHold hold, OasisError *err)
{
    const char *path = self->params->path;

    OASIS_TRY(oasis_journal_read(&self->journal, &self->folder, path, err));
    if (self->journal.head.frames == 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, path, "has no unfinished work; plan it first");
    }
    OASIS_TRY(oasis_export_folder_hold(&self->folder, path, hold, err));
    OASIS_TRY(check_journal(self, err));
    ready_pieces(self);
    return OASIS_OK;
}

static OasisStatus make_piece(OasisExport *self, int64_t piece, OasisError *err)
{
    OASIS_TRY(open_plan(self, OASIS_HOLD_TOGETHER, err));
    if (piece < 0 || piece >= self->journal.n_pieces) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->params->path,
                          "has pieces 0 to %lld, but not %lld",
                          (long long)self->journal.n_pieces - 1, (long long)piece);
    }
    self->only = piece;
    return oasis_journal_has(&self->journal, piece) ? OASIS_OK : make_pieces(self, err);
}

OasisStatus oasis_export_piece(const OasisExportParams *params, int64_t piece, OasisError *err)
{
    OasisExport self = {0};
    OasisStatus status = init(&self, params, err);

    status = status == OASIS_OK ? make_piece(&self, piece, err) : status;
    clear(&self);
    return status;
}

static OasisStatus join(OasisExport *self, OasisError *err)
{
    const OasisJournal *journal = &self->journal;
    bool again;

    OASIS_TRY(check_target(self, err));
    OASIS_TRY(open_plan(self, OASIS_HOLD_ALONE, err));
    if (oasis_export_is_joined(self)) {
        return oasis_export_folder_remove(&self->folder, self->params->path, err);
    }
    for (int64_t i = 0; i < journal->n_pieces; i++) {
        if (!oasis_journal_has(journal, i)) {
            return oasis_fail(err, OASIS_ERR_INPUT, self->params->path,
                              "piece %lld of %lld is missing; make it first", (long long)i,
                              (long long)journal->n_pieces);
        }
    }
    OASIS_TRY(finish(self, &again, err));
    return again ? oasis_fail(err, OASIS_ERR_INPUT, self->params->path,
                              "a piece is damaged and was removed; make it again")
                 : OASIS_OK;
}

OasisStatus oasis_export_join(const OasisExportParams *params, OasisError *err)
{
    OasisExport self = {0};
    OasisStatus status = init(&self, params, err);

    status = status == OASIS_OK ? join(&self, err) : status;
    clear(&self);
    return status;
}
