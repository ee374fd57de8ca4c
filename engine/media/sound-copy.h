/* Copying sound packets as they are.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/sound-track.h"

typedef struct OasisSoundCopy OasisSoundCopy;

/* Adds a stream for the track (borrowed) to the muxer (borrowed). These return 0 or a negative
 * AVERROR. */
int oasis_sound_copy_open(OasisSoundTrack *track, AVFormatContext *muxer, OasisSoundCopy **copy);
void oasis_sound_copy_close(OasisSoundCopy **copy); /* a pointer to NULL is fine */

/* Goes on from where the track stands to the range's start; before the muxer writes its header. */
int oasis_sound_copy_start(OasisSoundCopy *copy);

/* Writes all packets that begin up to `until_ns` after the range's start. */
int oasis_sound_copy_write(OasisSoundCopy *copy, int64_t until_ns);
