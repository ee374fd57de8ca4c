/* A running job and its three threads.
 *
 *   decode thread ──decoded──▶ the caller's thread ──finished──▶ encode thread
 *   reads the source           model, cache, mix                 writes the sink
 *
 * All three walk the same plan in the same order, so the queues carry bare frames. Whoever fails
 * first notes why and triggers `stop`, which ends the others' waiting. Where the cache turns out
 * not to hold what it promised, the plan changes and the decode thread starts again from there.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "core/queue.h"
#include "oasis/job.h"
#include "pipeline/plan.h"
#include "pipeline/progress.h"

typedef struct OasisJob {
    const OasisJobParams *params; /* borrowed */
    OasisChunkGrid grid;
    OasisPlan plan; /* changes only while nothing is decoded */

    OasisCancel *stop;    /* child of the caller's cancel */
    OasisQueue *finished; /* frames for the sink */
    atomic_int_least64_t written;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t encoder_changed;
    bool encode_ended;
    OasisStatus status; /* of the first failure */
    OasisError error;

    /* While the decode thread runs; set by the caller's thread before and after. */
    pthread_t decoder;
    bool decoding;
    int64_t decode_from;      /* its first step */
    OasisCancel *decode_stop; /* child of stop */
    OasisQueue *decoded;      /* source frames */

    /* The caller's thread only. */
    OasisMeter meter;
    double work_before; /* done before the chunk at work */
    double work_chunk;  /* of the chunk at work, when it is complete */
} OasisJob;

/* --- the state that they share (job-state.c) -------------------------------------------------- */

/* Notes a failure, unless there was one before, and stops all threads. A thread that was stopped
 * itself passes OASIS_ERR_CANCELLED and may leave err NULL; the decode thread says nothing then. */
void oasis_job_fail(OasisJob *job, OasisStatus status, const OasisError *err);

/* For what is left in a queue. */
void oasis_job_drop_frame(void *frame);

/* Starts a thread that leaves signals to the caller's. */
OasisStatus oasis_job_start_thread(OasisJob *job, pthread_t *thread, void *(*run)(void *),
                                   OasisError *err) OASIS_MUST_USE;

/* Refuses, before the work that it is needed for, what does not fit the device's memory. */
OasisStatus oasis_job_prepare(const OasisJob *job, OasisError *err) OASIS_MUST_USE;

/* Progress, all of it on the caller's thread: the plan is made, the chunk at work is `done` (0..1),
 * it is complete, the job is. The caller is told where that is due. */
void oasis_job_begin_progress(OasisJob *job);
void oasis_job_progress(OasisJob *job, double done);
void oasis_job_chunk_done(OasisJob *job);
void oasis_job_end_progress(OasisJob *job);

/* --- the threads ------------------------------------------------------------------------------ */

/* Starts the decode thread at a step of the plan; it must not be running. */
OasisStatus oasis_job_start_decoder(OasisJob *job, int64_t step, OasisError *err) OASIS_MUST_USE;

/* Ends the decode thread and drops what it has decoded and nobody has taken. */
void oasis_job_stop_decoder(OasisJob *job);

/* Takes decoded frames, computes, and hands finished frames on, on the calling thread. */
void oasis_job_compute(OasisJob *job);

/* Thread function; the argument is the OasisJob. */
void *oasis_job_encode(void *job);
