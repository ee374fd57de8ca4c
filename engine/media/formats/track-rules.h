/* Which codecs of sound and subtitles each container gets.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"

/* A way to encode sound. */
typedef struct OasisSoundCodec {
    const char *name;    /* as people say it: "aac" */
    const char *label;   /* "AAC" */
    const char *codec;   /* FFmpeg's name of what comes out; of PCM, by the bits of a sample */
    const char *encoder; /* FFmpeg's */
    bool lossless;
    int most_channels;   /* more are mixed down to that */
    int bits_a_channel;  /* a second; 0 where that follows from the sound */
} OasisSoundCodec;

/* Whether the container and its ordinary players take the track's sound as it is. */
bool oasis_sound_may_be_copied(const OasisTrack *track, const char *container);

/* The encoder for a track's sound by name ("aac", "opus", "flac", "pcm"), NULL for none of that
 * name; without a name the container's usual one, which loses nothing of what is lossless where it
 * can. */
const OasisSoundCodec *oasis_sound_codec_for(const OasisTrack *track, const char *container,
                                             const char *name);

/* Whether a file of this container may have sound of that codec, if asked for. */
bool oasis_sound_codec_fits(const OasisSoundCodec *codec, const char *container);

/* What subtitles become: their own codec where they are copied, that of text where they are
 * converted, NULL where the container does not hold them. */
const char *oasis_subtitles_codec_for(const OasisTrack *track, const char *container);
