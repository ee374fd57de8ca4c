/* Device memory: allocations in a range of addresses of their own, with inaccessible pages between,
 * so that any address can be told to be one of theirs.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "emulator/shadow.h"

typedef struct EmulatorAllocation {
    char *data; /* 256-byte aligned and not more */
    size_t bytes;
    const void *owner;
    EmulatorShadow shadow;
} EmulatorAllocation;

size_t emulator_memory_total(void);
size_t emulator_memory_used(void);

/* NULL where it exceeds the total. Filled with NaN. */
void *emulator_memory_alloc(size_t bytes, const void *owner);
/* False where no allocation begins there. */
bool emulator_memory_free(void *address);
void emulator_memory_free_all(const void *owner);

extern char *emulator_memory_range; /* NULL until the first allocation */
static const size_t emulator_memory_range_bytes = (size_t)64 << 30;

/* Whether an address is of the device's range, allocated or not. */
static inline bool emulator_memory_is_device(const void *address)
{
    return emulator_memory_range &&
           (size_t)((const char *)address - emulator_memory_range) < emulator_memory_range_bytes;
}

/* The allocation that holds all of the bytes, or NULL; good until the next one is made or freed. */
const EmulatorAllocation *emulator_memory_find(const void *address, size_t bytes);
