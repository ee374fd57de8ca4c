/* Opening and reading files of every known format, also several as one film: streams
 * of bytes (TS, PS, DV) go on from one file into the next, and of all others one is read after the
 * other, its times moved behind those before it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>

#include "media/input/parts.h"
#include "oasis/status.h"

/* How far to look into a file for its streams; zeros are FFmpeg's choice. */
typedef struct OasisProbe {
    int64_t bytes, ns;
} OasisProbe;

/* Thread-safety: one thread at a time. */
typedef struct OasisContainer {
    OasisParts *parts;       /* borrowed */
    AVIOInterruptCB interrupt;
    AVFormatContext *format; /* the first part, or all bytes: what streams and tags there are */
    AVIOContext *bytes;      /* of all parts as one; else NULL */
    int video;               /* the stream whose frames join; -1 = not yet known */
    size_t part;             /* that is read */
    AVFormatContext *later;  /* it, unless it is the first */
    int64_t shift;           /* of its times, in the video's time base */
    int64_t end;             /* of the frames read so far */
    bool fresh;              /* the decoder has not seen the part's header */
} OasisContainer;

/* Opens the files and looks at their streams. On failure the error, an OASIS_ERR_INPUT, names the
 * file and what is wrong with it. `interrupt` ends reading that blocks; it may be empty. */
OasisStatus oasis_container_open(OasisContainer *container, OasisParts *parts,
                                 AVIOInterruptCB interrupt, OasisError *err) OASIS_MUST_USE;

/* The same for files that have been open before. Returns a negative AVERROR on failure. */
int oasis_container_reopen(OasisContainer *container, OasisParts *parts, OasisProbe probe,
                           int video, AVIOInterruptCB interrupt);
void oasis_container_close(OasisContainer *container); /* all zeros are fine */

/* Fails unless the later parts go on with the same picture and sound; notes all parts' chapters. */
OasisStatus oasis_container_check_parts(const OasisContainer *container,
                                        OasisError *err) OASIS_MUST_USE;

/* Whether any piece of the format can be read by itself. */
bool oasis_container_is_stream(const AVFormatContext *format);

/* Opens streams of bytes once more, from shortly before `byte` on, for a track that begins there,
 * too late to be found from the beginning; `id` is the container's own for it. `*stream` is it, and
 * AVERROR_STREAM_NOT_FOUND is returned where it is not there. */
int oasis_container_open_late(OasisContainer *container, const OasisContainer *whole,
                              int64_t byte, int id, AVStream **stream);

/* Reads the next packet of a part, which all streams that are not discarded have; its times are
 * those of the film, in the time bases of `format`. Returns 0 or a negative AVERROR. */
int oasis_container_read(OasisContainer *container, AVPacket *packet);

/* Goes on with the next part. AVERROR_EOF behind the last. */
int oasis_container_go_on(OasisContainer *container);

/* Goes to some packet before `time` (of that stream), as av_seek_frame does. */
int oasis_container_seek(OasisContainer *container, int stream, int64_t time);

/* The disk's error, or 0. */
int oasis_container_error(const OasisContainer *container);

/* How much of all files has been read, 0..1; negative if nobody knows. */
double oasis_container_done(const OasisContainer *container);
