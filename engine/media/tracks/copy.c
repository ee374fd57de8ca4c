/* Copying packets as they are.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/mem.h>
#include <stdlib.h>
#include <string.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"
#include "media/tracks/writer.h"

static const int64_t ROUNDING_NS = 2000000;

typedef struct TrackCopy {
    OasisTrackWriter base;
    AVPacket *earlier; /* the packet before, which decoders need to start from; or empty */
    int64_t last_dts;  /* in the stream's time base */
} TrackCopy;

/* Whether the container takes the stream as it is: a header written to memory tells for certain. */
static bool container_takes(const AVOutputFormat *container, const AVStream *stream)
{
    AVFormatContext *trial = NULL;
    AVStream *copy;
    uint8_t *memory;
    bool taken = false;

    if (avformat_query_codec(container, stream->codecpar->codec_id, FF_COMPLIANCE_NORMAL) != 1 ||
        avformat_alloc_output_context2(&trial, container, NULL, NULL) < 0) {
        return false;
    }
    copy = avformat_new_stream(trial, NULL);
    if (copy && avcodec_parameters_copy(copy->codecpar, stream->codecpar) >= 0 &&
        avio_open_dyn_buf(&trial->pb) >= 0) {
        copy->codecpar->codec_tag = 0;
        copy->time_base = stream->time_base;
        taken = avformat_write_header(trial, NULL) >= 0;
        avio_close_dyn_buf(trial->pb, &memory);
        av_free(memory);
    }
    avformat_free_context(trial);
    oasis_av_begin(); /* what it said does not matter */
    return taken;
}

static int add_stream(TrackCopy *self)
{
    OasisTrackReader *reader = &self->base.reader;
    AVCodecParameters *parameters;

    self->base.to = oasis_track_reader_add_to(reader, self->base.muxer);
    if (!self->base.to) {
        return AVERROR(ENOMEM);
    }
    parameters = self->base.to->codecpar;
    OASIS_AV_TRY(avcodec_parameters_copy(parameters, reader->stream->codecpar));
    parameters->codec_tag = 0; /* containers have tags of their own */
    parameters->initial_padding = 0;
    self->base.to->time_base = parameters->sample_rate > 0
                                   ? (AVRational){1, parameters->sample_rate}
                                   : reader->stream->time_base;
    return 0;
}

/* Whether packets can be decoded on their own. The others' decoders overlap each packet with the
 * one before. */
static bool packets_stand_alone(const OasisTrackReader *reader)
{
    return reader->track->kind != OASIS_TRACK_SOUND ||
           av_get_exact_bits_per_sample(reader->stream->codecpar->codec_id) > 0;
}

/* Goes to where the range at hand begins. `earlier` becomes the packet before, *earlier_ns its time
 * and *open whether nobody says how long it lasts: until the next one. */
static int go_to_start(TrackCopy *self, int64_t *earlier_ns, bool *open)
{
    OasisTrackReader *reader = &self->base.reader;

    while (!reader->ended && reader->packet_ns < 0 && reader->packet_end_ns <= 0) {
        av_packet_unref(self->earlier);
        av_packet_move_ref(self->earlier, reader->packet);
        *earlier_ns = reader->packet_ns;
        *open = reader->packet_end_ns == reader->packet_ns;
        OASIS_AV_TRY(oasis_track_reader_fetch(reader));
    }
    return 0;
}

/* Goes to the next range that has a packet. 0 where there is none. Of two ranges that meet within
 * a packet, each has it. */
static int go_to_next(TrackCopy *self)
{
    OasisTrackReader *reader = &self->base.reader;
    int64_t unused_ns;
    bool unused;
    int more;

    do {
        more = oasis_track_reader_next_span(reader);
        if (more > 0) {
            OASIS_AV_TRY(go_to_start(self, &unused_ns, &unused));
            av_packet_unref(self->earlier);
        }
    } while (more > 0 && !oasis_track_reader_goes_on(reader));
    return more;
}

/* The cut falls into a packet, or rather the packet before the one that the start falls into, so
 * that what is heard is right from its first sample. What lies before the start has negative times:
 * MP4 and MOV skip it by an edit list, Matroska by its codec delay. */
