/* Restoring one chunk of frames: what the pipeline asks of the model.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/cancel.h"
#include "oasis/frame.h"
#include "oasis/restorer.h"
#include "ops/ticket.h"

typedef struct OasisChunkWork {
    OasisFrame *const *frames; /* source frames, host memory, one format */
    int n_frames;              /* 1..chunk_frames; the last is repeated up to run_frames */
    int run_frames; /* that the model computes together: 4k+1, n_frames..chunk_frames, and it costs
                     * what it has; 0 = chunk_frames, as in a job */
    OasisCrop crop;            /* what of the frames is left out */
    OasisFrameFormat output;   /* from oasis_output_format */
    int want_first, want_frames; /* which of them are wanted, relative to frames[0] */
    const OasisCancel *cancel; /* may be NULL */
    /* 0..1 of this chunk, on the calling thread; may be NULL. When it is called, all chunks that
     * were begun before are ready to be finished, and it may finish them. */
    void (*progress)(double done, void *data);
    void *data;
} OasisChunkWork;

typedef struct OasisRestorerCost {
    uint64_t bytes; /* of the device's memory at the peak */
    double flops;   /* of a chunk */
} OasisRestorerCost;

/* What restoring frames of one format to another takes, or only resizing them. Bytes are UINT64_MAX
 * once the device is lost. */
OasisRestorerCost oasis_restorer_cost(const OasisRestorer *restorer,
                                      const OasisFrameFormat *source,
                                      const OasisFrameFormat *output, bool resize_only);

/* Takes the memory that chunks of these formats need, with or without the model. One that exceeds
 * the device's is OASIS_ERR_NO_MEMORY and names the largest height that fits. */
OasisStatus oasis_restorer_prepare(OasisRestorer *restorer, const OasisFrameFormat *source,
                                   const OasisFrameFormat *output, bool resize_only,
                                   OasisError *err) OASIS_MUST_USE;

/* How many chunks may be begun before the first of them is finished. */
int oasis_restorer_slots(const OasisRestorer *restorer);

/* Begins a chunk: import, fold, transformer in tiles, decoder in bands, export. Sets
 * restored[want_frames] and resized[want_frames] (the source at that size, for mixing) to new
 * frames that the caller owns (pts, duration and time base of the input frames), but may neither
 * look at nor drop before the chunk of *ticket is finished. Either may be NULL; without restored
 * the model does not run, and frames that are not wanted are not looked at. Source frames may be
 * released once it returns. On failure no frame is left. Polls cancel every 100 ms of work at
 * most. */
OasisStatus oasis_restorer_begin(OasisRestorer *restorer, const OasisChunkWork *work,
                                 OasisFrame **restored, OasisFrame **resized, OasisTicket *ticket,
                                 OasisError *err) OASIS_MUST_USE;

/* Waits until the frames of a chunk are filled. Every chunk that was begun is finished, those begun
 * before it first; after a failure its frames are worth nothing, but may be dropped. */
OasisStatus oasis_restorer_finish(OasisRestorer *restorer, OasisTicket ticket,
                                  OasisError *err) OASIS_MUST_USE;

/* The model and the device that it was made with. Borrowed. */
const OasisModelInfo *oasis_restorer_model(const OasisRestorer *restorer);
const OasisDeviceInfo *oasis_restorer_device(const OasisRestorer *restorer);

/* What stands for the model, as oasis_model_identity has it. */
void oasis_restorer_identity(const OasisRestorer *restorer, const char *folder,
                             char identity[65]);
