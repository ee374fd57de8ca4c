/* Chunks in flight, from source to sink, on a device that works late: same bytes as on one that
 * works at once, and at every call and piece of work in turn a cancel or a failure. The late device
 * sees frames that are touched or dropped too soon, the sanitizers what leaks or races.
 * SPDX-License-Identifier: Apache-2.0 */
#include "doubles.h"
#include "engine.h"
#include "test.h"

enum { MOST_SLOTS = 3 };

typedef struct Run {
    FakeSource source;
    FakeSink sink;
    OasisJobParams params;
    OasisError err;
} Run;

static void run_init(Run *run, int64_t frames, double strength)
{
    OasisFrameFormat format = test_format(18, 10);

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

    run->params.restorer = engine->restorer;
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

/* Clips of one chunk and more, the last of them short. */
static void check_clips(void)
{
    Engine engines[1 + MOST_SLOTS];

    for (int slots = 0; slots <= MOST_SLOTS; slots++) {
        engine_open(&engines[slots], slots);
    }
    for (int64_t frames = 1; frames <= 16; frames += 3) {
        for (int strength = 0; strength <= 2; strength++) {
            Run runs[1 + MOST_SLOTS];

            for (int slots = 0; slots <= MOST_SLOTS; slots++) {
                run_init(&runs[slots], frames, strength / 2.0);
                CHECK_OK(run_on(&runs[slots], &engines[slots]), &runs[slots].err);
                check_same(&runs[0], &runs[slots]);
            }
            for (int slots = 0; slots <= MOST_SLOTS; slots++) {
                fake_sink_clear(&runs[slots].sink);
            }
        }
    }
    for (int slots = 0; slots <= MOST_SLOTS; slots++) {
        engine_close(&engines[slots]);
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

/* Runs a job with trouble; false if it got through for all that. */
static bool run_into(Trouble *trouble, int slots, int64_t number, OasisStatus expected)
{
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisStatus status;
    Engine engine;
    Run run;

    REQUIRE(cancel);
    engine_open(&engine, slots);
    engine.late->cancel = cancel;
    run_init(&run, 13, number % 2 ? 1 : 0.5);
    run.params.cancel = cancel;
    trouble(engine.late, number);
    status = run_on(&run, &engine);
    if (status != OASIS_OK) {
        CHECK_STATUS(status, expected, &run.err);
        CHECK_STR(run.err.subject, expected == OASIS_ERR_CANCELLED ? "fake source" : "late");
        CHECK(run.sink.n_frames < 13);
    }
    /* What may still be noted is less than two pieces of work. */
    CHECK(engine.late->work_after_cancel < 2 * engine.late->base.poll_flops);
    fake_sink_clear(&run.sink);
    engine_close(&engine);
    oasis_cancel_free(&cancel);
    return status != OASIS_OK;
}

/* Every number for a while, later some of them, until a job gets through. */
static void check_trouble(Trouble *trouble, int slots, OasisStatus expected)
{
    int64_t number = 1;

    while (run_into(trouble, slots, number, expected)) {
        number += number < 20 ? 1 : test_random_int(1, 80);
    }
    CHECK(number > 200 && number < 5000);
}

int main(void)
{
    test_begin();
    check_clips();
    for (int slots = 1; slots <= 2; slots++) {
        check_trouble(fail_call, slots, OASIS_ERR_DEVICE);
        check_trouble(fail_work, slots, OASIS_ERR_DEVICE);
        check_trouble(cancel_at_call, slots, OASIS_ERR_CANCELLED);
    }
    return test_end();
}
