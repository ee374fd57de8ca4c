/* Converting subtitles of text.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/mem.h>
#include <stdlib.h>
#include <string.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"
#include "media/tracks/writer.h"

enum { MOST_BYTES = 1 << 16 }; /* of one subtitle */

static const AVRational MS = {1, 1000};

typedef struct SubtitlesConvert {
    OasisTrackWriter base;
    const char *codec; /* static */
    AVCodecContext *decoder, *encoder;
    AVPacket *packet;
} SubtitlesConvert;

/* The decoder's header has the styles that the encoder begins with. */
static int open_encoder(SubtitlesConvert *self)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(self->codec);

    self->encoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!self->encoder) {
        return codec ? AVERROR(ENOMEM) : AVERROR_ENCODER_NOT_FOUND;
    }
    self->encoder->time_base = MS;
    if (self->decoder->subtitle_header) {
        self->encoder->subtitle_header =
            av_memdup(self->decoder->subtitle_header,
                      (size_t)self->decoder->subtitle_header_size + 1);
        if (!self->encoder->subtitle_header) {
            return AVERROR(ENOMEM);
        }
        self->encoder->subtitle_header_size = self->decoder->subtitle_header_size;
    }
    return avcodec_open2(self->encoder, codec, NULL);
}

static int convert_start(OasisTrackWriter *writer)
{
    SubtitlesConvert *self = (SubtitlesConvert *)writer;

    OASIS_AV_TRY(oasis_track_reader_open_decoder(&writer->reader, &self->decoder));
    OASIS_AV_TRY(open_encoder(self));
    return oasis_track_writer_add_encoded(writer, self->encoder);
}

static int write_subtitle(SubtitlesConvert *self, AVSubtitle *subtitle, int64_t start_ns,
                          int64_t end_ns)
{
    AVPacket *packet = self->packet;
    int size;

    OASIS_AV_TRY(av_new_packet(packet, MOST_BYTES));
    subtitle->pts = av_rescale_q(start_ns, OASIS_NS, AV_TIME_BASE_Q);
    subtitle->start_display_time = 0;
    subtitle->end_display_time = (uint32_t)av_rescale_q(end_ns - start_ns, OASIS_NS, MS);
    size = avcodec_encode_subtitle(self->encoder, packet->data, packet->size, subtitle);
    if (size <= 0) { /* one that cannot be said in this codec */
        av_packet_unref(packet);
        return 0;
    }
    av_shrink_packet(packet, size);
    packet->pts = packet->dts = av_rescale_q(start_ns, OASIS_NS, MS);
    packet->duration = av_rescale_q(end_ns - start_ns, OASIS_NS, MS);
    packet->stream_index = self->base.to->index;
    av_packet_rescale_ts(packet, MS, self->base.to->time_base);
    return av_interleaved_write_frame(self->base.muxer, packet);
}

/* Converts the reader's packet, cut with the range. */
static int convert_packet(SubtitlesConvert *self)
{
    OasisTrackReader *reader = &self->base.reader;
    AVSubtitle subtitle = {0};
    int64_t start_ns = reader->packet_ns, end_ns = reader->packet_end_ns;
    int got = 0, error = 0;

    if (avcodec_decode_subtitle2(self->decoder, &subtitle, &got, reader->packet) < 0 || !got) {
        return 0;
    }
    if (subtitle.end_display_time > 0 && subtitle.end_display_time < UINT32_MAX) {
        end_ns = start_ns + (int64_t)subtitle.end_display_time * 1000000;
        start_ns += (int64_t)subtitle.start_display_time * 1000000;
    }
    start_ns = start_ns > 0 ? start_ns : 0;
    end_ns = end_ns < reader->length_ns ? end_ns : reader->length_ns;
    if (subtitle.num_rects > 0 && end_ns > start_ns) {
        error = write_subtitle(self, &subtitle, reader->film_ns + start_ns,
                               reader->film_ns + end_ns);
    }
    avsubtitle_free(&subtitle);
    return error;
}

static int convert_write(OasisTrackWriter *writer, int64_t until_ns)
{
    OasisTrackReader *reader = &writer->reader;

    int more = 1;

    while (more > 0) {
        while (oasis_track_reader_goes_on(reader) &&
               oasis_track_reader_film_ns(reader) <= until_ns) {
            OASIS_AV_TRY(convert_packet((SubtitlesConvert *)writer));
            OASIS_AV_TRY(oasis_track_reader_fetch(reader));
        }
        more = oasis_track_reader_goes_on(reader) ? 0 : oasis_track_reader_next_span(reader);
    }
    return more;
}

static void convert_close(OasisTrackWriter *writer)
{
    SubtitlesConvert *self = (SubtitlesConvert *)writer;

    avcodec_free_context(&self->decoder);
    avcodec_free_context(&self->encoder);
    av_packet_free(&self->packet);
    free(self);
}

static const OasisTrackWriterClass convert_class = {
    .start = convert_start,
    .write = convert_write,
    .close = convert_close,
};

OasisTrackWriter *oasis_subtitles_convert_new(const char *codec)
{
    SubtitlesConvert *self = calloc(1, sizeof *self);

    if (self) {
        self->base.klass = &convert_class;
        self->codec = codec;
        self->packet = av_packet_alloc();
        if (!self->packet) {
            free(self);
            self = NULL;
        }
    }
    return (OasisTrackWriter *)self;
}
