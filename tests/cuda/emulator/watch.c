/* The calls of -fsanitize=thread, and what they look after.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/watch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/block.h"
#include "emulator/memory.h"
#include "emulator/shadow.h"

static EmulatorTouch shared_words[EMULATOR_SHARED_BYTES / 4], shared_bytes[EMULATOR_SHARED_BYTES];
static uint32_t shared_split[EMULATOR_SHARED_BYTES / 4];

typedef enum Access { READ, WARP_READ, WRITE } Access;

static uint16_t warp_epoch(void)
{
    return emulator_place.warp_epochs[emulator_place.thread / 32];
}

static uint16_t group_epoch(void)
{
    return emulator_place.group_epochs[emulator_place.thread / 128];
}

static bool of_this_warp(uint16_t thread)
{
    return !(thread & EMULATOR_SEVERAL_OF_GROUP) &&
           (thread & ~EMULATOR_SEVERAL_LANES) / 32 == emulator_place.thread / 32;
}

static bool of_this_group(uint16_t thread)
{
    return thread != EMULATOR_SEVERAL_WARPS &&
           (thread & ~(EMULATOR_SEVERAL_LANES | EMULATOR_SEVERAL_OF_GROUP)) / 128 ==
               emulator_place.thread / 128;
}

/* Whether an access of `epoch` to device memory was another block's of this launch. */
static bool of_other_block(uint32_t epoch)
{
    return epoch >= emulator_place.first_launch_epoch && epoch < emulator_place.first_block_epoch;
}

/* Whether what `thread` (or several) did at these epochs is not ordered before what the thread that
 * runs, or its whole warp, does now. */
static bool meets(uint32_t epoch, uint16_t at_group_epoch, uint16_t at_warp_epoch, uint16_t thread,
                  bool by_warp)
{
    if (epoch != emulator_place.block_epoch ||
        (of_this_group(thread) && at_group_epoch != group_epoch())) {
        return false;
    }
    return !of_this_warp(thread) ||
           (at_warp_epoch == warp_epoch() && (by_warp || thread != emulator_place.thread));
}

static void race(const void *address, const char *now, const char *before, uint16_t thread)
{
    emulator_stop("%s %p, which %s %d %s with no barrier between", now, address,
                  thread >= EMULATOR_SEVERAL_LANES ? "threads such as" : "thread", thread & 0x3ff,
                  before);
}

static void check(const EmulatorTouch *touch, const void *address, bool global, Access access)
{
    if (meets(touch->write_epoch, touch->write_group_epoch, touch->write_warp_epoch, touch->writer,
              access == WARP_READ)) {
        race(address, access == WRITE ? "writes" : "reads", "wrote", touch->writer);
    }
    if (access == WRITE && meets(touch->read_epoch, touch->read_group_epoch, touch->read_warp_epoch,
                                 touch->reader, false)) {
        race(address, "writes", "read", touch->reader);
    }
    if (global && (of_other_block(touch->write_epoch) ||
                   (access == WRITE && of_other_block(touch->read_epoch)))) {
        emulator_stop("%s %p, which another block %s", access == WRITE ? "writes" : "reads",
                      address, of_other_block(touch->write_epoch) ? "wrote" : "read");
    }
}

/* Adds the thread, or its warp, to the readers. One block's stand for those of all: whoever writes
 * in another meets them. */
static void note_read(EmulatorTouch *touch, bool global, bool by_warp)
{
    const EmulatorPlace *place = &emulator_place;
    uint16_t several = (uint16_t)(EMULATOR_SEVERAL_LANES | (place->thread & ~31));
    uint16_t self = by_warp ? several : (uint16_t)place->thread;

    if (touch->read_epoch == place->block_epoch && touch->reader != self) {
        if (!of_this_group(touch->reader)) {
            self = EMULATOR_SEVERAL_WARPS;
        } else if (touch->read_group_epoch != group_epoch()) {
            /* Whoever meets the readers before the group's barrier meets this one, too. */
        } else if (!of_this_warp(touch->reader)) {
            self = (uint16_t)(EMULATOR_SEVERAL_OF_GROUP | (place->thread & ~127));
        } else if (touch->read_warp_epoch == warp_epoch()) {
            self = several;
        }
    } else if (global && of_other_block(touch->read_epoch)) {
        return;
    }
    touch->reader = self;
    touch->read_epoch = place->block_epoch;
    touch->read_group_epoch = group_epoch();
    touch->read_warp_epoch = warp_epoch();
}

static void note_write(EmulatorTouch *touch)
{
    touch->writer = (uint16_t)emulator_place.thread;
    touch->write_epoch = emulator_place.block_epoch;
    touch->write_group_epoch = group_epoch();
    touch->write_warp_epoch = warp_epoch();
}

static void touch(EmulatorTouch *touch, const void *address, bool global, Access access)
{
    check(touch, address, global, access);
    if (access == WRITE) {
        note_write(touch);
    } else {
        note_read(touch, global, access == WARP_READ);
    }
}

