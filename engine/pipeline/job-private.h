/* A running job and its three threads.
 *
 *   decode thread ──decoded──▶ the caller's thread ──trays──▶ encode thread
 *   reads the source           cache, model                   mixes, writes the sink
 *
 * All three walk the steps of the same plan in the same order: the decoded queue carries bare
 * frames, and each step has its tray. On a device that computes while the host goes on, the
 * caller's thread begins a step before it finishes the one before. Whoever fails first notes why
 * and triggers `stop`, which ends the others' waiting. Where the cache turns out not to hold what
 * it promised, the plan changes and the decode thread starts again from there.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "core/queue.h"
#include "model/restorer.h"
#include "oasis/job.h"
#include "pipeline/plan.h"
#include "pipeline/progress.h"

/* The frames that a step writes, on their way to the sink: first whoever computes them has the
 * tray, and when they are done the encode thread. */
typedef struct OasisTray {
    OasisFrame **restored; /* as many as the step writes, NULL where the plan wants none */
    OasisFrame **resized;  /* the source of the same frames, at their size */
    OasisTicket ticket;    /* of a chunk in flight, and the chunk that was begun after it */
    struct OasisTray *next;
    bool done; /* under the job's mutex */
} OasisTray;

typedef struct OasisJob {
    const OasisJobParams *params; /* borrowed */
    OasisChunkGrid grid;
    OasisPlan plan; /* changes only while nothing is decoded */

    OasisCancel *stop; /* child of the caller's cancel */
    atomic_int_least64_t written;

    /* A ring: step i has tray i % n_trays, as soon as the step that had it before is written. One
     * tray for each chunk in flight, and one that is being written. */
    OasisTray *trays;
    int n_trays;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    int64_t steps_written;
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
    OasisFrame **window; /* consecutive source frames, the first is number window_first */
    int64_t window_first;
    int in_window;
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

/* --- trays (job-tray.c) ----------------------------------------------------------------------- */

/* False without memory. Clear the trays whatever is returned, once no other thread has any. */
bool oasis_job_make_trays(OasisJob *job);
void oasis_job_clear_trays(OasisJob *job);

OasisTray *oasis_job_tray(const OasisJob *job, int64_t step);

/* Waits until a step's tray is free, and empty; OASIS_ERR_CANCELLED once the job is stopped. Tells
 * of progress, on the caller's thread. */
OasisStatus oasis_job_take_tray(OasisJob *job, int64_t step) OASIS_MUST_USE;

/* Hands a tray with all of its frames to the encode thread. */
void oasis_job_hand_on(OasisJob *job, OasisTray *tray);

/* The encode thread's side, which takes steps in order: waits for the frames of one, or is
 * OASIS_ERR_CANCELLED once the job is stopped; and gives the tray back. */
OasisStatus oasis_job_await_tray(OasisJob *job, int64_t step) OASIS_MUST_USE;
void oasis_job_give_back(OasisJob *job, OasisTray *tray);

/* --- the threads ------------------------------------------------------------------------------ */

/* Starts the decode thread at a step of the plan; it must not be running. */
OasisStatus oasis_job_start_decoder(OasisJob *job, int64_t step, OasisError *err) OASIS_MUST_USE;

/* Ends the decode thread and drops what it has decoded and nobody has taken. */
void oasis_job_stop_decoder(OasisJob *job);

/* Makes the window hold the source frames that a step needs, and puts into its tray what the cache
 * holds for it. An entry that does not hold what it promised changes the plan. */
OasisStatus oasis_job_feed(OasisJob *job, int64_t step, OasisTray *tray,
                           OasisError *err) OASIS_MUST_USE;
void oasis_job_clear_window(OasisJob *job);

/* Computes all steps and hands their trays on, on the calling thread. */
void oasis_job_compute(OasisJob *job);

/* Thread function; the argument is the OasisJob. */
void *oasis_job_encode(void *job);
