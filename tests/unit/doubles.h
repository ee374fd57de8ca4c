/* Stand-ins for what a job works with: a source that makes its frames up, a sink that keeps what it
 * gets. Each can be told to fail at any of its calls.
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

/* How many frames of one kind there are at a time. */
typedef struct Census {
    atomic_int alive, most;
} Census;

/* A frame that the census counts as long as it lives; takes `frame` over, and drops it on failure.
 * NULL without memory, or where frame is NULL. */
OasisFrame *count_frame(Census *census, OasisFrame *frame);

/* A source of `frames` made-up frames; their times grow irregularly. */
typedef struct FakeSource {
    OasisSource base;
    OasisSourceInfo info;
    int64_t next;
    int64_t reads, seeks;
    Census census;
    int64_t ends_at; /* a lie of the file: read gives none from here on; -1 = honest */
    int64_t changes_at; /* the frame that has another format; -1 = none */
    Fuse fuse;
    bool closed;
} FakeSource;

void fake_source_init(FakeSource *source, const OasisFrameFormat *format, int64_t frames);

/* Frame n as every FakeSource of that format gives it; the caller's. NULL without memory. */
OasisFrame *fake_source_frame(const OasisFrameFormat *format, int64_t n);
int64_t fake_source_pts(int64_t n);

/* A sink that keeps references of its frames and checks that calls come as sink.h promises. */
typedef struct FakeSink {
    OasisSink base;
    bool forgets; /* keeps neither frames nor chunks, only their numbers */
    OasisFrame **frames;
    int64_t n_frames, capacity;
    OasisChunkInfo *chunks;
    int64_t n_chunks;
    int64_t last_pts;
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

/* One sample; setting cuts it to the depth. */
unsigned test_get_sample(const OasisFrame *frame, int plane, int x, int y);
void test_set_sample(OasisFrame *frame, int plane, int x, int y, unsigned sample);

/* Whether all samples of two frames of one format are equal. */
bool test_frames_equal(const OasisFrame *a, const OasisFrame *b);
