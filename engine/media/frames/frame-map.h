/* The frame map: which frames are shown, when, and of which coded frames each is made.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/analysis/making.h"
#include "media/input/index.h"

/* Whether the lines of one field are shown and those between them made up. */
static inline bool oasis_making_parts(OasisMaking making)
{
    return making == OASIS_MAKING_FLAGGED || making == OASIS_MAKING_TOP_FIRST ||
           making == OASIS_MAKING_BOTTOM_FIRST;
}

/* What is made of each frame where only a look at some of them says how they relate to fields. */
OasisMaking oasis_making_of(OasisInterlacing interlacing);

/* How to make a map. */
typedef struct OasisFrameMapParams {
    const uint8_t *making; /* of coded frames from `first` on; NULL = none is known */
    int64_t first, known;  /* so many */
    OasisMaking otherwise; /* of the rest */
    bool all;         /* also parts frames that do not call themselves interlaced */
    bool double_rate; /* shows each field of frames that are parted, not the first one alone */
    bool even;        /* evens out the times of film made to fit 60 fields a second */
    AVRational time_base;  /* of stream time */
    int64_t last_duration; /* of the last coded frame, in that */
} OasisFrameMapParams;

/* Immutable once made. It depends on the file and on how it is to be shown alone, so that frame n
 * is the same by whatever way one comes to it. */
typedef struct OasisFrameMap {
    int64_t frames;  /* shown, >= 1 */
    int ticks;       /* of `pts` in a unit of stream time */
    int64_t *pts;    /* of each shown frame, strictly growing */
    int64_t *coded;  /* the frame that each is made of, twice for both fields */
    int64_t last_duration;
    int64_t coded_frames;
    uint8_t *making; /* of each coded frame */
    bool all, double_rate;
} OasisFrameMap;

/* False without memory. */
bool oasis_frame_map_make(const OasisIndex *index, const OasisFrameMapParams *params,
                          OasisFrameMap *map);

void oasis_frame_map_clear(OasisFrameMap *map); /* of zeros is fine */

/* Another number for another map. */
uint64_t oasis_frame_map_sum(const OasisFrameMap *map);

/* The first frame that is made of this coded one or a later one; `frames` if there is none. */
int64_t oasis_frame_map_first(const OasisFrameMap *map, int64_t coded);
