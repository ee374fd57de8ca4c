/* The frame map: which frames are shown and when, of coded frames whose fields relate in all the
 * ways that there are. Pure data; no file is read.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "media/frames/frame-map.h"
#include "test.h"

enum { MOST = 64 };

enum {
    W = OASIS_MAKING_WHOLE,
    T = OASIS_MAKING_TOP_FIRST,
    V = OASIS_MAKING_WOVEN_TOP,
    X = OASIS_MAKING_NONE,
};

static OasisFrameMap make(const int64_t *pts, int64_t frames, OasisFrameMapParams params)
{
    const OasisIndex index = {.frames = frames, .pts = (int64_t *)pts};
    OasisFrameMap map;

    if (params.time_base.den == 0) {
        params.time_base = (AVRational){1, 90000};
    }
    REQUIRE(oasis_frame_map_make(&index, &params, &map));
    return map;
}

/* Whatever was asked for: times grow, frames come in their order, and each is found again. */
static void check_order(const OasisFrameMap *map)
{
    CHECK(map->frames > 0 && map->last_duration > 0);
    for (int64_t n = 1; n < map->frames; n++) {
        CHECK(map->pts[n] > map->pts[n - 1]);
        CHECK(map->coded[n] >= map->coded[n - 1]);
    }
    for (int64_t n = 0; n < map->frames; n++) {
        int64_t first = oasis_frame_map_first(map, map->coded[n]);

        CHECK(first == n || (first == n - 1 && map->double_rate));
    }
    CHECK_INT(oasis_frame_map_first(map, map->coded_frames), map->frames);
}

static void fill_even(int64_t *pts, int64_t frames, int64_t step)
{
    for (int64_t n = 0; n < frames; n++) {
        pts[n] = 1000 + n * step;
    }
}

static void check_whole(void)
{
    int64_t pts[MOST];
    OasisFrameMap map;

    fill_even(pts, 10, 3600);
    map = make(pts, 10, (OasisFrameMapParams){.even = true, .last_duration = 1800});
    check_order(&map);
    CHECK_INT(map.frames, 10);
    CHECK_INT(map.ticks, 1);
    CHECK_INT(map.last_duration, 1800);
    for (int n = 0; n < 10; n++) {
        CHECK_INT(map.pts[n], pts[n]);
        CHECK_INT(map.coded[n], n);
    }
    oasis_frame_map_clear(&map);
}

/* One a field: twice as many, the second halfway to the next frame, also where steps vary. */
static void check_double(void)
{
    const int64_t pts[] = {0, 3600, 7201, 14401};
    const int64_t twice[] = {0, 1800, 3600, 5400, 7201, 10801, 14401, 16201};
    const uint8_t mixed[] = {T, W, W, T};
    OasisFrameMapParams params = {
        .otherwise = OASIS_MAKING_TOP_FIRST,
        .double_rate = true,
        .last_duration = 3600,
    };
    OasisFrameMap map = make(pts, 4, params);

    check_order(&map);
    CHECK_INT(map.frames, 8);
    for (int n = 0; n < 8; n++) {
        CHECK_NEAR((double)map.pts[n] / map.ticks, (double)twice[n], 0.51);
        CHECK_INT(map.coded[n], n / 2);
    }
    CHECK_INT(map.last_duration, 1800 * map.ticks);
    oasis_frame_map_clear(&map);

    /* What has no fields is shown once, for all of its time. */
    params.making = mixed;
    params.known = 4;
    map = make(pts, 4, params);
    check_order(&map);
    CHECK_INT(map.frames, 6);
    CHECK_INT(map.coded[2], 1);
    CHECK_INT(map.coded[3], 2);
    CHECK_INT(map.pts[2], 3600 * map.ticks);
    oasis_frame_map_clear(&map);

    /* What is known of two frames in the middle alone says nothing of the others. */
    params.making = mixed + 1;
    params.first = 1;
    params.known = 2;
    map = make(pts, 4, params);
    CHECK_INT(map.frames, 6);
    CHECK_INT(map.coded[1], 0);
    CHECK_INT(map.coded[2], 1);
    CHECK_INT(map.coded[5], 3);
    params.otherwise = OASIS_MAKING_WHOLE;
    oasis_frame_map_clear(&map);
    map = make(pts, 4, params);
    CHECK_INT(map.frames, 4);
    oasis_frame_map_clear(&map);
}

