/* Decoded sound, brought to one rate and shape, and to its place in time.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavutil/audio_fifo.h>
#include <libswresample/swresample.h>
#include <stdbool.h>

/* Samples come out without a gap from the film's start on, of one range after the other: where the
 * sound has none there is silence, and what lies before or behind a range is cut. All zeros are
 * fine to clear. */
typedef struct OasisSoundPlace {
    const AVCodecContext *to; /* rate, layout and sample format that come out; borrowed */
    AVAudioFifo *ready;
    SwrContext *resampler;    /* for frames like the last one; NULL before the first */
    AVChannelLayout layout;   /* of those */
    int rate, format;
    int64_t placed;           /* samples that came out of it so far */
    int64_t skip;             /* samples that are still to be cut */
    int64_t base, most;       /* samples at which the range begins and ends; INT64_MAX = no end */
    int64_t picture;          /* samples until the picture ends */
    int64_t gap;              /* samples of silence that come next, before the frame that waits */
    AVFrame *waiting;
} OasisSoundPlace;

/* These return 0 or a negative AVERROR. */
int oasis_sound_place_init(OasisSoundPlace *place, const AVCodecContext *to);
/* Begins a range that stands at that time of the film; length INT64_MAX = to the end. The picture
 * ends so long after the range's start. There may be a gap to be filled before its first frame. */
int oasis_sound_place_range(OasisSoundPlace *place, int64_t film_ns, int64_t length_ns,
                            int64_t picture_ns);
void oasis_sound_place_clear(OasisSoundPlace *place);

/* Takes a frame that begins at `time_ns` after the range's start; INT64_MIN = right behind the one
 * before. Where that leaves a gap it is to be filled before the next frame. OASIS_ERROR_TIMES for
 * sound that goes on long after the picture has ended: its clock is wrong. */
int oasis_sound_place_add(OasisSoundPlace *place, AVFrame *frame, int64_t time_ns);

/* Puts a second of silence, or what is left of the gap. */
int oasis_sound_place_fill(OasisSoundPlace *place);

/* Takes the end. */
int oasis_sound_place_end(OasisSoundPlace *place);
