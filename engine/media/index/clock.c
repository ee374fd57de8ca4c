/* One clock for a recording.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index/clock.h"

#include <string.h>

#include "media/base/av-error.h"
#include "media/base/grow.h"
#include "media/base/ns.h"

enum { CLOCK_STEPS = 4 }; /* frames by which times go back only if the clock was set */

static const int64_t JUMP_NS = 10000000000;   /* longer gaps in all streams are no content */
static const int64_t BACK_NS = 80000000;      /* by which sound goes back only with the clock */
static const int64_t AHEAD_NS = 5000000000;
static const int64_t EDGE_NS = 2000000000;    /* by which sound and picture lie apart in a file */

typedef struct Mending {
    const OasisInput *input;
    const OasisTrackScan *scan;
    OasisIndex *index;
    int64_t capacity; /* of the pieces */
    int64_t step;     /* from frame to frame */
    int64_t offset;
    int64_t raw_before; /* the last frame's time as the file has it */
} Mending;

/* Containers that record a running clock; in the others a gap was made by somebody. */
static bool has_running_clock(const AVFormatContext *format)
{
    static const char *const names[] = {"mpegts", "mpeg", "flv", "avi"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(format->iformat->name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int64_t to_ns(const Mending *mending, int64_t time)
{
    return av_rescale_q(time, mending->input->video->time_base, OASIS_NS);
}

static bool begin_piece(Mending *mending, int64_t raw)
{
    OasisIndex *index = mending->index;
    OasisClockPiece *pieces = oasis_grow(index->pieces, (int64_t)index->n_pieces,
                                         &mending->capacity, sizeof *pieces);
    const int64_t raw_ns = to_ns(mending, raw);

    if (!pieces) {
        return false;
    }
    index->pieces = pieces;
    pieces[index->n_pieces++] = (OasisClockPiece){raw_ns, raw_ns, to_ns(mending, mending->offset)};
    return true;
}

/* Whether the clock was set between two frames. */
static bool is_set(const Mending *mending, int64_t before, int64_t pts, int64_t raw)
{
    if (pts <= before) {
        return before - pts > CLOCK_STEPS * mending->step;
    }
    return to_ns(mending, pts - before) > JUMP_NS &&
           has_running_clock(mending->input->format) &&
           oasis_track_scan_is_silent(mending->scan, to_ns(mending, mending->raw_before),
                                      to_ns(mending, raw));
}

/* The time of a frame that the file has at `raw`. False without memory. */
static bool mend(Mending *mending, int64_t before, int64_t raw, int64_t *pts)
{
    OasisIndex *index = mending->index;
    bool set;

    *pts = raw + mending->offset;
    set = index->n_pieces > 0 && is_set(mending, before, *pts, raw);
    if (set) {
        mending->offset += before + mending->step - *pts;
        *pts = before + mending->step;
    } else if (index->n_pieces > 0 && *pts <= before) {
        *pts = before + 1;
    }
    if ((set || index->n_pieces == 0) && !begin_piece(mending, raw)) {
        return false;
    }
    index->pieces[index->n_pieces - 1].to = to_ns(mending, raw);
    mending->raw_before = raw;
    return true;
}

static int64_t find_step(const OasisInput *input)
{
    AVRational rate = av_guess_frame_rate(input->format, input->video, NULL);
    int64_t step = av_rescale_q(1, rate.num > 0 ? av_inv_q(rate) : (AVRational){1, 25},
                                input->video->time_base);

    return step < 1 ? 1 : oasis_time_is_possible(step, input->video->time_base) ? step : 1;
}

int oasis_clock_mend(const OasisInput *input, const OasisTrackScan *scan, OasisIndex *index)
{
    Mending mending = {.input = input, .scan = scan, .index = index, .step = find_step(input)};

    for (int64_t n = 0; n < index->frames; n++) {
        const int64_t before = n > 0 ? index->pts[n - 1] : -mending.step;

        if (index->pts[n] == AV_NOPTS_VALUE) {
            index->pts[n] = before + mending.step;
        } else if (!mend(&mending, before, index->pts[n], &index->pts[n])) {
            return AVERROR(ENOMEM);
        }
        if (n > 0 && index->pts[n] <= before) { /* the first time of all, behind frames without */
            index->pts[n] = before + 1;
        }
        if (!oasis_time_is_possible(index->pts[n], input->video->time_base)) {
            return OASIS_ERROR_TIMES;
        }
    }
    return index->n_pieces > 0 || begin_piece(&mending, 0) ? 0 : AVERROR(ENOMEM);
}

static bool holds(const OasisClockPiece *piece, int64_t time_ns)
{
    return time_ns >= piece->from - EDGE_NS && time_ns <= piece->to + EDGE_NS;
}

size_t oasis_clock_follow(const OasisIndex *index, size_t piece, int64_t expected_ns,
                          int64_t time_ns)
{
    const int64_t jump = time_ns - expected_ns;

    if (jump > -BACK_NS && (jump < AHEAD_NS || holds(&index->pieces[piece], time_ns))) {
        return piece;
    }
    for (size_t next = piece + 1; next < index->n_pieces; next++) {
        if (holds(&index->pieces[next], time_ns)) {
            return next;
        }
    }
    return piece;
}
