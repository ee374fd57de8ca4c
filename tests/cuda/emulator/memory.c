/* Device memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const size_t page = 4096, offset_in_page = 256;

char *emulator_memory_range;

static EmulatorAllocation *allocations; /* in order of their addresses */
static size_t n_allocations, capacity, used;

size_t emulator_memory_total(void)
{
    const char *text = getenv("OASIS_EMULATOR_MEMORY");

    return text ? strtoull(text, NULL, 10) : (size_t)4 << 30;
}

size_t emulator_memory_used(void)
{
    return used;
}

/* Pages of an allocation, with the one that stays inaccessible behind it. */
static size_t extent(size_t bytes)
{
    return (offset_in_page + bytes + page - 1) / page * page + page;
}

static void *map(size_t bytes, int protection)
{
    void *memory =
        mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED) {
        perror("emulator: memory");
        abort();
    }
    return memory;
}

static size_t words_of(size_t bytes)
{
    return bytes / 4 + 1;
}

static EmulatorShadow new_shadow(size_t bytes)
{
    return (EmulatorShadow){
        .words = map(words_of(bytes) * sizeof(EmulatorTouch), PROT_READ | PROT_WRITE),
        .bytes = map((bytes + 1) * sizeof(EmulatorTouch), PROT_READ | PROT_WRITE),
        .split = map(words_of(bytes) * sizeof(uint32_t), PROT_READ | PROT_WRITE),
    };
}

static void free_shadow(const EmulatorShadow *shadow, size_t bytes)
{
    munmap(shadow->words, words_of(bytes) * sizeof(EmulatorTouch));
    munmap(shadow->bytes, (bytes + 1) * sizeof(EmulatorTouch));
    munmap(shadow->split, words_of(bytes) * sizeof(uint32_t));
}

/* The first gap that is large enough: before allocation *index. */
static char *find_gap(size_t bytes, size_t *index)
{
    char *from = emulator_memory_range;

    for (*index = 0; *index < n_allocations; ++*index) {
        const EmulatorAllocation *next = &allocations[*index];
        if ((size_t)(next->data - offset_in_page - from) >= extent(bytes)) {
            break;
        }
        from = next->data - offset_in_page + extent(next->bytes);
    }
    return (size_t)(emulator_memory_range + emulator_memory_range_bytes - from) >= extent(bytes)
               ? from
               : NULL;
}

void *emulator_memory_alloc(size_t bytes, const void *owner)
{
    size_t index;
    char *gap;

    if (!emulator_memory_range) {
        emulator_memory_range = map(emulator_memory_range_bytes, PROT_NONE);
    }
    if (bytes > emulator_memory_total() || used > emulator_memory_total() - bytes ||
        !(gap = find_gap(bytes, &index))) {
        return NULL;
    }
    if (n_allocations == capacity) {
        capacity = 2 * capacity + 16;
        allocations = realloc(allocations, capacity * sizeof *allocations);
        if (!allocations) {
            abort();
        }
    }
    memmove(allocations + index + 1, allocations + index,
            (n_allocations++ - index) * sizeof *allocations);
    mprotect(gap, extent(bytes) - page, PROT_READ | PROT_WRITE);
    memset(gap, 0xff, extent(bytes) - page);
    allocations[index] = (EmulatorAllocation){
        .data = gap + offset_in_page,
        .bytes = bytes,
        .owner = owner,
        .shadow = new_shadow(bytes),
    };
    used += bytes;
    return allocations[index].data;
}

bool emulator_memory_free(void *address)
{
    const EmulatorAllocation *found = emulator_memory_find(address, 0);
    size_t index = (size_t)(found - allocations);
    char *begin = (char *)address - offset_in_page;

    if (!found || found->data != address) {
        return false;
    }
    used -= found->bytes;
    free_shadow(&found->shadow, found->bytes);
    madvise(begin, extent(found->bytes) - page, MADV_DONTNEED);
    mprotect(begin, extent(found->bytes) - page, PROT_NONE);
    memmove(allocations + index, allocations + index + 1,
            (--n_allocations - index) * sizeof *allocations);
    return true;
}

void emulator_memory_free_all(const void *owner)
{
    for (size_t i = n_allocations; i-- > 0;) {
        if (allocations[i].owner == owner) {
            emulator_memory_free(allocations[i].data);
        }
    }
}

const EmulatorAllocation *emulator_memory_find(const void *address, size_t bytes)
{
    const char *at = address;
    size_t low = 0, high = n_allocations;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (allocations[middle].data <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (!low) {
        return NULL;
    }
    const EmulatorAllocation *found = &allocations[low - 1];
    return at + bytes <= found->data + found->bytes ? found : NULL;
}
