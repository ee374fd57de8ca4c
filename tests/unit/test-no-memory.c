/* No memory, at each allocation in turn: opening, writing and a whole job end with
 * OASIS_ERR_NO_MEMORY and leave nothing behind. The linker sends the engine's allocations here.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "fake-restorer.h"
#include "test.h"

/* How many allocations still succeed; negative: all. Afterwards one fails, and then none again. */
static atomic_int allocations_left = -1;

static bool may_allocate(void)
{
    return atomic_load(&allocations_left) < 0 || atomic_fetch_sub(&allocations_left, 1) > 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_asprintf(char **text, const char *format, ...);

void *__wrap_malloc(size_t size)
{
    return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate() ? __real_calloc(count, size) : NULL;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return may_allocate() ? __real_aligned_alloc(alignment, size) : NULL;
}

char *__wrap_strdup(const char *text)
{
    return may_allocate() ? __real_strdup(text) : NULL;
}

/* Leaves *text undefined when it fails, as the real one may. */
int __wrap_asprintf(char **text, const char *format, ...)
{
    va_list args;
    int length = -1;

    if (may_allocate()) {
        char line[1024];

        va_start(args, format);
        length = vsnprintf(line, sizeof line, format, args);
        va_end(args);
        *text = __real_strdup(line);
    }
    return length;
}

typedef OasisStatus Attempt(OasisError *err);

/* Lets allocation 0, 1, 2 … fail until the attempt succeeds. */
static void fail_each_allocation(Attempt *attempt, int at_least)
{
    OasisStatus status;
    int n = -1;

    do {
        OasisError err = {0};

        n++;
        atomic_store(&allocations_left, n);
        status = attempt(&err);
        atomic_store(&allocations_left, -1);
        if (status != OASIS_OK) {
            CHECK_STATUS(status, OASIS_ERR_NO_MEMORY, &err);
            CHECK(*err.subject && *err.detail);
            CHECK_INT(test_folder_count(), 0);
        }
    } while (status != OASIS_OK && n < 10000);
    CHECK_OK(status, NULL);
    CHECK(n >= at_least);
}

/* --- attempts -------------------------------------------------------------------------------- */

static OasisStatus no_memory(OasisError *err)
{
    *err = (OasisError){OASIS_ERR_NO_MEMORY, "test", "has no memory"};
    return err->status;
}

static OasisStatus write_and_read(OasisError *err)
{
    OasisTargetParams params = {.format = test_format(4, 2), .frame_rate = {25, 1}};
    const char *path = test_path("clip.y4m");
    OasisFrame *frame = NULL;
    OasisSource *source = NULL;
    OasisSink *sink = NULL;
    OasisStatus status = oasis_y4m_sink_open(path, &params, &sink, err);

    if (status == OASIS_OK) {
        frame = fake_source_frame(&params.format, 0);
        status = frame ? oasis_sink_write(sink, frame, err) : no_memory(err);
        oasis_frame_unref(&frame);
    }
    if (status == OASIS_OK) {
        status = oasis_sink_finish(sink, err);
    }
    oasis_sink_close(&sink);
    if (status == OASIS_OK) {
        status = oasis_y4m_source_open(path, &source, err);
    }
    if (status == OASIS_OK) {
        status = oasis_source_read(source, &frame, err);
        oasis_frame_unref(&frame);
        oasis_source_close(&source);
    }
    unlink(path);
    return status;
}

static OasisStatus run_job(OasisError *err)
{
    OasisFrameFormat format = test_format(4, 2);
    OasisRestorer restorer = fake_restorer(5, 2), *restorers[] = {&restorer};
    OasisJobParams params = {.restorers = restorers, .n_restorers = 1, .strength = 0.5};
    FakeSource source;
    FakeSink sink;
    OasisStatus status;

    fake_source_init(&source, &format, 14);
    fake_sink_init(&sink);
    sink.forgets = true;
    params.source = &source.base;
    params.sink = &sink.base;
    CHECK_OK(oasis_output_format(&format, &(OasisSize){.scale = 1}, &params.output, NULL), NULL);
    status = oasis_job_run(&params, err);
    CHECK_INT(sink.finished, status == OASIS_OK);
    CHECK_INT(atomic_load(&source.census.alive) + atomic_load(&restorer.census.alive), 0);
    fake_sink_clear(&sink);
    return status;
}

static OasisStatus make_cancel(OasisError *err)
{
    OasisCancel *cancel = oasis_cancel_new(NULL);

    if (!cancel) {
        return no_memory(err);
    }
    oasis_cancel_free(&cancel);
    return OASIS_OK;
}

int main(void)
{
    test_begin();
    test_folder_count(); /* makes the folder */
    fail_each_allocation(make_cancel, 1);
    fail_each_allocation(write_and_read, 8);
    fail_each_allocation(run_job, 60);
    return test_end();
}
