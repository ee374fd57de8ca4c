/* Looking whether all is in a file that was written to it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>

#include "oasis/cancel.h"

typedef struct OasisJoinCheckParams {
    const char *path, *name;      /* where the file is, and what it will be called */
    const AVFormatContext *muxer; /* that has written it */
    int64_t frames;               /* of the first stream, */
    int64_t length_ns;            /* the last shown so long after the first */
    const OasisCancel *cancel;
    void (*seen)(int64_t frames, void *data); /* so many are read */
    void *data;
} OasisJoinCheckParams;

/* Reads the file through: all frames, and something of each stream that was written.
 * OASIS_ERR_OUTPUT says what is missing. */
OasisStatus oasis_join_check(const OasisJoinCheckParams *params, OasisError *err) OASIS_MUST_USE;
