/* The meter, by a clock that the test turns itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/progress.h"

#include <math.h>

#include "test.h"

static void check_unknown_at_first(void)
{
    OasisMeter meter = oasis_meter_make(100, 0, 50, 10);
    OasisProgress progress;

    CHECK(oasis_meter_due(&meter, 10));
    progress = oasis_meter_report(&meter, 0, 0, 10);
    CHECK(progress.fraction == 0);
    CHECK_INT(progress.frames_total, 50);
    CHECK(progress.frames_per_second == 0);
    CHECK(progress.seconds_left == -1);
    CHECK(!oasis_meter_due(&meter, 10.05));
    CHECK(oasis_meter_due(&meter, 10.11));
    progress = oasis_meter_report(&meter, 0, 0, 20); /* nothing done yet */
    CHECK(progress.frames_per_second == 0);
    CHECK(progress.seconds_left == -1);
}

static void check_steady(void)
{
    OasisMeter meter = oasis_meter_make(100, 0, 50, 10);

    for (int i = 1; i <= 20; i++) {
        double now = 10 + i;
        OasisProgress progress = oasis_meter_report(&meter, i * 5, i * 2, now);

        CHECK_NEAR(progress.fraction, i * 0.05, 1e-12);
        CHECK_INT(progress.frames_done, i * 2);
        CHECK_NEAR(progress.frames_per_second, 2.5, 1e-9);
        CHECK_NEAR(progress.seconds_left, 20 - i, 1e-9);
        oasis_meter_mark(&meter, i * 5, now);
    }
}

/* Once the last chunks are all slow, the fast start no longer counts. */
static void check_slower(void)
{
    OasisMeter meter = oasis_meter_make(1000, 0, 1000, 0);
    OasisProgress progress;
    double now = 0, work = 0;

    for (int i = 0; i < 10; i++) {
        oasis_meter_mark(&meter, work += 10, now += 1);
    }
    for (int i = 0; i < OASIS_METER_MARKS; i++) {
        oasis_meter_mark(&meter, work += 10, now += 10);
    }
    progress = oasis_meter_report(&meter, work, 150, now);
    CHECK_NEAR(progress.frames_per_second, 1, 1e-9);
    CHECK_NEAR(progress.seconds_left, 1000 - work, 1e-9);
}

/* Whatever it is told, it never goes back nor beyond the end. */
static void check_never_falls(void)
{
    OasisMeter meter = oasis_meter_make(10, 0, 5, 0);
    double last = 0, now = 0;

    for (int i = 0; i < 1000; i++) {
        OasisProgress progress;

        now += test_random_unit();
        progress = oasis_meter_report(&meter, test_random_unit() * 12, 1, now);
        CHECK(progress.fraction >= last && progress.fraction <= 1);
        CHECK(progress.seconds_left >= -1);
        last = progress.fraction;
        if (test_random_int(0, 3) == 0) {
            oasis_meter_mark(&meter, test_random_unit() * 12, now);
        }
    }
}

/* A job of chunks that take more or less time, the first one more; perhaps one that goes on. The
 * time left is right within a fifth from the first twentieth on, but for one chunk. */
static void check_time_left(void)
{
    enum { MOST_CHUNKS = 1000 };
    const int chunks = test_random_int(100, MOST_CHUNKS);
    const int done = test_random_int(0, (chunks - 100) / 2);
    const double wavering = 0.15 * test_random_unit(), usual = 0.3 + 60 * test_random_unit();
    OasisMeter meter = oasis_meter_make(15 * chunks, 15 * done, 15 * chunks, 1000);
    double ends[MOST_CHUNKS], now = 1000;

    for (int i = done; i < chunks; i++) {
        now += usual * (i == done ? 1 + 2 * test_random_unit()
                                  : 1 + wavering * (2 * test_random_unit() - 1));
        ends[i] = now;
    }
    for (int i = done; i < chunks; i++) {
        const double began = i > done ? ends[i - 1] : 1000, part = test_random_unit();
        const double at = began + part * (ends[i] - began), left = ends[chunks - 1] - at;
        const OasisProgress progress = oasis_meter_report(&meter, 15 * (i + part), 15 * i, at);

        if ((i - done) * 20 >= chunks - done) {
            CHECK(fabs(progress.seconds_left - left) <= 0.2 * left + 2 * usual);
        }
        oasis_meter_mark(&meter, 15 * (i + 1), ends[i]);
    }
}

int main(void)
{
    test_begin();
    check_unknown_at_first();
    check_steady();
    check_slower();
    check_never_falls();
    for (int i = 0; i < 300; i++) {
        check_time_left();
    }
    return test_end();
}
