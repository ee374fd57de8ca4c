/* The calls of -fsanitize=thread, and what they look after.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/watch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/block.h"
#include "emulator/memory.h"
#include "emulator/shadow.h"

enum { SHARED_BYTES = EMULATOR_MOST_SHARED + EMULATOR_MOST_STATIC_SHARED };

static EmulatorShadow shared_shadow[SHARED_BYTES];

/* Whether an access of `epoch` to device memory by another block of this launch. */
static bool of_other_block(uint32_t epoch)
{
    return epoch >= emulator_place.first_launch_epoch && epoch < emulator_place.first_block_epoch;
}

/* Whether `thread` (or several) of the same block, at these epochs, is not ordered before the
 * thread that runs. */
static bool meets(uint32_t epoch, uint16_t warp_epoch, uint16_t thread)
{
    const EmulatorPlace *place = &emulator_place;

    if (epoch != place->block_epoch) {
        return false;
    }
    if (thread == EMULATOR_SEVERAL_WARPS) {
        return true;
    }
    if ((thread & ~EMULATOR_SEVERAL_LANES) / 32 != place->thread / 32) {
        return true;
    }
    return warp_epoch == place->warp_epochs[place->thread / 32] && thread != place->thread;
}

static void race(const void *address, const char *now, const char *before, uint16_t thread)
{
    bool several = thread >= EMULATOR_SEVERAL_LANES;

    emulator_stop("%s %p, which %s %d %s with no barrier between", now, address,
                  several ? "threads such as" : "thread", thread & 0x3ff, before);
}

static void touch_read(EmulatorShadow *shadow, const void *address, bool global, bool by_warp)
{
    const EmulatorPlace *place = &emulator_place;
    uint16_t warp_epoch = place->warp_epochs[place->thread / 32];
    uint16_t self = (uint16_t)place->thread;

    if (meets(shadow->write_epoch, shadow->write_warp_epoch, shadow->writer) ||
        (by_warp && shadow->write_epoch == place->block_epoch &&
         shadow->writer == self && shadow->write_warp_epoch == warp_epoch)) {
        race(address, "reads", "wrote", shadow->writer);
    }
    if (global && of_other_block(shadow->write_epoch)) {
        emulator_stop("reads %p, which another block wrote", address);
    }
    if (by_warp) {
        self = (uint16_t)(EMULATOR_SEVERAL_LANES | (self & ~31));
    }
    if (shadow->read_epoch == place->block_epoch && shadow->reader != self) {
        if (shadow->reader == EMULATOR_SEVERAL_WARPS ||
            (shadow->reader & ~EMULATOR_SEVERAL_LANES) / 32 != place->thread / 32) {
            self = EMULATOR_SEVERAL_WARPS;
        } else if (shadow->read_warp_epoch == warp_epoch) {
            self = (uint16_t)(EMULATOR_SEVERAL_LANES | (self & ~31));
        }
    } else if (global && of_other_block(shadow->read_epoch)) {
        return; /* that one is kept: it meets whoever writes, unless it is the reader's own block */
    }
    shadow->reader = self;
    shadow->read_epoch = place->block_epoch;
    shadow->read_warp_epoch = warp_epoch;
}

static void touch_write(EmulatorShadow *shadow, const void *address, bool global)
{
    const EmulatorPlace *place = &emulator_place;

    if (meets(shadow->write_epoch, shadow->write_warp_epoch, shadow->writer)) {
        race(address, "writes", "wrote", shadow->writer);
    }
    if (meets(shadow->read_epoch, shadow->read_warp_epoch, shadow->reader)) {
        race(address, "writes", "read", shadow->reader);
    }
    if (global && (of_other_block(shadow->write_epoch) || of_other_block(shadow->read_epoch))) {
        emulator_stop("writes %p, which another block touched", address);
    }
    shadow->writer = (uint16_t)place->thread;
    shadow->write_epoch = place->block_epoch;
    shadow->write_warp_epoch = place->warp_epochs[place->thread / 32];
}

typedef enum Access { READ, WARP_READ, WRITE, ATOMIC } Access;

