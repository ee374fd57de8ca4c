/* Blocks, one after the other, of threads that are fibers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/block.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/fiber.h"
#include "emulator/warp.h"
#include "emulator/watch.h"

enum {
    POISON = 0xff, /* a NaN in every type */
    MOST_ARRAYS = 32,
    GAP = 16, /* bytes between static arrays */
    MOST_COPIES = 1024,
};

typedef enum State { RUNS, AT_WORD, AT_GROUP, AT_BARRIER, DONE } State;

/* A copy on its way, of a group of its thread's. */
typedef struct Copy {
    void *to;
    int group;
    unsigned char data[16];
} Copy;

typedef struct Thread {
    State state;
    EmulatorWord word;
    void *part;
    int group; /* that the next copy belongs to */
    int n_copies;
    Copy *copies; /* [MOST_COPIES], made when it first needs them */
} Thread;

typedef struct Array {
    const void *key;
    size_t offset, bytes;
} Array;

EmulatorPlace emulator_place;
__attribute__((aligned(128))) unsigned char emulator_shared_memory[EMULATOR_SHARED_BYTES];

static unsigned char *const static_memory = emulator_shared_memory + EMULATOR_MOST_SHARED;

static EmulatorKernel *kernels;
static const EmulatorLaunch *launch;
static Thread threads[FIBER_COUNT];
static Array arrays[MOST_ARRAYS];
static int n_arrays;
static size_t static_bytes, array_bytes; /* with gaps, and without */

static const char *const word_names[] = {
    [EMULATOR_SYNC_WARP] = "sync_warp", [EMULATOR_SHUFFLE] = "shuffle",
    [EMULATOR_VOTE] = "vote",       [EMULATOR_LDMATRIX] = "ldmatrix",
    [EMULATOR_MMA_BF16] = "mma_16x8x16", [EMULATOR_MMA_F16] = "mma_16x8x16",
};

void emulator_add_kernel(EmulatorKernel *kernel)
{
    kernel->next = kernels;
    kernels = kernel;
}

EmulatorKernel *emulator_find_kernel(const char *name)
{
    for (EmulatorKernel *kernel = kernels; kernel; kernel = kernel->next) {
        if (!strcmp(kernel->name, name)) {
            return kernel;
        }
    }
    return NULL;
}