/* Whether the same readers have been here before, when nobody was about to write. */
static bool is_known(const EmulatorTouch *touch, Access access)
{
    return access == READ && touch->read_epoch == emulator_place.block_epoch &&
           (touch->reader == EMULATOR_SEVERAL_WARPS ||
            (touch->read_group_epoch == group_epoch() &&
             touch->reader == (EMULATOR_SEVERAL_OF_GROUP | (emulator_place.thread & ~127))) ||
            (touch->read_warp_epoch == warp_epoch() &&
             (touch->reader == emulator_place.thread ||
              touch->reader == (EMULATOR_SEVERAL_LANES | (emulator_place.thread & ~31)))));
}

static void touch_word(const EmulatorShadow *shadow, size_t word, const void *address, bool global,
                       Access access)
{
    if (shadow->split[word] == emulator_place.first_launch_epoch) {
        for (size_t i = 4 * word; i < 4 * word + 4; i++) {
            check(&shadow->bytes[i], address, global, access);
        }
    } else if (is_known(&shadow->words[word], access)) {
        return;
    }
    touch(&shadow->words[word], address, global, access);
}

static void touch_byte(const EmulatorShadow *shadow, size_t byte, const void *address, bool global,
                       Access access)
{
    shadow->split[byte / 4] = emulator_place.first_launch_epoch;
    check(&shadow->words[byte / 4], address, global, access);
    touch(&shadow->bytes[byte], address, global, access);
}

static void touch_all(const EmulatorShadow *shadow, size_t offset, size_t bytes,
                      const void *address, bool global, Access access)
{
    for (size_t i = offset, end = offset + bytes; i < end;) {
        if (i % 4 == 0 && end - i >= 4) {
            touch_word(shadow, i / 4, address, global, access);
            i += 4;
        } else {
            touch_byte(shadow, i++, address, global, access);
        }
    }
}

static bool is_wanted(void)
{
    static int wanted = -1;

    if (wanted < 0) {
        const char *text = getenv("OASIS_EMULATOR_WATCH");
        wanted = !text || strcmp(text, "0");
    }
    return wanted;
}

/* Where bytes lie: in shared memory, in an allocation, or elsewhere, where nobody watches. */
typedef struct Space {
    bool shared, device;
    size_t offset;
    const EmulatorAllocation *allocation;
} Space;

static Space find(const void *address, size_t bytes)
{
    Space space = {.offset = (size_t)((const unsigned char *)address - emulator_shared_memory)};

    space.shared = space.offset < EMULATOR_SHARED_BYTES;
    if (space.shared) {
        if (!emulator_shared_holds(space.offset, bytes)) {
            emulator_stop("%zu bytes at %p are beyond shared memory", bytes, address);
        }
    } else if (emulator_memory_is_device(address)) {
        space.device = true;
        space.allocation = emulator_memory_find(address, bytes);
        if (!space.allocation) {
            emulator_stop("%zu bytes at %p are beyond all allocations", bytes, address);
        }
        space.offset = (size_t)((const char *)address - space.allocation->data);
    }
    return space;
}

static void watch(const void *address, size_t bytes, Access access)
{
    static const EmulatorShadow shared_shadow = {shared_words, shared_bytes, shared_split};
    Space space = {0};

    if (is_wanted()) {
        space = find(address, bytes);
    }
    if (space.shared || space.device) {
        touch_all(space.device ? &space.allocation->shadow : &shared_shadow, space.offset, bytes,
                  address, space.device, access);
    }
}

/* The same where the address must be a multiple of the bytes. */
static void watch_aligned(const void *address, size_t bytes, Access access)
{
    if ((uintptr_t)address % bytes) {
        emulator_check_aligned(address, bytes);
    }
    watch(address, bytes, access);
}

/* What the compiler reads of parameters by wide registers need not be. */
void emulator_check_aligned(const void *address, size_t bytes)
{
    Space space;

    if ((uintptr_t)address % bytes) {
        space = find(address, bytes);
        if (space.shared || space.device) {
            emulator_stop("%zu bytes at %p are not aligned", bytes, address);
        }
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

    find(p, sizeof *p);
    *p += v;
    return old;
}

/* --- what the compiler calls ----------------------------------------------------------------- */

#define ACCESS(bytes)                                        \
    void __tsan_read##bytes(const void *address);            \
    void __tsan_read##bytes(const void *address)             \
    {                                                        \
        watch_aligned(address, bytes, READ);                 \
    }                                                        \
    void __tsan_write##bytes(const void *address);           \
    void __tsan_write##bytes(const void *address)            \
    {                                                        \
        watch_aligned(address, bytes, WRITE);                \
    }                                                        \
    void __tsan_unaligned_read##bytes(const void *address);  \
    void __tsan_unaligned_read##bytes(const void *address)   \
    {                                                        \
        watch(address, bytes, READ);                         \
    }                                                        \
    void __tsan_unaligned_write##bytes(const void *address); \
    void __tsan_unaligned_write##bytes(const void *address)  \
    {                                                        \
        watch(address, bytes, WRITE);                        \
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
