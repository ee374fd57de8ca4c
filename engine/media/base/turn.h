/* Which way up pictures are shown.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>
#include <stdbool.h>

#include "oasis/media.h"

/* Left and right are swapped first if it is mirrored, then it is turned clockwise. Zeros leave a
 * picture as it is. */
typedef struct OasisTurn {
    int quarters; /* 0..3 */
    bool mirrored;
} OasisTurn;

/* What the file says of its pictures: the frame, or else its stream. */
OasisTurn oasis_turn_read(const AVFrame *frame, const AVStream *stream);

/* What is asked for beside that. False where it is no quarter turn. */
bool oasis_turn_asked(int degrees, OasisFlip flip, OasisTurn *turn);

/* First the one, then the other. */
OasisTurn oasis_turn_join(OasisTurn first, OasisTurn then);

/* Whether width and height change places. */
bool oasis_turn_is_sideways(OasisTurn turn);

/* What is at the sides of a picture, as it lies at those of the turned one. */
OasisCrop oasis_turn_crop(OasisTurn turn, const OasisCrop *crop);

/* The filters for it, each with a comma before it; "" where there is nothing to do. */
const char *oasis_turn_filter(OasisTurn turn);