void emulator_stop(const char *format, ...)
{
    va_list args;

    fprintf(stderr, "emulator: %s, block %d,%d,%d, thread %d: ",
            launch ? launch->kernel->name : "no kernel", emulator_place.block[0],
            emulator_place.block[1], emulator_place.block[2], emulator_place.thread);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

/* --- what the words do ----------------------------------------------------------------------- */

static void wait_in(State state)
{
    threads[emulator_place.thread].state = state;
    fiber_leave();
}

void emulator_warp_word(EmulatorWord word, void *part)
{
    Thread *self = &threads[emulator_place.thread];

    self->word = word;
    self->part = part;
    wait_in(AT_WORD);
}

void emulator_sync_block(void)
{
    wait_in(AT_BARRIER);
}

void emulator_sync_group(void)
{
    wait_in(AT_GROUP);
}

void *emulator_shared(const void *key, size_t bytes)
{
    Array *array;

    for (int i = 0; i < n_arrays; i++) {
        if (arrays[i].key == key) {
            return static_memory + arrays[i].offset;
        }
    }
    array = &arrays[n_arrays++];
    if (n_arrays > MOST_ARRAYS || static_bytes + bytes > EMULATOR_MOST_STATIC_SHARED) {
        emulator_stop("too much static shared memory");
    }
    array_bytes += bytes;
    if (!launch->kernel->shared_bytes &&
        array_bytes + launch->shared_bytes > EMULATOR_UNASKED_SHARED) {
        emulator_stop("more shared memory than the driver was asked for");
    }
    *array = (Array){key, static_bytes, bytes};
    memset(static_memory + array->offset, POISON, bytes);
    static_bytes = (static_bytes + bytes + GAP + 15) / 16 * 16;
    return static_memory + array->offset;
}

bool emulator_shared_holds(size_t offset, size_t bytes)
{
    if (offset < EMULATOR_MOST_SHARED) {
        return offset + bytes <= launch->shared_bytes;
    }
    for (int i = 0; i < n_arrays; i++) {
        size_t begin = EMULATOR_MOST_SHARED + arrays[i].offset;
        if (offset >= begin && offset + bytes <= begin + arrays[i].bytes) {
            return true;
        }
    }
    return false;
}

void emulator_copy_async(void *shared, const void *global, int valid)
{
    Thread *self = &threads[emulator_place.thread];
    Copy *copy;

    if ((uintptr_t)shared % 16 || (valid && (uintptr_t)global % 16)) {
        emulator_stop("copy_async_16 from %p to %p is not aligned", global, shared);
    }
    if (!self->copies && !(self->copies = malloc(MOST_COPIES * sizeof *self->copies))) {
        emulator_stop("no memory");
    }
    if (self->n_copies == MOST_COPIES) {
        emulator_stop("more than %d asynchronous copies on their way", MOST_COPIES);
    }
    emulator_watch_write(shared, 16);
    copy = &self->copies[self->n_copies++];
    *copy = (Copy){.to = shared, .group = self->group};
    if (valid) {
        emulator_watch_read(global, 16);
        memcpy(copy->data, global, 16);
    }
}

void emulator_copy_commit(void)
{
    threads[emulator_place.thread].group++;
}

void emulator_copy_wait(int groups)
{
    Thread *self = &threads[emulator_place.thread];
    int kept = 0;

    for (int i = 0; i < self->n_copies; i++) {
        Copy *copy = &self->copies[i];
        if (copy->group < self->group - groups) {
            emulator_watch_write(copy->to, 16);
            memcpy(copy->to, copy->data, 16);
        } else {
            self->copies[kept++] = *copy;
        }
    }
    self->n_copies = kept;
}

/* --- running --------------------------------------------------------------------------------- */

static void thread_main(void)
{
    launch->kernel->run(launch->params);
    wait_in(DONE);
}

static bool all_in(State state, int first, int count)
{
    for (int i = first; i < first + count; i++) {
        if (threads[i].state != state) {
            return false;
        }
    }
    return true;
}

static bool any_in(State state)
{
    for (int i = 0; i < launch->threads; i++) {
        if (threads[i].state == state) {
            return true;
        }
    }
    return false;
}

static void run_lanes(int first)
{
    for (int i = first; i < first + 32; i++) {
        if (threads[i].state == RUNS) {
            emulator_place.thread = i;
            fiber_enter(i);
        }
    }
}

/* Computes the word that the warp's lanes are at; false where they are at none. */
static bool do_word(int first)
{
    void *parts[32];

    for (int lane = 0; lane < 32; lane++) {
        const Thread *thread = &threads[first + lane];
        if (thread->state == AT_WORD &&
            (!all_in(AT_WORD, first, 32) || thread->word != threads[first].word)) {
            emulator_place.thread = first + lane;
            emulator_stop("%s is not reached by the whole warp", word_names[thread->word]);
        }
        parts[lane] = thread->part;
    }
    if (threads[first].state != AT_WORD) {
        return false;
    }
    emulator_place.thread = first;
    emulator_compute_word(threads[first].word, parts);
    if (threads[first].word == EMULATOR_SYNC_WARP) {
        emulator_place.warp_epochs[first / 32]++;
    }
    for (int lane = 0; lane < 32; lane++) {
        threads[first + lane].state = RUNS;
    }
    return true;
}

/* Lets groups go on that are at their barrier; false where there are none. */
static bool do_groups(void)
{
    bool any = false;

    for (int first = 0; first + 128 <= launch->threads; first += 128) {
        if (all_in(AT_GROUP, first, 128)) {
            emulator_place.group_epochs[first / 128]++;
            for (int i = first; i < first + 128; i++) {
                threads[i].state = RUNS;
            }
            for (int warp = first / 32; warp < first / 32 + 4; warp++) {
                emulator_place.warp_epochs[warp]++;
            }
            any = true;
        }
    }
    return any;
}

static void reset_epochs(void)
{
    memset(emulator_place.warp_epochs, 0, sizeof emulator_place.warp_epochs);
    memset(emulator_place.group_epochs, 0, sizeof emulator_place.group_epochs);
}

static void begin_block(void)
{
    n_arrays = 0;
    static_bytes = array_bytes = 0;
    memset(emulator_shared_memory, POISON, launch->shared_bytes);
    emulator_place.first_block_epoch = ++emulator_place.block_epoch;
    reset_epochs();
    for (int i = 0; i < launch->threads; i++) {
        threads[i].state = RUNS;
        threads[i].group = threads[i].n_copies = 0;
        fiber_begin(i, thread_main);
    }
}

static void run_block(void)
{
    begin_block();
    for (;;) {
        for (int first = 0; first < launch->threads; first += 32) {
            do {
                run_lanes(first);
            } while (do_word(first));
        }
        if (do_groups()) {
            continue;
        }
        if (all_in(DONE, 0, launch->threads)) {
            return;
        }
        if (!all_in(AT_BARRIER, 0, launch->threads)) {
            emulator_stop("%s is not reached by all threads", any_in(AT_GROUP) ? "sync_group"
                                                                               : "sync_block");
        }
        for (int i = 0; i < launch->threads; i++) {
            threads[i].state = RUNS;
        }
        emulator_place.block_epoch++;
        reset_epochs();
    }
}

void emulator_launch(const EmulatorLaunch *self)
{
    EmulatorPlace *place = &emulator_place;

    launch = self;
    place->blocks_x = (int)self->grid[0];
    place->threads = self->threads;
    place->dynamic_shared = emulator_shared_memory;
    place->first_launch_epoch = place->block_epoch + 1;
    for (unsigned z = 0; z < self->grid[2]; z++) {
        for (unsigned y = 0; y < self->grid[1]; y++) {
            for (unsigned x = 0; x < self->grid[0]; x++) {
                place->block[0] = (int)x;
                place->block[1] = (int)y;
                place->block[2] = (int)z;
                run_block();
            }
        }
    }
    launch = NULL;
}
