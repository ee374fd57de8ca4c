/* Chunks in flight, from source to sink, on devices that work late: same bytes as on one that
 * works at once, and at every call and piece of work in turn a cancel or a failure. The late device
 * sees frames that are touched or dropped too soon, the sanitizers what leaks or races.
 * SPDX-License-Identifier: Apache-2.0 */
#include "doubles.h"
#include "engine.h"
#include "test.h"

enum { FRAMES = 13 };

typedef struct Run {
    FakeSource source;
    FakeSink sink;
    OasisJobParams params;
    OasisError err;
} Run;

static void run_init(Run *run, int64_t frames, double strength)
{
    OasisFrameFormat format = test_format(10, 6);

    *run = (Run){.params = {.strength = strength}};
    fake_source_init(&run->source, &format, frames);
    fake_sink_init(&run->sink);
    run->params.source = &run->source.base;
    run->params.sink = &run->sink.base;
    CHECK_OK(oasis_output_format(&format, &(OasisSize){0}, &run->params.output, NULL), NULL);
}

static OasisStatus run_on(Run *run, Engine *engine)
{
    OasisStatus status;

    run->params.restorers = engine->restorers;
    run->params.n_restorers = engine->n;
    status = oasis_job_run(&run->params, &run->err);
    CHECK_INT(run->sink.finished, status == OASIS_OK);
    CHECK_INT(atomic_load(&run->source.census.alive), 0);
    return status;
}

/* --- same bytes ------------------------------------------------------------------------------- */

static void check_same(const Run *expected, const Run *actual)
{
    CHECK_INT(actual->sink.n_frames, expected->sink.n_frames);
    for (int64_t i = 0; i < actual->sink.n_frames; i++) {
        CHECK(test_frames_equal(actual->sink.frames[i], expected->sink.frames[i]));
        CHECK_INT(actual->sink.frames[i]->pts, expected->sink.frames[i]->pts);
    }
}

/* Clips of one chunk and more, the last of them short, on devices of every kind. */
static void check_clips(void)
{
    static const struct {
        int n, slots;
    } kinds[] = {{1, 0}, {1, 1}, {1, 2}, {1, 3}, {2, 0}, {2, 1}, {2, 2}};
    enum { KINDS = sizeof kinds / sizeof *kinds };
    Engine engines[KINDS];

    for (int i = 0; i < KINDS; i++) {
        engine_open(&engines[i], kinds[i].n, kinds[i].slots);
    }
    for (int64_t frames = 1; frames <= 19; frames += 6) {
        for (int strength = 0; strength <= 2; strength++) {
            Run runs[KINDS];

            for (int i = 0; i < KINDS; i++) {
                run_init(&runs[i], frames, strength / 2.0);
                CHECK_OK(run_on(&runs[i], &engines[i]), &runs[i].err);
                check_same(&runs[0], &runs[i]);
            }
            for (int i = 0; i < KINDS; i++) {
                fake_sink_clear(&runs[i].sink);
            }
        }
    }
    for (int i = 0; i < KINDS; i++) {
        engine_close(&engines[i]);
    }
}

/* --- at every point --------------------------------------------------------------------------- */

/* Clips of some four chunks; what goes wrong is told by its number among all calls, or works. */
typedef void Trouble(LateBackend *late, int64_t number);

static void fail_call(LateBackend *late, int64_t number)
{
    late->fail_call = number;
}

static void fail_work(LateBackend *late, int64_t number)
{
    late->fail_work = number;
}

static void cancel_at_call(LateBackend *late, int64_t number)
{
    late->cancel_call = number;
}

/* Runs a job with trouble on the first device; false if it got through for all that. */
static bool run_into(Trouble *trouble, int n, int slots, int64_t number, OasisStatus expected)
{
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisStatus status;
    Engine engine;
    Run run;

    REQUIRE(cancel);
    engine_open(&engine, n, slots);
    run_init(&run, FRAMES, number % 2 ? 1 : 0.5);
    run.params.cancel = cancel;
    engine.late[0]->cancel = cancel;
    trouble(engine.late[0], number);
    status = run_on(&run, &engine);
    if (status != OASIS_OK) {
        CHECK_STATUS(status, expected, &run.err);
        CHECK_STR(run.err.subject, expected == OASIS_ERR_CANCELLED ? "fake source" : "late");
        CHECK(run.sink.n_frames < FRAMES);
    }
    /* What may still be noted is less than two pieces of work. */
    CHECK(engine.late[0]->work_after_cancel < 2 * engine.late[0]->base.poll_flops);
    fake_sink_clear(&run.sink);
    engine_close(&engine);
    oasis_cancel_free(&cancel);
    return status != OASIS_OK;
}

/* Every number for a while, later some of them, until a job gets through. */
static void check_trouble(Trouble *trouble, int slots, OasisStatus expected)
{
    int64_t number = 1;

    while (number < 2000 && run_into(trouble, 1, slots, number, expected)) {
        number += number < 10 ? 1 : test_random_int(1, 100);
    }
    CHECK(number > 200 && number < 2000);
}

/* With two devices, which share the work in any way. */
static void check_shared_trouble(Trouble *trouble, OasisStatus expected)
{
    for (int i = 0; i < 10; i++) {
        run_into(trouble, 2, 2, test_random_int(1, 200), expected);
    }
}

int main(void)
{
    static const struct {
        Trouble *trouble;
        OasisStatus expected;
    } troubles[] = {
        {fail_call, OASIS_ERR_DEVICE},
        {fail_work, OASIS_ERR_DEVICE},
        {cancel_at_call, OASIS_ERR_CANCELLED},
    };

    test_begin();
    check_clips();
    for (int i = 0; i < 3; i++) {
        check_trouble(troubles[i].trouble, 1, troubles[i].expected);
        check_trouble(troubles[i].trouble, 2, troubles[i].expected);
        check_shared_trouble(troubles[i].trouble, troubles[i].expected);
    }
    return test_end();
}
