/* The frame map: from coded frames to frames that are shown.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/frames/frame-map.h"

#include <libavutil/macros.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/cache-file.h"

enum {
    TICKS = 4, /* a field is half a frame, a frame of film one and a quarter */
    CYCLE = 5, /* coded frames to four of film */
    LEAST_STEPS = 5,
};

OasisMaking oasis_making_of(OasisInterlacing interlacing)
{
    switch (interlacing) {
    case OASIS_INTERLACING_FLAGGED:
        return OASIS_MAKING_FLAGGED;
    case OASIS_INTERLACING_TOP_FIRST:
        return OASIS_MAKING_TOP_FIRST;
    case OASIS_INTERLACING_BOTTOM_FIRST:
        return OASIS_MAKING_BOTTOM_FIRST;
    case OASIS_INTERLACING_NONE:
        break;
    }
    return OASIS_MAKING_WHOLE;
}

typedef struct Making {
    const OasisIndex *index;
    const OasisFrameMapParams *params;
    OasisFrameMap *map;
} Making;

/* From a coded frame to the next; where the file has none, as it was two frames away. */
static int64_t step(const Making *making, int64_t n)
{
    const OasisIndex *index = making->index;

    if (n < 0) {
        n += 2;
    }
    if (n >= index->frames - 1) {
        n -= 2;
    }
    return n >= 0 && n < index->frames - 1 ? index->pts[n + 1] - index->pts[n]
                                           : making->params->last_duration;
}

/* Whether a frame is shown for so many fields of a sixtieth of a second. */
static bool is_shown_for(const Making *making, int64_t time, int fields)
{
    const double seconds = (double)time * av_q2d(making->params->time_base);

    return fabs(60 * seconds - fields) < 0.1;
}

/* Whether so many steps around a frame, those of the file alone, are of three and two fields in
 * turn, beginning with three after it, that it is no chance. */
static bool is_in_turn(const Making *making, int64_t n)
{
    int steps = 0;

    for (int64_t k = n - 1; k >= 0 && steps < LEAST_STEPS; k--, steps++) {
        if (!is_shown_for(making, step(making, k), (n - k) % 2 ? 2 : 3)) {
            break;
        }
    }
    for (int64_t k = n; k < making->index->frames - 1 && steps < LEAST_STEPS; k++, steps++) {
        if (!is_shown_for(making, step(making, k), (k - n) % 2 ? 2 : 3)) {
            break;
        }
    }
    return steps == LEAST_STEPS;
}

/* Film whose frames are told to be shown for two and three fields in turn: those that follow a
 * short one come half a field early. */
static int64_t soft_shift(const Making *making, int64_t n)
{
    const int64_t before = step(making, n - 1), after = step(making, n);

    if (!is_shown_for(making, after, 3) || !is_shown_for(making, before, 2) ||
        !is_in_turn(making, n)) {
        return 0;
    }
    return TICKS / 2 * (after - before);
}

static bool is_left_out(const Making *making, int64_t n)
{
    return n >= 0 && n < making->index->frames && making->map->making[n] == OASIS_MAKING_NONE;
}

/* Film of which one frame in five was left out: by its place in the cycle, which begins with that
 * frame. In quarters of a coded frame. */
static int64_t hard_shift(const Making *making, int64_t n)
{
    static const int quarters[CYCLE] = {0, -2, -1, 0, 1};

    for (int place = 1; place < CYCLE; place++) {
        if (is_left_out(making, n - place) || is_left_out(making, n - place + CYCLE)) {
            return quarters[place] * (quarters[place] < 0 ? step(making, n - 1) : step(making, n));
        }
    }
    return 0;
}

/* When a coded frame is shown, in the map's ticks. */
static int64_t time_of(const Making *making, int64_t n)
{
    const int64_t time = TICKS * making->index->pts[n];

    if (!making->params->even || oasis_making_parts(making->map->making[n])) {
        return time;
    }
    return time + hard_shift(making, n) + soft_shift(making, n);
}

static void show(OasisFrameMap *map, int64_t coded, int64_t pts)
{
    if (map->frames > 0 && pts <= map->pts[map->frames - 1]) {
        pts = map->pts[map->frames - 1] + 1;
    }
    map->pts[map->frames] = pts;
    map->coded[map->frames++] = coded;
}

static void show_all(const Making *making)
{
    const OasisIndex *index = making->index;
    OasisFrameMap *map = making->map;
    int64_t end = TICKS * (index->pts[index->frames - 1] + making->params->last_duration);

    for (int64_t n = 0; n < index->frames; n++) {
        if (map->making[n] == OASIS_MAKING_NONE) {
            continue;
        }
        show(map, n, time_of(making, n));
        if (map->double_rate && oasis_making_parts(map->making[n])) {
            const int64_t next = n + 1 < index->frames ? TICKS * index->pts[n + 1] : end;

            show(map, n, (TICKS * index->pts[n] + next) / 2);
        }
    }
    map->last_duration = FFMAX(end - map->pts[map->frames - 1], 1);
}

/* Counts in stream time again where that is exact, as it is where frames are shown as coded. */
static void simplify(OasisFrameMap *map)
{
    bool exact = map->last_duration % TICKS == 0;

    for (int64_t n = 0; n < map->frames && exact; n++) {
        exact = map->pts[n] % TICKS == 0;
    }
    map->ticks = exact ? 1 : TICKS;
    for (int64_t n = 0; n < map->frames && exact; n++) {
        map->pts[n] /= TICKS;
    }
    map->last_duration /= exact ? TICKS : 1;
}

bool oasis_frame_map_make(const OasisIndex *index, const OasisFrameMapParams *params,
                          OasisFrameMap *map)
{
    const size_t coded = (size_t)index->frames, most = coded * (params->double_rate ? 2 : 1);
    const Making making = {index, params, map};

    *map = (OasisFrameMap){
        .coded_frames = index->frames,
        .pts = calloc(most, sizeof *map->pts),
        .coded = calloc(most, sizeof *map->coded),
        .making = malloc(coded),
        .all = params->all,
        .double_rate = params->double_rate,
    };
    if (!map->pts || !map->coded || !map->making) {
        oasis_frame_map_clear(map);
        return false;
    }
    memset(map->making, (int)params->otherwise, coded);
    if (params->making) {
        memcpy(map->making + params->first, params->making, (size_t)params->known);
    }
    /* The first has none before it. */
    if (map->making[0] >= OASIS_MAKING_WOVEN_TOP) {
        map->making[0] = OASIS_MAKING_WHOLE;
    }
    show_all(&making);
    simplify(map);
    return true;
}

void oasis_frame_map_clear(OasisFrameMap *map)
{
    free(map->pts);
    free(map->coded);
    free(map->making);
    *map = (OasisFrameMap){0};
}

uint64_t oasis_frame_map_sum(const OasisFrameMap *map)
{
    const int64_t how[] = {map->frames, map->ticks, map->last_duration, map->all, map->double_rate};
    uint64_t sum = oasis_cache_hash(how, sizeof how);

    sum = oasis_cache_hash_on(sum, map->pts, (size_t)map->frames * sizeof *map->pts);
    sum = oasis_cache_hash_on(sum, map->coded, (size_t)map->frames * sizeof *map->coded);
    return oasis_cache_hash_on(sum, map->making, (size_t)map->coded_frames);
}

int64_t oasis_frame_map_first(const OasisFrameMap *map, int64_t coded)
{
    int64_t low = 0, high = map->frames;

    while (low < high) {
        const int64_t middle = low + (high - low) / 2;

        if (map->coded[middle] < coded) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
