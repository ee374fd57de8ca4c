/* Jobs that end early: every call of source, model and sink may fail, the source may lie, and the
 * cancel may come at any moment. The job returns with the right error and leaves the sink
 * unfinished. The sanitizers say that nothing leaks or races, and Meson's time limit that nothing
 * hangs.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "fake-restorer.h"
#include "test.h"

enum { FRAMES = 23 };

typedef struct Setup {
    OasisRestorer restorer, other, *restorers[2];
    FakeSource source;
    FakeSink sink;
    OasisJobParams params;
} Setup;

/* Whatever the job returned: all that was begun is finished, and only the sink holds frames. */
static void setup_clear(Setup *setup)
{
    fake_sink_clear(&setup->sink);
    for (int i = 0; i < setup->params.n_restorers; i++) {
        fake_restorer_check(setup->restorers[i]);
    }
    CHECK_INT(atomic_load(&setup->source.census.alive), 0);
}

static void setup_init(Setup *setup)
{
    OasisFrameFormat format = test_format(4, 2);

    setup->restorer = fake_restorer(5, 2);
    setup->restorers[0] = &setup->restorer;
    setup->restorer.slots = (int)test_random_int(1, FAKE_MOST_SLOTS);
    fake_source_init(&setup->source, &format, FRAMES);
    fake_sink_init(&setup->sink);
    setup->params = (OasisJobParams){
        .restorers = setup->restorers,
        .n_restorers = 1,
        .source = &setup->source.base,
        .sink = &setup->sink.base,
        .strength = test_random_int(0, 1) ? 1 : 0.5,
    };
    CHECK_OK(oasis_output_format(&format, &(OasisSize){.scale = 1}, &setup->params.output, NULL),
             NULL);
}

/* Lets a second restorer help, or not. */
static void setup_company(Setup *setup)
{
    setup->other = fake_restorer(5, 2);
    setup->other.shared = &setup->restorer.model;
    setup->other.slots = (int)test_random_int(1, FAKE_MOST_SLOTS);
    setup->restorers[1] = &setup->other;
    setup->params.n_restorers = (int)test_random_int(1, 2);
}

/* --- failing calls --------------------------------------------------------------------------- */

/* Lets call 1, 2, 3 … of one double fail until a job gets through, and returns how many did. */
static int fail_each_call(Setup *setup, Fuse *fuse, OasisStatus status, const char *subject)
{
    for (int call = 1;; call++) {
        OasisError err = {0};

        setup_init(setup);
        atomic_store(&fuse->calls_left, call);
        fuse->status = status;
        if (oasis_job_run(&setup->params, &err) == OASIS_OK) {
            CHECK(setup->sink.finished);
            CHECK_INT(setup->sink.n_frames, FRAMES);
            setup_clear(setup);
            return call - 1;
        }
        CHECK_INT(err.status, status);
        CHECK_STR(err.subject, subject);
        CHECK_HAS(err.detail, "as told");
        CHECK(!setup->sink.finished);
        CHECK(setup->sink.n_frames <= FRAMES);
        setup_clear(setup);
        if (!CHECK(call < 1000)) {
            return call;
        }
    }
}

static void check_failing_calls(void)
{
    Setup setup;
    int chunks = 7; /* 23 frames, 5 a chunk, 2 shared */

    CHECK_INT(fail_each_call(&setup, &setup.source.fuse, OASIS_ERR_INPUT, "fake source"),
              1 + FRAMES);
    CHECK_INT(fail_each_call(&setup, &setup.restorer.fuse, OASIS_ERR_DEVICE, "fake restorer"),
              FRAMES);
    CHECK_INT(fail_each_call(&setup, &setup.restorer.late_fuse, OASIS_ERR_DEVICE,
                             "fake restorer"),
              chunks);
    CHECK_INT(fail_each_call(&setup, &setup.sink.fuse, OASIS_ERR_NO_SPACE, "fake sink"),
              FRAMES + 2 * chunks + 1);
}

/* What does not fit is refused before a frame is read. */
static void check_memory(void)
{
    OasisError err = {0};
    Setup setup;

    setup_init(&setup);
    setup.restorer.lacks_memory = true;
    CHECK_STATUS(oasis_job_run(&setup.params, &err), OASIS_ERR_NO_MEMORY, &err);
    CHECK_STR(err.subject, "fake restorer");
    CHECK_INT(setup.source.reads, 0);
    CHECK_INT(setup.sink.n_frames, 0);
    CHECK(!setup.sink.finished);
    setup_clear(&setup);
}

