/* Frames of noise as a source, and a sink that drops what it gets: a job without files.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/sink.h"
#include "oasis/source.h"

typedef struct BenchFrames {
    OasisSource source;
    OasisSink sink;
    OasisSourceInfo info;
    OasisFrame *noise; /* every frame, at another time */
    int64_t next;
} BenchFrames;

/* n frames of 8-bit 4:2:0. Clear it whatever is returned. */
OasisStatus bench_frames_make(BenchFrames *frames, int width, int height, int64_t n,
                              OasisError *err) OASIS_MUST_USE;
void bench_frames_clear(BenchFrames *frames);
