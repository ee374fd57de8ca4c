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

/* Notes a failure, unless there was one before, and stops all threads. A thread that was stopped
 * itself passes OASIS_ERR_CANCELLED and may leave err NULL; the decode thread says nothing then. */
void oasis_job_fail(OasisJob *job, OasisStatus status, const OasisError *err);

/* For what is left in a queue. */
void oasis_job_drop_frame(void *frame);

/* Starts a thread that leaves signals to the caller's. */
OasisStatus oasis_job_start_thread(OasisJob *job, pthread_t *thread, void *(*run)(void *),
                                   OasisError *err) OASIS_MUST_USE;

/* Starts the decode thread at a step of the plan; it must not be running. */
OasisStatus oasis_job_start_decoder(OasisJob *job, int64_t step,
                                    OasisError *err) OASIS_MUST_USE;

/* Ends the decode thread and drops what it has decoded and nobody has taken. */
void oasis_job_stop_decoder(OasisJob *job);

/* The cache does not hold what it promised for a step: plans to restore it, and starts decoding
 * again from there. */
OasisStatus oasis_job_restore_step(OasisJob *job, int64_t step,
                                   OasisError *err) OASIS_MUST_USE;

/* Thread function; the argument is the OasisJob. */
void *oasis_job_encode(void *job);

/* Takes decoded frames, computes, and hands finished frames on, on the calling thread. */
void oasis_job_compute(OasisJob *job);

/* Tells the caller how far the job is, if that is due; `done` (0..1) is of the chunk at work. */
void oasis_job_progress(OasisJob *job, double done);

/* The chunk at work is complete. */
void oasis_job_chunk_done(OasisJob *job);
