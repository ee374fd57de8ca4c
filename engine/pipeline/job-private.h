/* A running job and its threads.
 *
 *   decode thread ──decoded──▶ compute threads ──trays──▶ encode thread
 *   reads the source           cache, model               mixes, writes the sink
 *
 * There is a compute thread for each restorer, the first of them the caller's. All walk the steps
 * of the same plan in the same order: the decoded queue carries bare frames, and each step has its
 * tray. Whichever compute thread is free takes the next step; on a device that computes while the
 * host goes on, it begins one before it finishes the one before. Whoever fails first notes why and
 * triggers `stop`, which ends the others' waiting. Where the cache turns out not to hold what it
 * promised, the plan changes and the decode thread starts again from there.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "core/queue.h"
#include "model/restorer.h"
#include "oasis/job.h"
#include "pipeline/plan.h"
#include "pipeline/progress.h"

/* The frames of a step, on their way to the sink: first whoever computes them has the tray, and
 * when they are done the encode thread. */
typedef struct OasisTray {
    const OasisPlanStep *step;
    OasisFrame **source; /* what it is computed from, until it is begun */
    int64_t first_source;
    int n_source;
    OasisFrame **restored; /* as many as the step writes, NULL where the plan wants none */
    OasisFrame **resized;  /* the source of the same frames, at their size */
    OasisTicket ticket;    /* of a chunk in flight, and the chunk that was begun after it */
    struct OasisTray *next;
    bool done; /* under the job's mutex */
} OasisTray;

typedef struct OasisJob OasisJob;

/* A restorer at work. */
typedef struct OasisWorker {
    OasisJob *job;
    OasisRestorer *restorer; /* borrowed */
    pthread_t thread;        /* of all but the first, which is the caller's */
    double chunk_work;       /* of the chunk that it is beginning */
    double work;             /* done of that; under the job's mutex */

    /* The chunks that are begun, but whose frames are not filled yet. */
    OasisTray *oldest, **end; /* a list */
    int in_flight;
} OasisWorker;

struct OasisJob {
    const OasisJobParams *params; /* borrowed */
    OasisChunkGrid grid;
    OasisPlan plan; /* changes only while nothing is decoded */

    OasisCancel *stop; /* child of the caller's cancel */
    atomic_int_least64_t written;

    OasisWorker *workers; /* one for each restorer */

    /* A ring: step i has tray i % n_trays, as soon as the step that had it before is written. One
     * tray for each chunk in flight, and one that is being written. */
    OasisTray *trays;
    int n_trays;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    int64_t steps_taken, steps_written;
    bool feeding; /* somebody is taking a step */
    bool encode_ended;
    OasisMeter meter;
    double work_begun;  /* of all chunks that are computed, but for the workers' own */
    OasisStatus status; /* of the first failure */
    OasisError error;

    /* Of whoever is taking a step; the job's own thread has them before and after. */
    pthread_t decoder;
    bool decoding;
    int64_t decode_from;      /* its first step */
    OasisCancel *decode_stop; /* child of stop */
    OasisQueue *decoded;      /* source frames */
    OasisFrame **window;      /* consecutive source frames, the first is number window_first */
    int64_t window_first;
    int in_window;
};

/* --- what is to be done (job-plan.c) ---------------------------------------------------------- */

/* Checks what the caller wants, and plans it. Clear the plan whatever is returned. */
OasisStatus oasis_job_plan(const OasisJobParams *params, OasisChunkGrid *grid, OasisPlan *plan,
                           OasisError *err) OASIS_MUST_USE;

/* --- the state that they share (job-state.c) -------------------------------------------------- */

/* Notes a failure, unless there was one before, and stops all threads. A thread that was stopped
 * itself passes OASIS_ERR_CANCELLED and may leave err NULL; the decode thread says nothing then. */
void oasis_job_fail(OasisJob *job, OasisStatus status, const OasisError *err);

/* For what is left in a queue. */
void oasis_job_drop_frame(void *frame);

/* Starts a thread that leaves signals to the caller's. */
OasisStatus oasis_job_start_thread(const OasisJob *job, pthread_t *thread, void *(*run)(void *),
                                   void *data, OasisError *err) OASIS_MUST_USE;

/* Refuses, before the work that it is needed for, what does not fit the device's memory. */
OasisStatus oasis_job_prepare(const OasisJob *job, OasisRestorer *restorer,
                              OasisError *err) OASIS_MUST_USE;

/* Progress: the plan is made, a worker's chunk is `work` far, it is begun; and on the caller's
 * thread alone what tells the caller, where that is due or at the end. */
void oasis_job_begin_progress(OasisJob *job);
void oasis_job_note_work(OasisWorker *worker, double work);
void oasis_job_note_begun(OasisWorker *worker, double work);
void oasis_job_progress(OasisJob *job);
void oasis_job_end_progress(OasisJob *job);

/* --- trays (job-tray.c) ----------------------------------------------------------------------- */

/* False without memory. Clear the trays whatever is returned, once no other thread has any. */
bool oasis_job_make_trays(OasisJob *job);
void oasis_job_clear_trays(OasisJob *job);

/* Waits for a worker's turn and for the next step's tray, and takes both, the tray empty. *tray is
 * NULL where there are no more steps, or where the worker has to finish its oldest chunk first, for
 * which the encode thread is waiting. OASIS_ERR_CANCELLED once the job is stopped. The first worker
 * tells of progress. */
OasisStatus oasis_job_take_tray(OasisWorker *worker, OasisTray **tray) OASIS_MUST_USE;

/* The tray holds what its step is computed from: the next worker's turn. */
void oasis_job_end_turn(OasisJob *job);

/* Hands a tray with all of its frames to the encode thread. */
void oasis_job_hand_on(OasisJob *job, OasisTray *tray);

/* The encode thread's side, which takes steps in order: waits for the frames of one, or is
 * OASIS_ERR_CANCELLED once the job is stopped; and gives the tray back. */
OasisStatus oasis_job_await_tray(OasisJob *job, int64_t step, OasisTray **tray) OASIS_MUST_USE;
void oasis_job_give_back(OasisJob *job, OasisTray *tray);

/* --- the threads ------------------------------------------------------------------------------ */

/* Starts the decode thread at a step of the plan; it must not be running. */
OasisStatus oasis_job_start_decoder(OasisJob *job, int64_t step, OasisError *err) OASIS_MUST_USE;

/* Ends the decode thread and drops what it has decoded and nobody has taken. */
void oasis_job_stop_decoder(OasisJob *job);

/* Takes the next step: its tray gets the source frames that it is computed from, and what the cache
 * holds for it. An entry that does not hold what it promised changes the plan. *tray as
 * oasis_job_take_tray gives it. */
OasisStatus oasis_job_feed(OasisWorker *worker, OasisTray **tray, OasisError *err) OASIS_MUST_USE;
void oasis_job_clear_window(OasisJob *job);

/* Thread functions. Computes steps until there are no more, and hands their trays on; the argument
 * is the OasisWorker. */
void *oasis_job_compute(void *worker);

/* Writes all steps; the argument is the OasisJob. */
void *oasis_job_encode(void *job);
