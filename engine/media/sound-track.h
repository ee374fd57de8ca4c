/* Reading the first sound track of a file, packet by packet.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

#include "media/warner.h"
#include "oasis/status.h"

/* Thread-safety: one thread at a time. Times are in nanoseconds by the file's clock. */
typedef struct OasisSoundTrack {
    const char *path; /* borrowed */
    OasisWarner warner;
    AVFormatContext *file;
    AVStream *stream; /* all others are discarded; NULL if the file has no sound */
    int64_t zero_ns, end_ns; /* the range that is wanted; INT64_MAX = to the end */
    AVPacket *packet; /* the next one to be used, unless `ended` */
    int64_t packet_ns, packet_end_ns;
    bool ended;
} OasisSoundTrack;

/* Fails as oasis_container_open does. A file without sound is no failure. */
OasisStatus oasis_sound_track_open(const char *path, OasisWarner warner, OasisSoundTrack *track,
                                   OasisError *err) OASIS_MUST_USE;

/* A track that failed to open, or was never opened but is all zeros, is fine. */
void oasis_sound_track_close(OasisSoundTrack *track);

/* Goes to some packet before zero_ns, if there is one; first_ns is when the video begins. This and
 * fetching return 0 or a negative AVERROR. */
int oasis_sound_track_start(OasisSoundTrack *track, int64_t first_ns, int64_t zero_ns,
                            int64_t end_ns);

/* Reads the next packet, or sets `ended`. */
int oasis_sound_track_fetch(OasisSoundTrack *track);

/* False once the track has ended, or its packet lies behind the range. */
bool oasis_sound_track_goes_on(const OasisSoundTrack *track);

/* Adds a stream for the track's sound, in whatever codec, to a file that is written; NULL without
 * memory. */
AVStream *oasis_sound_track_add_to(const OasisSoundTrack *track, AVFormatContext *muxer);
