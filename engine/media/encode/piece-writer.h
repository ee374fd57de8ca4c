/* Frames in, a piece of the encoded picture track out: one that can be decoded by itself.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"

/* What a full disk is answered with; all zeros fail the write. */
typedef struct OasisRoomWaiter {
    /* Returns OASIS_OK once writing may go on. */
    OasisStatus (*wait)(void *data, OasisError *err);
    void *data;
} OasisRoomWaiter;

typedef struct OasisPieceFacts {
    int64_t frames;
    uint64_t bytes;
    uint64_t sum; /* FNV-1a of the whole file */
} OasisPieceFacts;

/* How many threads of an encoder suit this machine. */
int oasis_encoder_threads(void);

typedef struct OasisPieceParams {
    const char *name; /* for messages */
    const OasisMediaTarget *target;
    const OasisMediaPlan *plan;
    int64_t longest_ns; /* that a frame is shown; 0 = nobody knows */
    int threads;        /* as oasis_encoder_open has them */
    OasisRoomWaiter waiter;
} OasisPieceParams;

/* Thread-safety: one thread at a time. */
typedef struct OasisPieceWriter OasisPieceWriter;

/* Opens an encoder of its own for a piece that is written to the descriptor, which it takes over.
 * The params are borrowed as long as the writer lives. *writer is NULL after a failure. */
OasisStatus oasis_piece_writer_new(const OasisPieceParams *params, int fd,
                                   OasisPieceWriter **writer, OasisError *err) OASIS_MUST_USE;

/* The film begins at `zero_pts` on the frame's clock. The frame stays the caller's. */
OasisStatus oasis_piece_writer_write(OasisPieceWriter *writer, OasisFrame *frame, int64_t zero_pts,
                                     OasisError *err) OASIS_MUST_USE;

/* Ends the piece, which is on the disk then. A piece of no frames is OASIS_ERR_USAGE. */
OasisStatus oasis_piece_writer_finish(OasisPieceWriter *writer, OasisPieceFacts *facts,
                                      OasisError *err) OASIS_MUST_USE;
void oasis_piece_writer_free(OasisPieceWriter **writer); /* a pointer to NULL is fine */