static void watch(const void *address, size_t bytes, Access access)
{
    static int wanted = -1;
    EmulatorShadow *shadow = NULL;
    bool global = false;
    size_t offset;

    switch (emulator_shared_space(address, bytes, &offset)) {
    case EMULATOR_OUTSIDE:
        emulator_stop("%zu bytes at %p are beyond shared memory", bytes, address);
    case EMULATOR_INSIDE:
        shadow = shared_shadow;
        break;
    case EMULATOR_ELSEWHERE:
        if (!emulator_memory_is_device(address)) {
            return;
        }
        const EmulatorAllocation *allocation = emulator_memory_find(address, bytes);
        if (!allocation) {
            emulator_stop("%zu bytes at %p are beyond all allocations", bytes, address);
        }
        shadow = allocation->shadow;
        offset = (size_t)((const char *)address - allocation->data);
        global = true;
    }
    if (wanted < 0) {
        const char *text = getenv("OASIS_EMULATOR_WATCH");
        wanted = !text || strcmp(text, "0");
    }
    if (!wanted || access == ATOMIC) {
        return;
    }
    for (size_t i = offset; i < offset + bytes; i++) {
        if (access == WRITE) {
            touch_write(&shadow[i], address, global);
        } else {
            touch_read(&shadow[i], address, global, access == WARP_READ);
        }
    }
}

void emulator_check_aligned(const void *address, size_t bytes)
{
    size_t offset;

    if ((uintptr_t)address % bytes &&
        (emulator_memory_is_device(address) ||
         emulator_shared_space(address, bytes, &offset) != EMULATOR_ELSEWHERE)) {
        emulator_stop("%zu bytes at %p are not aligned", bytes, address);
    }
}

void emulator_watch_read(const void *address, size_t bytes)
{
    watch(address, bytes, READ);
}

void emulator_watch_write(const void *address, size_t bytes)
{
    watch(address, bytes, WRITE);
}

/* 32 banks of four bytes: 16 bytes lie in four of them. */
static void watch_banks(const void *const rows[8])
{
    static int wanted = -1;
    unsigned seen = 0;

    if (wanted < 0) {
        const char *text = getenv("OASIS_EMULATOR_BANKS");
        wanted = text && !strcmp(text, "1");
    }
    for (int i = 0; i < 8; i++) {
        seen |= 1u << (uintptr_t)rows[i] / 16 % 8;
    }
    if (wanted && seen != 0xff) {
        emulator_stop("the rows of ldmatrix from %p on meet in a bank", rows[0]);
    }
}

void emulator_watch_matrix(const void *const rows[8])
{
    for (int i = 0; i < 8; i++) {
        if ((uintptr_t)rows[i] % 16) {
            emulator_stop("the row at %p of ldmatrix is not aligned", rows[i]);
        }
        watch(rows[i], 16, WARP_READ);
    }
    watch_banks(rows);
}

int emulator_atomic_add(int *p, int v)
{
    int old = *p;

    watch(p, sizeof *p, ATOMIC);
    *p += v;
    return old;
}

/* --- what the compiler calls ----------------------------------------------------------------- */

#define ACCESS(bytes)                                       \
    void __tsan_read##bytes(const void *address);           \
    void __tsan_read##bytes(const void *address)            \
    {                                                       \
        emulator_check_aligned(address, bytes);                      \
        watch(address, bytes, READ);                        \
    }                                                       \
    void __tsan_write##bytes(const void *address);          \
    void __tsan_write##bytes(const void *address)           \
    {                                                       \
        emulator_check_aligned(address, bytes);                      \
        watch(address, bytes, WRITE);                       \
    }                                                       \
    void __tsan_unaligned_read##bytes(const void *address); \
    void __tsan_unaligned_read##bytes(const void *address)  \
    {                                                       \
        watch(address, bytes, READ);                        \
    }                                                       \
    void __tsan_unaligned_write##bytes(const void *address); \
    void __tsan_unaligned_write##bytes(const void *address) \
    {                                                       \
        watch(address, bytes, WRITE);                       \
    }

ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

void __tsan_read_range(const void *address, size_t bytes);
void __tsan_read_range(const void *address, size_t bytes)
{
    watch(address, bytes, READ);
}

void __tsan_write_range(const void *address, size_t bytes);
void __tsan_write_range(const void *address, size_t bytes)
{
    watch(address, bytes, WRITE);
}

void __tsan_func_entry(const void *caller);
void __tsan_func_entry(const void *caller)
{
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}

void __tsan_init(void);
void __tsan_init(void)
{
}
