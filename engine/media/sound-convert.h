/* Converting sound to AAC, for containers that do not take its own codec.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/sound-track.h"

typedef struct OasisSoundConverter OasisSoundConverter;

/* Adds a stream for the track (borrowed) to the muxer (borrowed); without a decoder or an encoder
 * the muxer stays as it was. These return 0 or a negative AVERROR. */
int oasis_sound_converter_open(OasisSoundTrack *track, AVFormatContext *muxer,
                               OasisSoundConverter **converter);
void oasis_sound_converter_close(OasisSoundConverter **converter); /* a pointer to NULL is fine */

/* Writes the sound from where the track stands to `until_ns` after the range's start, and at the
 * range's end what is left. */
int oasis_sound_converter_write(OasisSoundConverter *converter, int64_t until_ns);
