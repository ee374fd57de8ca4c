/* The containers that are written.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/status.h"

typedef struct OasisMuxer {
    const char *ending;    /* of file names */
    const char *container; /* the usual ending of the same container, by which it is called */
    const char *name;      /* FFmpeg's */
    const char *codec;     /* the usual one for pictures */
    bool ordinary;  /* its players take 4:2:0 alone for certain */
    bool images;    /* a file for each picture, which holds nothing else */
    bool timed;     /* sound that pauses is kept in step; else players go on without the pause */
} OasisMuxer;

/* The one that a file's name asks for. */
OasisStatus oasis_muxer_find(const char *path, const OasisMuxer **muxer,
                             OasisError *err) OASIS_MUST_USE;

/* Whether a word is among those of a list, divided by spaces. */
bool oasis_word_is_in(const char *word, const char *list);
