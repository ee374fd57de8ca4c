/* Telling films, and their states, apart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index/film-key.h"

#include <stdio.h>
#include <stdlib.h>

static char *find_paths(const OasisParts *parts)
{
    char *paths = NULL;

    for (size_t i = 0; i < parts->count; i++) {
        char *path = realpath(parts->list[i].path, NULL), *longer = NULL;

        if (path && asprintf(&longer, "%s%s%s", paths ? paths : "", paths ? "\n" : "", path) < 0) {
            longer = NULL;
        }
        free(path);
        free(paths);
        paths = longer;
        if (!paths) {
            break;
        }
    }
    return paths;
}

char *oasis_film_key(const OasisInput *input, OasisFilmKey *key)
{
    const OasisParts *parts = &input->parts;
    uint64_t mtime = 0;

    for (size_t i = 0; i < parts->count; i++) {
        mtime = mtime * 31 + (uint64_t)parts->list[i].mtime_ns;
    }
    *key = (OasisFilmKey){
        .avcodec = avcodec_version(),
        .avformat = avformat_version(),
        .bytes = oasis_parts_size(parts),
        .mtime_ns = (int64_t)mtime,
        .stream = input->video->index,
        .parts = (int64_t)parts->count,
    };
    return find_paths(parts);
}
