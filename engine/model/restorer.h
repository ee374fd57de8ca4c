/* Restoring one chunk of frames: what the pipeline asks of the model.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/cancel.h"
#include "oasis/frame.h"
#include "oasis/restorer.h"

typedef struct OasisChunkWork {
    OasisFrame *const *frames; /* source frames, host memory, one format */
    int n_frames;              /* 1..chunk_frames; the last is repeated up to run_frames */
    int run_frames; /* that the model computes together: 4k+1, n_frames..chunk_frames, and it costs
                     * what it has; 0 = chunk_frames, as in a job */
    OasisFrameFormat output;   /* from oasis_output_format */
    int want_first, want_frames; /* which of them are wanted, relative to frames[0] */
    const OasisCancel *cancel; /* may be NULL */
    void (*progress)(double done, void *data); /* 0..1 of this chunk; may be NULL */
    void *data;
} OasisChunkWork;

/* Peak memory in bytes that restoring frames of one format to another takes on the restorer's
 * device. */
uint64_t oasis_restorer_peak_bytes(const OasisRestorer *restorer, const OasisFrameFormat *source,
                                   const OasisFrameFormat *output);

/* Takes the memory that chunks of these formats need, with or without the model. One that exceeds
 * the device's is OASIS_ERR_NO_MEMORY and names the largest height that fits. */
OasisStatus oasis_restorer_prepare(OasisRestorer *restorer, const OasisFrameFormat *source,
                                   const OasisFrameFormat *output, bool resize_only,
                                   OasisError *err) OASIS_MUST_USE;

/* Computes a chunk: import, fold, transformer in tiles, decoder in bands, export. Fills
 * restored[want_frames] and resized[want_frames] (the source at that size, for mixing) with new
 * frames that the caller owns (pts, duration and time base of the input frames). Either may be
 * NULL; without restored the model does not run, and frames that are not wanted are not looked at.
 * On failure none is left. Polls cancel every 100 ms of work at most. */
OasisStatus oasis_restorer_run(OasisRestorer *restorer, const OasisChunkWork *work,
                               OasisFrame **restored, OasisFrame **resized,
                               OasisError *err) OASIS_MUST_USE;

const OasisModelInfo *oasis_restorer_model(const OasisRestorer *restorer);
