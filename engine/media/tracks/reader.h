/* Reading one track of a file, packet by packet, on the frames' clock.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

#include "media/base/warner.h"
#include "media/info/origin.h"

/* Thread-safety: one thread at a time. Times count from the start of the range at hand, in
 * nanoseconds; that begins `film_ns` after the film does. */
typedef struct OasisTrackReader {
    const OasisOrigin *origin; /* borrowed */
    const OasisTrack *track;   /* borrowed */
    OasisWarner warner;
    OasisContainer container;
    AVStream *stream;  /* all others are discarded */
    const OasisSpan *spans; /* all ranges, borrowed */
    size_t n_spans, span;   /* and the one at hand */
    int64_t film_ns;
    int64_t start_ns;  /* of the range, from the first frame on */
    int64_t length_ns; /* of the range; INT64_MAX = to the end */
    AVPacket *packet;  /* the next one to be used, unless `ended`; its times count from the range's
                        * start, too, in the stream's units, and its pts is never missing */
    int64_t packet_ns, packet_end_ns;
    int64_t wrapped_ns; /* what the file's clock had counted before it wrapped */
    size_t piece;      /* of the clock */
    int64_t expected_ns; /* the next packet's time by the file's clock; INT64_MIN at first */
    bool ended;
} OasisTrackReader;

/* Opens the file anew for one of the origin's tracks. These return 0 or a negative AVERROR. A
 * reader that failed to open, or is all zeros, can be closed. */
int oasis_track_reader_open(OasisTrackReader *reader, const OasisOrigin *origin,
                            const OasisTrack *track, OasisWarner warner);
void oasis_track_reader_close(OasisTrackReader *reader);

/* Goes to some packet before the first range, if there is one. */
int oasis_track_reader_start(OasisTrackReader *reader, const OasisSpan *spans, size_t n_spans);

/* Goes on to the next range, in the same way. 1 where there is one, else 0. */
int oasis_track_reader_next_span(OasisTrackReader *reader);
bool oasis_track_reader_is_last_span(const OasisTrackReader *reader);

/* Reads the next packet, or sets `ended`: that trouble with reading does, too, with a warning. */
int oasis_track_reader_fetch(OasisTrackReader *reader);

/* The packet's time in the film. */
int64_t oasis_track_reader_film_ns(const OasisTrackReader *reader);

/* False once the track has ended, or its packet lies behind the range. */
bool oasis_track_reader_goes_on(const OasisTrackReader *reader);

/* Opens a decoder for the track's packets, which the caller frees, also after a failure. */
int oasis_track_reader_open_decoder(const OasisTrackReader *reader, AVCodecContext **decoder);

/* Adds a stream for the track, in whatever codec, to a file that is written, with its tags; NULL
 * without memory. */
AVStream *oasis_track_reader_add_to(const OasisTrackReader *reader, AVFormatContext *muxer);
