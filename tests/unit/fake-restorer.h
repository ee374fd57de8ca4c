/* A restorer without a model, in place of the one in engine/model.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "doubles.h"

enum { FAKE_MOST_SLOTS = 3, FAKE_MOST_FRAMES = 64 };

/* What it makes of a chunk: luma inverted, and every sample shifted by the sum
 * of numbers that the chunk's frames carry, so that each result tells which frames it came from.
 * Resizing takes the nearest sample. Until a chunk is finished its frames show something else. */
struct OasisRestorer {
    OasisModelInfo model;
    const OasisModelInfo *shared; /* another's model in place of its own; NULL = its own */
    OasisDeviceInfo device;
    int slots;
    int dawdling; /* how often it lets other threads go first, each frame */
    Fuse fuse;         /* of each frame that is begun */
    Fuse late_fuse;    /* of each chunk that is finished */
    bool lacks_memory; /* refuses every size */
    int64_t runs;    /* with the model */
    int64_t resizes; /* without it */
    int64_t begun, finished; /* chunks */
    int64_t overlaps;        /* those finished after a later one was begun */
    OasisFrame *pending[FAKE_MOST_SLOTS][FAKE_MOST_FRAMES]; /* of chunks in flight, then NULL */
    Census census;   /* of the frames that it made */
};

/* With one slot. */
OasisRestorer fake_restorer(int chunk_frames, int chunk_overlap);

/* That it was used as it has to be: all that was begun is finished, and no frame is left. */
void fake_restorer_check(const OasisRestorer *restorer);
