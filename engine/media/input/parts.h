/* The files that a film is read from: one, or several that follow one another.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/input/chapters.h"

typedef struct OasisPart {
    char *path;
    int64_t bytes, mtime_ns; /* when it was opened */
    int64_t start;           /* of its picture, in the time base of the first one's */
    OasisChapters chapters;  /* counted from the film's time 0 in the first, later from `start` */
} OasisPart;

typedef struct OasisParts {
    OasisPart *list;
    size_t count;
    size_t known;  /* those at the front whose start is known: reading through tells the others' */
    bool as_bytes; /* one file goes on where the one before it stops, in mid-frame at times */
    bool mixed;    /* their pictures' headers differ */
} OasisParts;

/* Takes the names, `further` ended by NULL or NULL itself. False without memory. */
bool oasis_parts_init(OasisParts *parts, const char *path, const char *const *further);
void oasis_parts_clear(OasisParts *parts);

int64_t oasis_parts_size(const OasisParts *parts);
