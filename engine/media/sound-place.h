/* Decoded sound, brought to one rate and shape, and to its place in time.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavutil/audio_fifo.h>
#include <libswresample/swresample.h>
#include <stdbool.h>

/* Samples come out without a gap from the range's start on: where the sound has none there is
 * silence, and what lies before is cut. All zeros are fine to clear. */
typedef struct OasisSoundPlace {
    const AVCodecContext *to; /* rate, layout and sample format that come out; borrowed */
    AVAudioFifo *ready;
    SwrContext *resampler;    /* for frames like the last one; NULL before the first */
    AVChannelLayout layout;   /* of those */
    int rate, format;
    int64_t placed;           /* samples that came out of it so far */
    int64_t skip;             /* samples that are still to be cut */
    int64_t most;             /* that the range has; INT64_MAX = no end */
} OasisSoundPlace;

/* These return 0 or a negative AVERROR. */
int oasis_sound_place_init(OasisSoundPlace *place, const AVCodecContext *to, int64_t length_ns);
void oasis_sound_place_clear(OasisSoundPlace *place);

/* Takes a frame that begins at `time_ns` after the range's start; INT64_MIN = right behind the one
 * before. */
int oasis_sound_place_add(OasisSoundPlace *place, AVFrame *frame, int64_t time_ns);

/* Takes the end. */
int oasis_sound_place_end(OasisSoundPlace *place);
