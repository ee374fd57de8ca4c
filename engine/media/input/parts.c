/* The files that a film is read from.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/input/parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool oasis_parts_init(OasisParts *parts, const char *path, const char *const *further)
{
    size_t count = 1;

    while (further && further[count - 1]) {
        count++;
    }
    *parts = (OasisParts){.list = calloc(count, sizeof *parts->list), .known = 1};
    if (!parts->list) {
        return false;
    }
    for (; parts->count < count; parts->count++) {
        OasisPart *part = &parts->list[parts->count];
        struct stat info;

        part->path = strdup(parts->count == 0 ? path : further[parts->count - 1]);
        if (!part->path) {
            return false;
        }
        if (stat(part->path, &info) == 0) {
            part->bytes = info.st_size;
            part->mtime_ns = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
        }
    }
    return true;
}

void oasis_parts_clear(OasisParts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        free(parts->list[i].path);
        oasis_chapters_clear(&parts->list[i].chapters);
    }
    free(parts->list);
    *parts = (OasisParts){0};
}

int64_t oasis_parts_size(const OasisParts *parts)
{
    int64_t bytes = 0;

    for (size_t i = 0; i < parts->count; i++) {
        bytes += parts->list[i].bytes;
    }
    return bytes;
}
