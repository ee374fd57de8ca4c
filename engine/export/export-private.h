/* An export at work.
 *
 *   export.c       what is to be done first: plan, folder, journal, room on the disk; and the tries
 *   export-sink.c  the job's sink: whole chunks into pieces, each journaled when it is closed
 *   gone.c         waiting for what was unplugged
 *   finish.c       the pieces joined, and the folder removed
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "export/folder.h"
#include "export/journal.h"
#include "export/room.h"
#include "media/encode/piece-writer.h"
#include "oasis/export.h"

/* One of the ranges that are joined. */
typedef struct OasisExportRange {
    OasisFrameRange frames;
    OasisSpan span;      /* exact, but for the end of the only one */
    int64_t zero_pts;    /* at which the film would begin on the source's clock, for its frames */
    int64_t first_chunk, chunks; /* that it lies in; not known for a join, which needs no model */
} OasisExportRange;

typedef struct OasisExport {
    OasisSink sink; /* of its job; first */
    const OasisExportParams *params;
    OasisMediaPlan *plan;
    OasisExportFolder folder;
    OasisJournal journal;
    OasisRoom room;
    OasisPieceParams piece_params;
    OasisExportRange *ranges;
    size_t n_ranges;
    bool fresh;         /* the journal was begun in this call */
    int64_t only;       /* the one piece to make; -1 = all that are missing */

    /* The piece at hand. */
    OasisPieceWriter *writer; /* NULL between two */
    char *writing;            /* its file, under a name for the meantime */
    int64_t piece, chunk;
    const OasisExportRange *range; /* in which they lie */
    double began;        /* when the job was, in seconds */
    int64_t failed;      /* the piece that could not be made; -1 = none */
} OasisExport;

/* --- the sink (export-sink.c) ------------------------------------------------------------------
 * */

/* Readies the sink for a try. */
void oasis_export_sink_begin(OasisExport *self);
/* Drops what was begun and not closed. */
void oasis_export_sink_end(OasisExport *self);

/* The frames of a piece in the source. */
OasisFrameRange oasis_export_piece_range(const OasisExport *self, const OasisChunkGrid *grid,
                                    int64_t piece);

/* How many chunks are about so long, in seconds of film; one at least. */
int64_t oasis_export_chunks_in(const OasisExport *self, double seconds);

/* --- the end (finish.c) ------------------------------------------------------------------------
 * */

/* Whether the target is the film already, and only the folder is left to be removed. */
bool oasis_export_is_joined(const OasisExport *self);

/* Joins all pieces into the target and removes the folder. Where a piece turned out to be damaged,
 * that is dropped, and *again set: it has to be made anew. */
OasisStatus oasis_export_finish(OasisExport *self, bool *again, OasisError *err) OASIS_MUST_USE;
