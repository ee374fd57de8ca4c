/* How far a job is, how fast, and how long it will take.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/job.h"

/* So many chunks that what they took tells what the rest will take: single ones may be twice as
 * slow as others. */
enum { OASIS_METER_MARKS = 32 };

/* Work is counted in frames through the model; what the rest of a frame's way costs is a small part
 * of one. Times are seconds by any clock that only goes forward. Thread-safety: one thread. */
typedef struct OasisMeter {
    double work_total;
    int64_t frames_total;

    double work_done;     /* the most that was seen */
    double part_done;     /* the most that was reported, 0..1 */
    double last_reported; /* time; negative before the first report */

    /* The starts of the last chunks, oldest first. */
    struct OasisMeterMark {
        double time;
        double work_done;
    } marks[OASIS_METER_MARKS];
    int n_marks;
    bool slid; /* the first one is no longer the job's begin */
} OasisMeter;

/* A meter that starts at `now`, with work that was done before. */
OasisMeter oasis_meter_make(double work_total, double work_done, int64_t frames_total, double now);

/* There is more to do than was thought. */
void oasis_meter_add(OasisMeter *meter, double work);

/* Notes that a chunk was just completed, so that old chunks stop counting for the rate. */
void oasis_meter_mark(OasisMeter *meter, double work_done, double now);

/* Whether a report is due: the last one is a tenth of a second old, or there was none. */
bool oasis_meter_due(const OasisMeter *meter, double now);

/* What to report. */
OasisProgress oasis_meter_report(OasisMeter *meter, double work_done, int64_t frames_done,
                                 double now);
