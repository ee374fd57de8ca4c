/* Which film something is kept about, as the film is now.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"

/* Native 64-bit numbers; whatever is kept of a film with another key does not fit it any more. */
typedef struct OasisFilmKey {
    int64_t avcodec, avformat; /* versions: others may decode other frames */
    int64_t bytes, mtime_ns;   /* of all parts */
    int64_t stream, parts;
} OasisFilmKey;

/* Fills the key; returns the real paths of the film's parts, a line each, which the caller frees.
 * NULL if there are none. */
char *oasis_film_key(const OasisInput *input, OasisFilmKey *key);
