/* How far a job is, how fast, and how long it will take.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/progress.h"

#include <string.h>

static const double REPORT_INTERVAL = 0.1;
enum { ENOUGH_MARKS = 3 };
static const double SHORTEST_MEASURE = 0.25; /* seconds that a rate must rest on */

OasisMeter oasis_meter_make(double work_total, double work_done, int64_t frames_total, double now)
{
    return (OasisMeter){
        .work_total = work_total,
        .frames_total = frames_total,
        .work_done = work_done,
        .last_reported = -1,
        .marks = {{.time = now, .work_done = work_done}},
        .n_marks = 1,
    };
}

static void meter_advance(OasisMeter *meter, double work_done)
{
    if (work_done > meter->work_total) {
        work_done = meter->work_total;
    }
    if (work_done > meter->work_done) {
        meter->work_done = work_done;
    }
}

void oasis_meter_add(OasisMeter *meter, double work)
{
    meter->work_total += work;
}

void oasis_meter_mark(OasisMeter *meter, double work_done, double now)
{
    meter_advance(meter, work_done);
    if (meter->n_marks == OASIS_METER_MARKS) {
        memmove(meter->marks, meter->marks + 1, sizeof meter->marks - sizeof meter->marks[0]);
        meter->n_marks--;
        meter->slid = true;
    }
    meter->marks[meter->n_marks++] =
        (struct OasisMeterMark){.time = now, .work_done = meter->work_done};
}

bool oasis_meter_due(const OasisMeter *meter, double now)
{
    return meter->last_reported < 0 || now - meter->last_reported >= REPORT_INTERVAL;
}

/* Since when work is measured. The first chunk, for which all is made ready, says little as soon as
 * there are a few others. */
static const struct OasisMeterMark *first_mark(const OasisMeter *meter)
{
    return &meter->marks[!meter->slid && meter->n_marks >= ENOUGH_MARKS];
}

OasisProgress oasis_meter_report(OasisMeter *meter, double work_done, int64_t frames_done,
                                 double now)
{
    OasisProgress progress = {
        .frames_done = frames_done,
        .frames_total = meter->frames_total,
        .seconds_left = -1,
    };
    const struct OasisMeterMark *first = first_mark(meter);
    double seconds, work;

    meter_advance(meter, work_done);
    meter->last_reported = now;
    if (meter->work_done / meter->work_total > meter->part_done) {
        meter->part_done = meter->work_done / meter->work_total;
    }
    progress.fraction = meter->part_done;
    seconds = now - first->time;
    work = meter->work_done - first->work_done;
    if (seconds >= SHORTEST_MEASURE && work > 0) {
        double rate = work / seconds;

        /* A frame's share of all work, so that the rate does not leap with every chunk. */
        progress.frames_per_second = rate * (double)meter->frames_total / meter->work_total;
        progress.seconds_left = (meter->work_total - meter->work_done) / rate;
    }
    return progress;
}