/* Hard telecine: one in five goes, and four stand where five stood, evenly. */
static void check_telecine(void)
{
    uint8_t making[40];
    int64_t pts[40];
    OasisFrameMap map;

    fill_even(pts, 40, 3003);
    for (int phase = 0; phase < 5; phase++) {
        for (int n = 0; n < 40; n++) {
            making[n] = (uint8_t[]){W, W, X, V, W}[(n + phase) % 5];
        }
        making[0] = making[0] == X || making[0] == V ? W : making[0];
        map = make(pts, 40, (OasisFrameMapParams){.making = making, .known = 40, .even = true,
                                                  .last_duration = 3003});
        check_order(&map);
        CHECK(map.frames == 32 || map.frames == 33);
        for (int64_t n = 2; n < map.frames; n++) {
            CHECK_INT(map.pts[n] - map.pts[n - 1], 15015 / 4 * map.ticks + 15015 % 4);
        }
        oasis_frame_map_clear(&map);
    }
}

/* Soft telecine: two and three fields in turn become even times, in ticks that round, too. */
static void check_soft(void)
{
    int64_t pts[21] = {500};
    OasisFrameMap map;

    for (int first = 2; first <= 3; first++) {
        for (int n = 1; n <= 20; n++) {
            pts[n] = pts[n - 1] + 1501 + (n % 2 == first % 2 ? 1501 : 3003);
        }
        map = make(pts, 21, (OasisFrameMapParams){.even = true, .last_duration = 3754});
        check_order(&map);
        CHECK_INT(map.frames, 21);
        for (int64_t n = 1; n < map.frames; n++) {
            CHECK_NEAR((double)(map.pts[n] - map.pts[n - 1]) / map.ticks, 3753, 2);
        }
        oasis_frame_map_clear(&map);
    }
    map = make(pts, 21, (OasisFrameMapParams){.last_duration = 3754});
    CHECK_INT(map.pts[1], pts[1]); /* not asked for */
    oasis_frame_map_clear(&map);
    /* Steps of that proportion, but of no film's length. */
    fill_even(pts, 21, 6000);
    for (int n = 1; n < 21; n += 2) {
        pts[n] += 1200;
    }
    map = make(pts, 21, (OasisFrameMapParams){.even = true, .last_duration = 6000});
    CHECK_INT(map.pts[1], pts[1]);
    oasis_frame_map_clear(&map);
}

/* Whatever a damaged list says, the map holds. */
static void check_random(void)
{
    for (int round = 0; round < 2000; round++) {
        const int64_t frames = test_random_int(1, 30);
        const int64_t first = test_random_int(0, (int)frames - 1);
        uint8_t making[30];
        int64_t pts[30];
        OasisFrameMap map;

        for (int64_t n = 0; n < frames; n++) {
            making[n] = (uint8_t)test_random_int(0, OASIS_MAKINGS - 1);
            pts[n] = (n > 0 ? pts[n - 1] : 0) + test_random_int(1, 9);
        }
        map = make(pts, frames,
                   (OasisFrameMapParams){
                       .making = round % 4 ? making + first : NULL,
                       .first = first,
                       .known = round % 4 ? test_random_int(1, (int)(frames - first)) : 0,
                       .otherwise = (OasisMaking)test_random_int(0, OASIS_MAKINGS - 1),
                       .double_rate = round % 2,
                       .even = round % 3,
                       .time_base = {1, 180},
                       .last_duration = 1,
                   });
        CHECK(map.frames <= 2 * frames);
        check_order(&map);
        oasis_frame_map_clear(&map);
    }
}

int main(void)
{
    test_begin();
    check_whole();
    check_double();
    check_telecine();
    check_soft();
    check_random();
    return test_end();
}
