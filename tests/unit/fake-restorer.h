/* A restorer without a model, in place of the one in engine/model.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "doubles.h"

/* What it makes of a chunk: luma inverted, and every sample shifted by the sum
 * of numbers that the chunk's frames carry, so that each result tells which frames it came from.
 * Resizing takes the nearest sample. */
struct OasisRestorer {
    OasisModelInfo model;
    Fuse fuse;
    bool lacks_memory; /* refuses every size */
    int64_t runs;    /* with the model */
    int64_t resizes; /* without it */
    Census census;   /* of the frames that it made */
};

OasisRestorer fake_restorer(int chunk_frames, int chunk_overlap);
