/* Stand-ins for what a job works with: a restorer without a model, a source that makes its frames
 * up, a sink that keeps what it gets. Each can be told to fail at any of its calls.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdatomic.h>

#include "oasis/job.h"

/* A countdown shared by all calls of one double: the call that finds it at 1 fails; 0 = never. */
typedef struct Fuse {
    atomic_int calls_left;
    OasisStatus status;
} Fuse;

/* Whether this call is the one to fail. */
bool fuse_blows(Fuse *fuse);

/* What the double's restorer makes of a chunk: luma inverted, and every sample shifted by the sum
 * of numbers that the chunk's frames carry, so that each result tells which frames it came from.
 * Resizing takes the nearest sample. */
struct OasisRestorer {
    OasisModelInfo model;
    Fuse fuse;
    int64_t runs;    /* with the model */
    int64_t resizes; /* without it */
    const OasisCancel *cancel_seen; /* of the last run */
};

OasisRestorer fake_restorer(int chunk_frames, int chunk_overlap);

/* A source of `frames` made-up frames; their times grow irregularly. */
typedef struct FakeSource {
    OasisSource base;
    OasisSourceInfo info;
    int64_t next;
    int64_t reads, seeks;
    int64_t ends_at; /* a lie of the file: read gives none from here on; -1 = honest */
    int64_t changes_at; /* the frame that has another format; -1 = none */
    Fuse fuse;
    bool closed;
} FakeSource;

void fake_source_init(FakeSource *source, const OasisFrameFormat *format, int64_t frames);

/* Frame n as every FakeSource of that format gives it; the caller's. */
OasisFrame *fake_source_frame(const OasisFrameFormat *format, int64_t n);
int64_t fake_source_pts(int64_t n);

/* A sink that keeps references of its frames and checks that calls come as sink.h promises. */
typedef struct FakeSink {
    OasisSink base;
    OasisFrame **frames;
    int64_t n_frames, capacity;
    OasisChunkInfo *chunks;
    int64_t n_chunks;
    int64_t in_chunk; /* frames still to come in the open chunk; -1 = no open chunk */
    bool finished;
    Fuse fuse;
    OasisCancel *cancel_at_write; /* triggered once `cancel_after` frames are written */
    int64_t cancel_after;
} FakeSink;

void fake_sink_init(FakeSink *sink);
void fake_sink_clear(FakeSink *sink);

/* An 8-bit 4:2:0 format. */
OasisFrameFormat test_format(int width, int height);

/* Whether all samples of two frames of one format are equal. */
bool test_frames_equal(const OasisFrame *a, const OasisFrame *b);
