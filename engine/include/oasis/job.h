/* Restoring a range of frames from a source into a sink.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"
#include "oasis/grain.h"
#include "oasis/restorer.h"
#include "oasis/sink.h"
#include "oasis/source.h"

/* A program that restores a raw video: tests/headers/example-job.c.
 *
 *     #include <stdio.h>
 *
 *     #include "oasis/job.h"
 *
 *     typedef struct Work {
 *         OasisModel *model;
 *         OasisDevice *device;
 *         OasisRestorer *restorer;
 *         OasisSource *source;
 *         OasisSink *sink;
 *     } Work;
 *
 *     static OasisStatus restore(Work *work, char **paths, OasisError *err)
 *     {
 *         OasisJobParams job = {.strength = 1};
 *         OasisTargetParams target = {.original = paths[2]};
 *         OasisSize size = {.scale = 2};
 *         const OasisSourceInfo *info;
 *
 *         OASIS_TRY(oasis_model_open(paths[1], &work->model, err));
 *         OASIS_TRY(oasis_device_open(&(OasisDeviceParams){.name = "auto"}, &work->device, err));
 *         OASIS_TRY(oasis_restorer_new(work->model, work->device, &work->restorer, err));
 *         OASIS_TRY(oasis_y4m_source_open(paths[2], &work->source, err));
 *         info = oasis_source_info(work->source);
 *         OASIS_TRY(oasis_output_format(&info->format, &size, &job.output, err));
 *         target.format = job.output;
 *         target.frame_rate = info->frame_rate;
 *         OASIS_TRY(oasis_y4m_sink_open(paths[3], &target, &work->sink, err));
 *         job.restorers = &work->restorer;
 *         job.n_restorers = 1;
 *         job.source = work->source;
 *         job.sink = work->sink;
 *         return oasis_job_run(&job, err);
 *     }
 *
 *     int main(int argc, char **argv)
 *     {
 *         Work work = {0};
 *         OasisError err;
 *         OasisStatus status = argc == 4 ? restore(&work, argv, &err)
 *                                        : oasis_fail(&err, OASIS_ERR_USAGE, argv[0],
 *                                                     "wants MODEL SOURCE.y4m TARGET.y4m");
 *
 *         if (status != OASIS_OK) {
 *             fprintf(stderr, "%s: %s\n", err.subject, err.detail);
 *         }
 *         oasis_sink_close(&work.sink);
 *         oasis_source_close(&work.source);
 *         oasis_restorer_free(&work.restorer);
 *         oasis_device_close(&work.device);
 *         oasis_model_close(&work.model);
 *         return status == OASIS_OK ? 0 : 1;
 *     }
 */

