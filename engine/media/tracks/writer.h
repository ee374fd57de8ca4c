/* What carries one track of the origin over into the file that is written: an interface with a file
 * for each way.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "media/formats/track-rules.h"
#include "media/tracks/reader.h"

typedef struct OasisTrackWriter OasisTrackWriter;

/* These return 0 or a negative AVERROR; a failure is the track's, not the file's, but for
 * AVERROR(ENOMEM) and those of the muxer's disk. */
typedef struct OasisTrackWriterClass {
    /* Goes to where the reader was started and adds a stream to the muxer, unless there is nothing
     * to write; before the muxer's header. */
    int (*start)(OasisTrackWriter *writer);
    /* Writes all that begins up to `until_ns` after the film's start. */
    int (*write)(OasisTrackWriter *writer, int64_t until_ns);
    void (*close)(OasisTrackWriter *writer); /* frees it */
} OasisTrackWriterClass;

/* Implementations begin with this. */
struct OasisTrackWriter {
    const OasisTrackWriterClass *klass;
    OasisTrackReader reader; /* owned by who made it: writers get it opened and started */
    AVFormatContext *muxer;  /* borrowed */
    AVStream *to;            /* borrowed from the muxer; NULL before start, or for nothing */
};

/* For those that encode: adds the stream of what the encoder makes. */
int oasis_track_writer_add_encoded(OasisTrackWriter *writer, const AVCodecContext *encoder);

/* Each makes one, or gives NULL without memory; reader and muxer are filled in later. */
OasisTrackWriter *oasis_track_copy_new(void);       /* packets as they are */
OasisTrackWriter *oasis_track_still_new(void);      /* attachments and cover pictures */
OasisTrackWriter *oasis_subtitles_convert_new(const char *codec); /* text, static name */
OasisTrackWriter *oasis_sound_convert_new(const OasisSoundCodec *codec); /* static */
