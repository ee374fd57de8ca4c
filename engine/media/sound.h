/* The sound of an export: the first audio stream of the source file, cut with the range.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>

#include "oasis/media.h"

/* Thread-safety: one thread at a time, as the sink's. Times are in nanoseconds; packets are read by
 * the source file's clock, `zero_ns` on which is the export's time 0. */
typedef struct OasisSound {
    const char *path; /* of the source; borrowed */
    void (*warn)(const char *message, void *data); /* may be NULL */
    void *data;
    AVFormatContext *source;
    AVStream *from;
    AVFormatContext *muxer; /* borrowed */
    AVStream *to;
    int64_t video_ns; /* when the source's first frame is shown */
    int64_t zero_ns, end_ns;

    AVPacket *packet; /* the next one to be used, unless `ended` */
    int64_t packet_ns, packet_end_ns;
    bool ended;

    AVPacket *earlier; /* copying: the packet before, which decoders need to start from; or empty */
    int64_t last_dts;  /* in `to`'s time base */

    AVCodecContext *decoder, *encoder; /* converting; else NULL */
    AVFilterGraph *graph;
    AVFilterContext *graph_in, *graph_out;
    AVFrame *frame;
    AVPacket *encoded;
    int64_t encoded_ns; /* how far, counted from 0 */
    bool flushed;
} OasisSound;

/* Opens the sound of `path` and adds a stream for it to the muxer; *sound is NULL if there is none.
 * Calls warn for all that is left out or converted, and carries title and date over. */
OasisStatus oasis_sound_open(const char *path, const OasisMediaTarget *target,
                             AVFormatContext *muxer, OasisSound **sound,
                             OasisError *err) OASIS_MUST_USE;
void oasis_sound_close(OasisSound **sound);

/* Goes to the range's start, `start_ns` after the source's first frame; before the muxer's header
 * is written. It ends at end_ns (0 = with the file). These return 0 or a negative AVERROR. */
int oasis_sound_start(OasisSound *sound, int64_t start_ns, int64_t end_ns);

/* Writes all packets that begin up to `until_ns` after the range's start. */
int oasis_sound_write(OasisSound *sound, int64_t until_ns);

/* --- within the sound --- */

void oasis_sound_warn(const OasisSound *sound, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads the next packet, or sets `ended`. */
int oasis_sound_fetch(OasisSound *sound);

int oasis_sound_copy_start(OasisSound *sound);
int oasis_sound_copy_write(OasisSound *sound, int64_t until_ns);

/* AAC, for containers that do not take the source's codec. */
int oasis_sound_convert_open(OasisSound *sound);
int oasis_sound_convert_write(OasisSound *sound, int64_t until_ns);
