/* Arrays that grow as they are filled.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>
#include <stdlib.h>

/* Items of `size` bytes each with room for one more than the `used` ones: the same, or moved to
 * twice the room. NULL without memory, and then the old ones stay as they are. */
static inline void *oasis_grow(void *items, int64_t used, int64_t *capacity, size_t size)
{
    const int64_t more = *capacity ? *capacity * 2 : 1024;
    void *grown;

    if (used < *capacity) {
        return items;
    }
    if ((uint64_t)more > SIZE_MAX / size) {
        return NULL;
    }
    grown = realloc(items, (size_t)more * size);
    if (grown) {
        *capacity = more;
    }
    return grown;
}
