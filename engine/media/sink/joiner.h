/* Joining pieces of an encoded picture track and the other tracks of their source into a file.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/part-file.h"
#include "media/encode/piece-writer.h"
#include "oasis/cancel.h"
#include "oasis/media.h"

typedef struct OasisJoinParams {
    const OasisPieceParams *pieces; /* as they were made */
    size_t n_pieces;
    /* Opens a piece for reading, or returns a negative error number. */
    int (*open)(size_t piece, void *data);
    /* The sum of its bytes as it was written. */
    uint64_t (*sum)(size_t piece, void *data);
    void (*progress)(double done, void *data); /* 0..1, a hundred times or so; may be NULL */
    void *data;
    const OasisSpan *spans; /* the film's ranges of the source, one at least */
    size_t n_spans;
    const OasisCancel *cancel; /* may be NULL */
} OasisJoinParams;

/* Writes the part file, looks whether all is in it that should be, and gives it its name: one
 * stream of pictures, whose times of decoding go on over the seams as if one encoder had made it.
 * Where a piece turns out to be damaged it is OASIS_ERR_INPUT, and *damaged its number, else
 * n_pieces. */
OasisStatus oasis_join(const OasisJoinParams *params, OasisPartFile *part, size_t *damaged,
                       OasisError *err) OASIS_MUST_USE;
