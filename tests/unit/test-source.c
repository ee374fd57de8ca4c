/* Which frame is the first at or after a time: the same as looking at every frame. And what
 * a source or a sink need not have.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/sink.h"
#include "oasis/source.h"
#include "test.h"

enum { FRAMES = 200 };

typedef struct TimedSource {
    OasisSource base;
    OasisSourceInfo info;
    int64_t pts[FRAMES];
    int closed;
} TimedSource;

static const OasisSourceInfo *timed_info(OasisSource *source)
{
    return &((TimedSource *)source)->info;
}

static int64_t timed_pts(OasisSource *source, int64_t n)
{
    return ((TimedSource *)source)->pts[n];
}

static void timed_close(OasisSource *source)
{
    ((TimedSource *)source)->closed++;
}

static const OasisSourceClass timed_class = {
    .info = timed_info, .pts = timed_pts, .close = timed_close,
};

static void check_random_times(void)
{
    static const OasisRational bases[] = {{1, 25}, {1001, 30000}, {1, 1000}, {1, 90000},
                                          {1, 1000000000}, {1, 1}};
    TimedSource source = {
        .base = {.klass = &timed_class, .name = "timed"},
        .info = {.frames = test_random_int(1, FRAMES),
                 .time_base = bases[test_random_int(0, 5)]},
    };
    const OasisRational base = source.info.time_base;

    for (int64_t n = 1; n < source.info.frames; n++) {
        source.pts[n] = source.pts[n - 1] + test_random_int(1, 5);
    }
    for (int i = 0; i < 200; i++) {
        int64_t about = source.pts[test_random_int(0, source.info.frames - 1)];
        int64_t ns = (int64_t)((double)about * (double)base.num / (double)base.den * 1e9) +
                     test_random_int(-3, 3) * (int64_t)test_random_int(0, 1000000);
        int64_t expected = 0;

        /* All factors are small here, so that 64 bits and long double are exact enough. */
        while (expected < source.info.frames &&
               (long double)source.pts[expected] * base.num * 1000000000 <
                   (long double)ns * base.den) {
            expected++;
        }
        CHECK_INT(oasis_source_frame_at(&source.base, ns), expected);
    }
    CHECK_INT(oasis_source_frame_at(&source.base, 0), 0);
    CHECK_INT(oasis_source_frame_at(&source.base, INT64_MIN), 0);
    CHECK_INT(oasis_source_frame_at(&source.base, INT64_MAX), source.info.frames);
}

static void check_close(void)
{
    TimedSource timed = {.base = {.klass = &timed_class}};
    OasisSource *source = &timed.base;

    oasis_source_close(&source);
    CHECK(!source);
    oasis_source_close(&source);
    CHECK_INT(timed.closed, 1);
}

static void check_absent(void)
{
    const OasisSinkClass chunkless = {0};
    TimedSource timed = {.base = {.klass = &timed_class}};
    OasisSink sink = {.klass = &chunkless};

    CHECK_INT(oasis_source_keyframe(&timed.base, 7), 7);
    CHECK(!oasis_source_can_glance(&timed.base));
    CHECK_INT(oasis_sink_begin_chunk(&sink, &(OasisChunkInfo){.frames = 1}, NULL), OASIS_OK);
    CHECK_INT(oasis_sink_end_chunk(&sink, NULL), OASIS_OK);
}

int main(void)
{
    test_begin();
    for (int i = 0; i < 100; i++) {
        check_random_times();
    }
    check_close();
    check_absent();
    return test_end();
}