static int copy_start(OasisTrackWriter *writer)
{
    TrackCopy *self = (TrackCopy *)writer;
    OasisTrackReader *reader = &writer->reader;
    int64_t first_ns, earlier_ns = 0;
    bool open = false;

    if (!container_takes(writer->muxer->oformat, reader->stream)) {
        return AVERROR_MUXER_NOT_FOUND;
    }
    OASIS_AV_TRY(go_to_start(self, &earlier_ns, &open));
    if (!oasis_track_reader_goes_on(reader)) {
        const int more = go_to_next(self);

        if (more <= 0) {
            return more;
        }
    }
    first_ns = oasis_track_reader_film_ns(reader);
    open &= first_ns > 0;
    if (!open && (packets_stand_alone(reader) || (self->earlier->data && first_ns > 0))) {
        av_packet_unref(self->earlier);
    } else if (self->earlier->data) {
        first_ns = earlier_ns;
    }
    OASIS_AV_TRY(add_stream(self));
    if (first_ns < 0 && strcmp(writer->muxer->oformat->name, "matroska") == 0 &&
        writer->to->codecpar->sample_rate > 0) {
        writer->to->codecpar->initial_padding = (int)av_rescale_q(
            -first_ns, OASIS_NS, (AVRational){1, writer->to->codecpar->sample_rate});
    }
    return 0;
}

/* Subtitles that stand when the range begins do so from its start on, and until another follows. */
static void cut_subtitle(const OasisTrackReader *reader, AVPacket *packet)
{
    const int64_t late_ns = reader->packet_end_ns - reader->length_ns;

    if (late_ns > 0 && packet->duration > 0 && !oasis_track_reader_is_last_span(reader)) {
        packet->duration -= av_rescale_q(late_ns, OASIS_NS, reader->stream->time_base);
    }
    if (packet->pts < 0) {
        packet->duration = packet->duration > 0 ? packet->duration + packet->pts : 0;
        packet->pts = packet->dts = 0;
    }
}

/* What overlaps, where the recording's clock was set, is heard but once. Short packets that a
 * container's rounding brings to one time are moved apart, where they must be. */
static bool comes_after(const TrackCopy *self, AVPacket *packet)
{
    const bool sound = self->base.reader.track->kind == OASIS_TRACK_SOUND;
    const bool strict = sound && !(self->base.muxer->oformat->flags & AVFMT_TS_NONSTRICT);

    if (self->last_dts == INT64_MIN || packet->dts > self->last_dts) {
        return true;
    }
    if (av_rescale_q(self->last_dts - packet->dts, self->base.to->time_base, OASIS_NS) >
        ROUNDING_NS) {
        return false;
    }
    packet->pts = packet->dts = self->last_dts + strict;
    return true;
}

static int write_packet(TrackCopy *self, AVPacket *packet)
{
    const OasisTrackReader *reader = &self->base.reader;
    const bool sound = reader->track->kind == OASIS_TRACK_SOUND;

    packet->dts = packet->pts;
    packet->pos = -1;
    packet->stream_index = self->base.to->index;
    packet->flags &= ~AV_PKT_FLAG_DISCARD; /* the edit that cut it off is not carried over */
    if (!sound) {
        cut_subtitle(reader, packet);
    }
    av_packet_rescale_ts(packet, reader->stream->time_base, self->base.to->time_base);
    packet->pts += av_rescale_q(reader->film_ns, OASIS_NS, self->base.to->time_base);
    packet->dts = packet->pts;
    if (!comes_after(self, packet)) {
        av_packet_unref(packet);
        return 0;
    }
    self->last_dts = packet->dts;
    return av_interleaved_write_frame(self->base.muxer, packet);
}

static int copy_write(OasisTrackWriter *writer, int64_t until_ns)
{
    TrackCopy *self = (TrackCopy *)writer;
    OasisTrackReader *reader = &writer->reader;

    int more = 1;

    if (self->earlier->data) {
        OASIS_AV_TRY(write_packet(self, self->earlier));
    }
    while (more > 0) {
        while (oasis_track_reader_goes_on(reader) &&
               oasis_track_reader_film_ns(reader) <= until_ns) {
            OASIS_AV_TRY(write_packet(self, reader->packet));
            OASIS_AV_TRY(oasis_track_reader_fetch(reader));
        }
        more = oasis_track_reader_goes_on(reader) ? 0 : go_to_next(self);
    }
    return more;
}

static void copy_close(OasisTrackWriter *writer)
{
    av_packet_free(&((TrackCopy *)writer)->earlier);
    free(writer);
}

static const OasisTrackWriterClass copy_class = {
    .start = copy_start,
    .write = copy_write,
    .close = copy_close,
};

OasisTrackWriter *oasis_track_copy_new(void)
{
    TrackCopy *self = calloc(1, sizeof *self);

    if (self) {
        self->base.klass = &copy_class;
        self->last_dts = INT64_MIN;
        self->earlier = av_packet_alloc();
        if (!self->earlier) {
            free(self);
            self = NULL;
        }
    }
    return (OasisTrackWriter *)self;
}
