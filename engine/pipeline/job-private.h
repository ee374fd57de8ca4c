/* A running job and its three threads.
 *
 *   decode thread ──decoded──▶ the caller's thread ──finished──▶ encode thread
 *   reads the source           model, cache, mix                 writes the sink
 *
 * All three walk the same plan in the same order, so the queues carry bare frames. Whoever fails
 * first notes why and triggers `stop`, which ends the others' waiting.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "oasis/job.h"
#include "plan.h"
#include "progress.h"
#include "queue.h"

typedef struct OasisJob {
    const OasisJobParams *params; /* borrowed */
    OasisChunkGrid grid;
    OasisPlan plan; /* read-only once the threads run */

    OasisCancel *stop;    /* child of the caller's cancel */
    OasisQueue *decoded;  /* source frames */
    OasisQueue *finished; /* frames for the sink */
    atomic_int_least64_t written;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t encoder_changed;
    bool encode_ended;
    OasisStatus status; /* of the first failure */
    OasisError error;

    /* The caller's thread only. */
    OasisMeter meter;
    double work_before; /* done before the chunk at work */
    double work_chunk;  /* of the chunk at work, when it is complete */
} OasisJob;

/* Notes a failure, unless there was one before, and stops all threads. A thread that was stopped
 * itself passes OASIS_ERR_CANCELLED and may leave err NULL. */
void oasis_job_fail(OasisJob *job, OasisStatus status, const OasisError *err);

/* Thread functions; the argument is the OasisJob. */
void *oasis_job_decode(void *job);
void *oasis_job_encode(void *job);

/* Takes decoded frames, computes, and hands finished frames on, on the calling thread. */
void oasis_job_compute(OasisJob *job);

/* Tells the caller how far the job is, if that is due; `done` (0..1) is of the chunk at work. */
void oasis_job_progress(OasisJob *job, double done);

/* The chunk at work is complete. */
void oasis_job_chunk_done(OasisJob *job);
