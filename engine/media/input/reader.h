/* Decoded frames by their number.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"

/* Gives each frame of the index exactly once and in order, whatever the decoder does: a frame that
 * cannot be decoded is replaced by the one before it, so that count and times hold. What comes does
 * not depend on where reading began. */
typedef struct OasisReader {
    OasisInput *input;       /* borrowed */
    const OasisIndex *index; /* borrowed */
    int64_t next;            /* frame that is read next */
    AVFrame *last;           /* the frame before it; empty at first and after a seek */
    AVFrame *ahead;          /* decoded, but not yet due; or empty */
    int64_t ahead_number;    /* of the frame decoded last; -1 before the first */
    bool ended;              /* nothing more can be decoded */
    const OasisCancel *cancel; /* of the seek that runs; NULL = none */
    int64_t concealed;       /* frames that others stood in for, or that are decoded in part */
    bool may_skip;           /* on the way to a frame, those that no other refers to */
} OasisReader;

/* Begins at frame 0. False without memory. */
bool oasis_reader_init(OasisReader *reader, OasisInput *input, const OasisIndex *index);
void oasis_reader_clear(OasisReader *reader);

/* Makes frame n (0 <= n < frames) the next one. This and reading return 0 or a negative AVERROR;
 * AVERROR_EXIT when cancelled, after which only a seek makes sense, which goes on from there. */
int oasis_reader_seek(OasisReader *reader, int64_t n, const OasisCancel *cancel);

/* Decodes the keyframe of frame n alone into an empty AVFrame: the decoder is told of the end at
 * once, and need not see the frames that it would hold it back for. Then only a seek makes
 * sense. */
int oasis_reader_glance(OasisReader *reader, int64_t n, int64_t *number, AVFrame *frame);

/* Reads the next frame into an empty AVFrame; AVERROR_EOF past the last. */
int oasis_reader_read(OasisReader *reader, AVFrame *frame);