#ifdef __cplusplus
extern "C" {
#endif

/* The size of the restored frames: a factor, or a height in lines that keeps the shape, of what a
 * crop leaves of the source's. Rounded to nearest, then to even where the format's subsampling
 * needs it. */
typedef struct OasisSize {
    double scale; /* 1..4; 0 = 2 unless height is given */
    int height;   /* 0 = by scale */
    bool square;  /* samples become square: of the two sides the shorter one grows, or with a height
                   * the width follows */
    OasisCrop crop; /* of the source's frames */
} OasisSize;

/* The format of the frames that a job writes for a source's: 8-bit sources give 8 bits, deeper ones
 * 10, and HDR (PQ, HLG) always; 4:2:0, or the source's subsampling where it is finer; colour
 * description and sample aspect as the source's, unless samples are to be square (limited range;
 * RGB sources become 4:4:4 of BT.709, or BT.2020 with HDR). */
OASIS_API OasisStatus oasis_output_format(const OasisFrameFormat *source, const OasisSize *size,
                                          OasisFrameFormat *output, OasisError *err) OASIS_MUST_USE;

/* The chunk grid: the one function that says which frames are computed together. It depends on the
 * frame count, the scene cuts and the model alone, so that a chunk's result is the same bytes
 * whichever range asked for it. Every frame is owned by exactly one chunk. */
typedef struct OasisChunk {
    int64_t index;
    int64_t first;      /* first source frame computed with */
    int frames;         /* how many source frames; the last one is repeated up to chunk_frames */
    int64_t own_first;  /* first frame that this chunk owns */
    int own_frames;     /* how many it owns */
} OasisChunk;

typedef struct OasisChunkGrid {
    int64_t frames;      /* of the source */
    int chunk_frames;    /* 4k+1, from the model */
    int chunk_overlap;   /* even, from the model */
    const int64_t *cuts; /* ascending frames at which the grid starts anew; may be NULL */
    size_t n_cuts;
} OasisChunkGrid;

OASIS_API int64_t oasis_chunk_count(const OasisChunkGrid *grid);
OASIS_API OasisChunk oasis_chunk_get(const OasisChunkGrid *grid, int64_t index);
/* The chunk that owns a frame. */
OASIS_API int64_t oasis_chunk_of_frame(const OasisChunkGrid *grid, int64_t frame);

typedef struct OasisProgress {
    int64_t frames_done;      /* written to the sink */
    int64_t frames_total;
    double fraction;          /* 0..1 over all work, within a chunk too; never falls */
    double frames_per_second; /* of the last chunks; 0 until known */
    double seconds_left;      /* -1 until known */
} OasisProgress;

/* Restored frames that exist already (the preview store). Entries stay pinned between has and the
 * end of the job. One that then cannot be opened or read, or is not what its chunk is, costs
 * nothing but time: the job restores the chunk anew. Called on the thread that runs the job; where
 * there are several restorers, on those of the job, one at a time. */
typedef struct OasisChunkCache {
    bool (*has)(void *data, int64_t chunk);
    /* Opens the frames that the chunk owns, at strength 1, in the job's output format. */
    OasisStatus (*open)(void *data, int64_t chunk, OasisSource **frames, OasisError *err);
    /* Is shown the same frames of a chunk that the job has restored and writes whole, and may keep
     * them; on the job's encode thread. May be NULL. */
    void (*keep)(void *data, int64_t chunk, OasisFrame *const *frames, int64_t n);
    void *data;
} OasisChunkCache;

/* Frames first <= n < end of a source. */
typedef struct OasisFrameRange {
    int64_t first, end;
} OasisFrameRange;

typedef struct OasisJobParams {
    /* One or more, each on a device of its own, all made with the same OasisModel and computing in
     * the same dtype. A chunk goes to whichever is free. Chunks are written in order, so that a
     * device waits for one that is much slower. */
    OasisRestorer *const *restorers;
    int n_restorers;
    OasisSource *source;
    OasisSink *sink;
    OasisFrameFormat output;  /* from oasis_output_format */
    OasisCrop crop;           /* the size's that the output was made by */
    int64_t first, end;       /* frames of the source: first <= n < end; end 0 = all */
    const OasisFrameRange *further; /* that follow, each behind the one before; NULL = none */
    size_t n_further;
    double strength;          /* 0..1 */
    const OasisGrain *grain;  /* that is given back; NULL = none */
    double grain_share;       /* 0..1 of it, as far as the strength has taken it away */
    const int64_t *cuts;      /* scene cuts of the whole source; NULL = none known */
    size_t n_cuts;
    const OasisChunkCache *cache;   /* may be NULL */
    const OasisCancel *cancel;      /* may be NULL */
    /* Called on the thread that runs the job, at most ten times a second and once at the end. */
    void (*progress)(const OasisProgress *progress, void *data);
    void *data;
} OasisJobParams;

/* Restores the range and finishes the sink (but does not close it). Blocks; decodes and encodes on
 * threads of its own, and has one for each restorer but the first. On any failure, cancelling
 * included, the sink is left unfinished: close it. Fewer frames in the source than it promised:
 * OASIS_ERR_INPUT; restorers that do not go together: OASIS_ERR_USAGE. */
OASIS_API OasisStatus oasis_job_run(const OasisJobParams *params, OasisError *err) OASIS_MUST_USE;

/* What a job will take. */
typedef struct OasisJobCost {
    double seconds;        /* of computing, roughly; -1 where it is not known how fast the devices
                            * compute (OasisDeviceInfo.rates) */
    uint64_t memory_bytes; /* of the device that needs most at its peak, weights included; more than
                            * it has where the job will be refused */
} OasisJobCost;

/* Computes nothing, and needs neither sink nor callbacks. Fails as the job would for params that
 * make no sense. */
OASIS_API OasisStatus oasis_job_cost(const OasisJobParams *params, OasisJobCost *cost,
                                     OasisError *err) OASIS_MUST_USE;

/* Restores one frame by itself, at strength 1: a chunk of one, which takes a small part of a
 * chunk's time. The model sees no neighbours in time, so this is not what a job makes of the frame.
 * `crop` is left out of it, and `output` (from oasis_output_format) is what the rest becomes.
 * *draft is owned by the caller; NULL on failure. Blocks; the restorer does nothing else. */
OASIS_API OasisStatus oasis_draft_frame(OasisRestorer *restorer, OasisFrame *frame,
                                        const OasisCrop *crop, const OasisFrameFormat *output,
                                        const OasisCancel *cancel, OasisFrame **draft,
                                        OasisError *err) OASIS_MUST_USE;

#ifdef __cplusplus
}
#endif