/* Several may fail at once; the job names one of them. */
static void check_first_error_wins(void)
{
    for (int i = 0; i < 100; i++) {
        OasisError err = {0};
        OasisStatus status;
        Setup setup;

        setup_init(&setup);
        setup_company(&setup);
        setup.source.fuse.status = OASIS_ERR_INPUT;
        setup.restorer.fuse.status = OASIS_ERR_DEVICE;
        setup.sink.fuse.status = OASIS_ERR_NO_SPACE;
        atomic_store(&setup.source.fuse.calls_left, (int)test_random_int(1, FRAMES));
        atomic_store(&setup.restorer.fuse.calls_left, (int)test_random_int(1, FRAMES));
        atomic_store(&setup.sink.fuse.calls_left, (int)test_random_int(1, FRAMES));
        status = oasis_job_run(&setup.params, &err);
        CHECK(status == OASIS_ERR_INPUT || status == OASIS_ERR_DEVICE ||
              status == OASIS_ERR_NO_SPACE);
        CHECK_INT(err.status, status);
        CHECK_STR(err.subject, status == OASIS_ERR_INPUT    ? "fake source"
                               : status == OASIS_ERR_DEVICE ? "fake restorer"
                                                            : "fake sink");
        CHECK(!setup.sink.finished);
        setup_clear(&setup);
    }
}

/* --- sources that lie ------------------------------------------------------------------------ */

static void check_lying_source(void)
{
    for (int64_t at = 0; at < FRAMES; at++) {
        OasisError err = {0};
        Setup setup;

        setup_init(&setup);
        setup.source.ends_at = at;
        CHECK_STATUS(oasis_job_run(&setup.params, &err), OASIS_ERR_INPUT, &err);
        CHECK_STR(err.subject, "fake source");
        CHECK_HAS(err.detail, "of 23");
        CHECK(!setup.sink.finished);
        setup_clear(&setup);

        setup_init(&setup);
        setup.source.changes_at = at;
        CHECK_STATUS(oasis_job_run(&setup.params, &err), OASIS_ERR_UNSUPPORTED, &err);
        CHECK_HAS(err.detail, "format");
        CHECK(!setup.sink.finished);
        setup_clear(&setup);
    }
}

/* --- cancelling ------------------------------------------------------------------------------ */

static void check_cancelled(Setup *setup, OasisStatus status, const OasisError *err)
{
    CHECK_STATUS(status, OASIS_ERR_CANCELLED, err);
    CHECK_STR(err->subject, "fake source");
    CHECK(!setup->sink.finished);
}

static void check_cancelled_before(void)
{
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisError err = {0};
    Setup setup;

    REQUIRE(cancel);
    oasis_cancel_trigger(cancel);
    setup_init(&setup);
    setup.params.cancel = cancel;
    check_cancelled(&setup, oasis_job_run(&setup.params, &err), &err);
    CHECK_INT(setup.sink.n_frames, 0);
    setup_clear(&setup);
    oasis_cancel_free(&cancel);
}

/* The encode thread cancels the job that it belongs to, after each number of frames. */
static void check_cancelled_while_writing(void)
{
    for (int64_t after = 1; after <= FRAMES; after++) {
        OasisCancel *cancel = oasis_cancel_new(NULL);
        OasisError err = {0};
        Setup setup;

        REQUIRE(cancel);
        setup_init(&setup);
        setup_company(&setup);
        setup.params.cancel = cancel;
        setup.sink.cancel_at_write = cancel;
        setup.sink.cancel_after = after;
        check_cancelled(&setup, oasis_job_run(&setup.params, &err), &err);
        CHECK_INT(setup.sink.n_frames, after);
        setup_clear(&setup);
        oasis_cancel_free(&cancel);
    }
}

static void *trigger_after_spinning(void *data)
{
    struct {
        OasisCancel *cancel;
        int64_t turns;
    } *order = data;

    for (int64_t i = 0; i < order->turns; i++) {
        sched_yield();
    }
    oasis_cancel_trigger(order->cancel);
    return NULL;
}

/* Another thread cancels at whatever moment: the job is either whole or cancelled. */
static void check_cancelled_anywhere(void)
{
    for (int i = 0; i < 200; i++) {
        struct {
            OasisCancel *cancel;
            int64_t turns;
        } order = {.cancel = oasis_cancel_new(NULL), .turns = test_random_int(0, 300)};
        OasisError err = {0};
        OasisStatus status;
        pthread_t thread;
        Setup setup;

        REQUIRE(order.cancel);
        setup_init(&setup);
        setup_company(&setup);
        setup.params.cancel = order.cancel;
        REQUIRE(pthread_create(&thread, NULL, trigger_after_spinning, &order) == 0);
        status = oasis_job_run(&setup.params, &err);
        pthread_join(thread, NULL);
        if (status == OASIS_OK) {
            CHECK(setup.sink.finished);
            CHECK_INT(setup.sink.n_frames, FRAMES);
        } else {
            check_cancelled(&setup, status, &err);
        }
        setup_clear(&setup);
        oasis_cancel_free(&order.cancel);
    }
}

int main(void)
{
    test_begin();
    check_failing_calls();
    check_memory();
    check_first_error_wins();
    check_lying_source();
    check_cancelled_before();
    check_cancelled_while_writing();
    check_cancelled_anywhere();
    return test_end();
}
