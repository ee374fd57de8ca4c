/* An opened video file: its packets, and the frames decoded from them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "media/input/container.h"
#include "media/input/index.h"
#include "media/input/track-scan.h"
#include "oasis/cancel.h"
#include "oasis/status.h"

/* Thread-safety: one thread at a time. */
typedef struct OasisInput {
    OasisParts parts;
    const char *path; /* of the first part, which names the film */
    OasisContainer container;
    AVFormatContext *format; /* the container's */
    AVStream *video; /* the main one; all other streams are discarded */
    AVCodecContext *decoder;
    AVPacket *packet;    /* the one read last */
    bool held;           /* that packet is to be read once more */
    int64_t next_packet; /* number of the packet read next, counted from the file's beginning */
    bool lost;           /* the disk failed: the next seek opens the file anew */
    int64_t stop_packet; /* decoding treats this one as the file's end; INT64_MAX = none */
    bool drained;        /* the decoder has been told of the end */
    bool has_checksums;  /* a packet has been met whose checksums are right */
    /* Packets whose frames lie before `wanted` (by first_frame, see the index) and that no other
     * frame refers to are passed over; NULL = none. */
    const int64_t *first_frame;
    int64_t packets, wanted;
    OasisProbe probe;          /* how far was looked, or will be by the next rewinding */
    OasisTrackScan *tracks;    /* looks at all streams' packets; NULL = only the video's are read */
    const OasisCancel *cancel; /* ends reading that blocks; may be NULL, may be changed */
} OasisInput;

/* Opens a video stream and its decoder: the main one, or of number `stream` - 1. `further`: the
 * files that go on with the film, ended by NULL; NULL = none. */
OasisStatus oasis_input_open(const char *path, const char *const *further, int stream,
                             const OasisCancel *cancel, OasisInput **input,
                             OasisError *err) OASIS_MUST_USE;
void oasis_input_close(OasisInput **input);

/* Whether a stream shows moving pictures. */
bool oasis_input_is_video(const AVStream *stream);

/* Goes back to the file's beginning. All these return 0 or a negative AVERROR. */
int oasis_input_rewind(OasisInput *input);

/* Begins to look at the packets of all streams, or with NULL ends it. */
void oasis_input_watch(OasisInput *input, OasisTrackScan *tracks);

/* Opens the file anew, looking so far into it, so that all streams that the index tells of are
 * known; nothing happens where that is as before. */
int oasis_input_probe(OasisInput *input, OasisProbe probe);

/* Goes to a key packet of the file's index, so that it is the next one read: by seeking where that
 * leads there for certain, else by reading on from the beginning. */
int oasis_input_seek(OasisInput *input, const OasisIndex *index, size_t key);

/* Reads the video's next packet into input->packet. Broken pieces of the container are skipped, and
 * a file that ends too early just ends (AVERROR_EOF); failures of the disk are reported. */
int oasis_input_read(OasisInput *input);

/* Decodes the next frame in the order of showing, skipping what cannot be decoded. *packet is the
 * number of the packet that it comes from. AVERROR_EOF past the last one; AVERROR_INVALIDDATA where
 * a packet's checksum says that it is not what was written: lossless codecs are used for that. */
int oasis_input_decode(OasisInput *input, AVFrame *frame, int64_t *packet);

/* Decodes on to the end, or to stop_packet, and gives `take` each frame with the number of the
 * packet that it comes from, until that fails. Polls `cancel` from frame to frame. */
int oasis_input_decode_each(OasisInput *input,
                            int (*take)(void *data, AVFrame *frame, int64_t packet), void *data);

/* Fails because one of these did. */
OasisStatus oasis_input_fail(const OasisInput *input, int error, OasisError *err);
