/* Where restored frames go: an interface that media files, Y4M files, the preview store and tests
 * implement.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/frame.h"
#include "oasis/source.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One chunk as the sink sees it: the source frames that this chunk owns within the job's range. */
typedef struct OasisChunkInfo {
    int64_t index;       /* the chunk's number on the source's grid: the same whatever the range */
    int64_t first_frame; /* first source frame written for it */
    int64_t frames;      /* how many are written for it */
} OasisChunkInfo;

/* Thread-safety: one thread at a time; a job calls it from its encode thread only, but for has,
 * which it asks before that thread begins. Calls come as (begin_chunk, write × frames, end_chunk)
 * for each chunk that the sink does not have, in order, then finish once; or close without finish,
 * which must leave nothing behind under the final name. They fail with OASIS_ERR_NO_SPACE where the
 * disk is full, else with OASIS_ERR_OUTPUT or OASIS_ERR_NO_MEMORY, and after that only closing
 * makes sense. */
typedef struct OasisSink OasisSink;

/* Whether a chunk is written already, by an earlier run: then its frames need not be made again.
 * Asked once for each chunk of a job, in order. */
OASIS_API bool oasis_sink_has(OasisSink *sink, const OasisChunkInfo *chunk);

OASIS_API OasisStatus oasis_sink_begin_chunk(OasisSink *sink, const OasisChunkInfo *chunk,
                                             OasisError *err) OASIS_MUST_USE;

/* The frame stays the caller's; a sink that keeps it takes a reference of its own. pts as in the
 * source (not yet moved to the range's start), strictly growing. */
OASIS_API OasisStatus oasis_sink_write(OasisSink *sink, OasisFrame *frame,
                                       OasisError *err) OASIS_MUST_USE;
OASIS_API OasisStatus oasis_sink_end_chunk(OasisSink *sink, OasisError *err) OASIS_MUST_USE;

/* Completes what was written and gives it its final name. */
OASIS_API OasisStatus oasis_sink_finish(OasisSink *sink, OasisError *err) OASIS_MUST_USE;

/* Closes *sink and sets it to NULL. A pointer to NULL is fine. */
OASIS_API void oasis_sink_close(OasisSink **sink);

typedef struct OasisTargetParams {
    OasisFrameFormat format;  /* of every frame written */
    OasisRational frame_rate; /* nominal */
    const char *original;     /* the file that the frames come from, never overwritten; or NULL */
    bool replace;             /* an existing target may be replaced */
} OasisTargetParams;

/* What can be known before any work: that a file can be written at `path`, with its unfinished part
 * beside it, and that neither is `original` (NULL = none) under another name. OASIS_ERR_EXISTS if
 * `path` exists and replace is false, else OASIS_ERR_OUTPUT. Opening a sink checks it again. */
OASIS_API OasisStatus oasis_target_check(const char *path, const char *original, bool replace,
                                         OasisError *err) OASIS_MUST_USE;

/* Opens a YUV4MPEG2 file for writing, as .NAME.part.EXT beside `path`; finish renames it. Fails
 * as oasis_target_check does. */
OASIS_API OasisStatus oasis_y4m_sink_open(const char *path, const OasisTargetParams *params,
                                          OasisSink **sink, OasisError *err) OASIS_MUST_USE;

/* --- for those who implement a sink; callers use the functions above --- */

/* Each does what the function of its name says. */
typedef struct OasisSinkClass {
    bool (*has)(OasisSink *sink, const OasisChunkInfo *chunk); /* NULL: it has none */
    /* NULL: chunks mean nothing to the sink. */
    OasisStatus (*begin_chunk)(OasisSink *sink, const OasisChunkInfo *chunk, OasisError *err);
    OasisStatus (*write)(OasisSink *sink, OasisFrame *frame, OasisError *err);
    OasisStatus (*end_chunk)(OasisSink *sink, OasisError *err); /* may be NULL, too */
    OasisStatus (*finish)(OasisSink *sink, OasisError *err);
    void (*close)(OasisSink *sink); /* frees the sink */
} OasisSinkClass;

/* Implementations begin with this. */
struct OasisSink {
    const OasisSinkClass *klass;
    const char *name; /* file name for messages; lives as long as the sink */
};

#ifdef __cplusplus
}
#endif
