/* The frame index of a video: which frames there are, when each is shown, and where decoding can
 * start.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/rational.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the file's frames relate to fields. */
typedef enum OasisInterlacing {
    OASIS_INTERLACING_NONE = 0,
    OASIS_INTERLACING_FLAGGED, /* the frames themselves say which are interlaced, and how */
    OASIS_INTERLACING_TOP_FIRST, /* all interlaced, though the frames do not say so */
    OASIS_INTERLACING_BOTTOM_FIRST,
} OasisInterlacing;

/* A packet at which decoding can start. Its numbers are those that the demuxer gave when the file
 * was read through from its beginning: by them it is known again after a seek. */
typedef struct OasisKey {
    int64_t pts, dts; /* in stream time; AV_NOPTS_VALUE if the file has none */
    int64_t position; /* byte in the file, -1 if unknown */
    int64_t packet;   /* its number among the video's packets */
} OasisKey;

/* A stretch of the recording over which its clock ran on; where it was set, the next begins. All in
 * nanoseconds of the file's clock. */
typedef struct OasisClockPiece {
    int64_t from, to; /* the video's first and last frame in it, as the file has their times */
    int64_t offset;   /* to be added to all times of this piece, so that frames follow frames */
} OasisClockPiece;

/* What reading the file through says of one of its streams. */
typedef struct OasisTrackFacts {
    int64_t packets, bytes;
    int64_t first_ns, end_ns; /* of its packets, by the file's clock; INT64_MIN without times */
    int64_t changes; /* how often sound changes its rate or channels */
    int64_t holes;   /* pauses between packets of sound that a player would not notice by itself */
    int64_t late_byte;   /* where it begins, if that is too far into the file to look; else 0 */
    int64_t type, codec; /* FFmpeg's numbers, as reading through has found them */
    int64_t id;          /* the container's own for it */
} OasisTrackFacts;

/* Immutable once built. Frames stand in the order in which they are shown, packets in that of the
 * file. */
typedef struct OasisIndex {
    int64_t frames;      /* >= 1 */
    int64_t *pts;        /* of each frame in stream time, strictly growing; not moved to 0 */
    int64_t *packet;     /* the packet that each frame comes from */
    int64_t packets;
    int64_t *first_frame; /* of each packet; -1 where it makes none */
    size_t n_keys;
    OasisKey *keys;      /* by packet, ascending */
    int64_t *key_frame;  /* the first frame that each key leads to */
    int64_t last_duration; /* of the last frame, in stream time; 0 if the file does not say */
    size_t n_pieces;       /* >= 1 */
    OasisClockPiece *pieces;
    size_t n_tracks; /* all of the file's streams, also those that come late in it */
    OasisTrackFacts *tracks;
    int64_t probe_bytes, probe_ns; /* how far one has to look to know all streams; 0 = as usual */
    size_t n_parts;        /* >= 1: files that the film is read from */
    int64_t *part_starts;  /* of each one's picture in stream time; 0 where they are one stream */
    int64_t recorded;    /* when a tape says it was recorded, in seconds since 1970; 0 = unknown */
    OasisInterlacing interlacing;
} OasisIndex;

void oasis_index_free(OasisIndex **index);

/* Fills first_frame and key_frame by the rest. False without memory. */
bool oasis_index_link(OasisIndex *index);

/* The last key from which frame n can be decoded. */
size_t oasis_index_key_for(const OasisIndex *index, int64_t n);

/* The frame that comes from a packet, where `before` was decoded last: one packet may hold several.
 * -1 if there is none. */
int64_t oasis_index_frame_of(const OasisIndex *index, int64_t packet, int64_t before);

/* How long the last frame is shown, in stream time: as the file says, or as long as the one before
 * it, or else as `rate` (frames a second) says. */
int64_t oasis_index_last_duration(const OasisIndex *index, AVRational rate, AVRational time_base);
