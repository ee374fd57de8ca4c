/* One clock for a recording: where the file's own was set back or ahead, or frames have no times.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"
#include "media/input/track-scan.h"

/* Makes the times of the index's frames, as the file has them (AV_NOPTS_VALUE for none), grow
 * strictly: missing ones follow the frame before, a clock that was set goes on, and frames at one
 * time are moved apart by the least. Fills the clock's pieces. Returns 0 or a negative
 * AVERROR: OASIS_ERROR_TIMES where the recording would last longer than any. */
int oasis_clock_mend(const OasisInput *input, const OasisTrackScan *scan, OasisIndex *index);

/* By how much the times of another stream are moved: finds the piece that a time of the file's
 * clock belongs to. `piece` is that of the stream's time before, whose `expected_ns` this would
 * have been; 0 at the stream's beginning. Returns the piece. */
size_t oasis_clock_follow(const OasisIndex *index, size_t piece, int64_t expected_ns,
                          int64_t time_ns);
