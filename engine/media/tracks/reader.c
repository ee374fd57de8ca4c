/* Reading one track of a file, packet by packet, on the frames' clock.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/tracks/reader.h"

#include <math.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"
#include "media/formats/known.h"
#include "media/index/clock.h"
#include "media/tracks/tags.h"

static const int64_t SEEK_MARGIN_NS = 2000000000;

/* Where a clock has wrapped before a late track began, that is opened by the clock that follows. */
static void mend_wrap(OasisTrackReader *reader, const OasisTrackFacts *facts)
{
    const AVStream *stream = reader->stream;
    const double wrap_ns =
        ldexp(av_q2d(stream->time_base), stream->pts_wrap_bits) * (double)OASIS_NS.den;

    if (stream->start_time != AV_NOPTS_VALUE && facts->first_ns != INT64_MIN &&
        stream->pts_wrap_bits < 63) {
        const int64_t late_ns =
            facts->first_ns - av_rescale_q(stream->start_time, stream->time_base, OASIS_NS);

        reader->wrapped_ns = (int64_t)(round((double)late_ns / wrap_ns) * wrap_ns);
    }
}

static int open_container(OasisTrackReader *reader)
{
    OasisInput *input = reader->origin->input;
    const unsigned number = (unsigned)reader->track->number;
    const OasisIndex *index = reader->origin->index;
    const OasisTrackFacts *facts = number < index->n_tracks ? &index->tracks[number] : NULL;

    if (facts && facts->late_byte > 0) {
        OASIS_AV_TRY(oasis_container_open_late(&reader->container, &input->container,
                                               facts->late_byte, (int)facts->id,
                                               &reader->stream));
        mend_wrap(reader, facts);
        return 0;
    }
    OASIS_AV_TRY(oasis_container_reopen(&reader->container, &input->parts, input->probe,
                                        input->video->index, (AVIOInterruptCB){0}));
    if (reader->container.format->nb_streams <= number) { /* the file has been changed meanwhile */
        return AVERROR_INVALIDDATA;
    }
    reader->stream = reader->container.format->streams[number];
    return 0;
}

/* From the file's beginning. */
static int open_file(OasisTrackReader *reader)
{
    const AVFormatContext *format;

    oasis_container_close(&reader->container);
    reader->stream = NULL;
    OASIS_AV_TRY(open_container(reader));
    format = reader->container.format;
    for (unsigned i = 0; i < format->nb_streams; i++) {
        format->streams[i]->discard =
            format->streams[i] == reader->stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    reader->piece = 0;
    reader->expected_ns = INT64_MIN;
    reader->ended = false;
    return 0;
}

int oasis_track_reader_open(OasisTrackReader *reader, const OasisOrigin *origin,
                            const OasisTrack *track, OasisWarner warner)
{
    *reader = (OasisTrackReader){
        .origin = origin,
        .track = track,
        .warner = warner,
        .packet = av_packet_alloc(),
    };
    return reader->packet ? open_file(reader) : AVERROR(ENOMEM);
}

void oasis_track_reader_close(OasisTrackReader *reader)
{
    av_packet_free(&reader->packet);
    oasis_container_close(&reader->container);
}

/* How long a packet lasts, by itself or by what its codec says. */
static int64_t duration_ns(const OasisTrackReader *reader, const AVPacket *packet)
{
    const AVCodecParameters *parameters = reader->stream->codecpar;
    int samples;

    if (packet->duration > 0) {
        return av_rescale_q(packet->duration, reader->stream->time_base, OASIS_NS);
    }
    samples = av_get_audio_frame_duration2(reader->stream->codecpar, packet->size);
    return samples > 0 && parameters->sample_rate > 0
               ? av_rescale_q(samples, (AVRational){1, parameters->sample_rate}, OASIS_NS)
               : 0;
}

/* Broken pieces and disk errors end the track, not the export: the picture is what matters. */
static void end(OasisTrackReader *reader, int error)
{
    if (error != AVERROR_EOF || oasis_container_error(&reader->container) < 0) {
        OasisPlanNote note = oasis_note_of(OASIS_NOTE_TRACK_CANNOT_BE_READ, reader->track);

        note.loss = true;
        note.amount = (double)reader->packet_end_ns / 1e9;
        oasis_warn(&reader->warner, note);
    }
    reader->ended = true;
}

/* Moves a packet from the file's clock to that of the range. */
static void move(OasisTrackReader *reader, AVPacket *packet)
{
    const AVRational time_base = reader->stream->time_base;
    const OasisIndex *index = reader->origin->index;
    const int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    int64_t raw_ns, shift_ns, shift;

    if (time == AV_NOPTS_VALUE) {
        reader->packet_ns = reader->packet_end_ns;
        packet->pts = packet->dts = av_rescale_q(reader->packet_ns, OASIS_NS, time_base);
    } else {
        raw_ns = av_sat_add64(av_rescale_q(time, time_base, OASIS_NS), reader->wrapped_ns);
        reader->piece = oasis_clock_follow(
            index, reader->piece, reader->expected_ns == INT64_MIN ? raw_ns : reader->expected_ns,
            raw_ns);
        shift_ns = av_sat_add64(index->pieces[reader->piece].offset, reader->wrapped_ns);
        shift_ns = av_sat_sub64(av_sat_sub64(shift_ns, oasis_origin_zero_ns(reader->origin)),
                                reader->start_ns);
        shift = av_rescale_q(shift_ns, OASIS_NS, time_base);
        packet->pts = av_sat_add64(time, shift);
        packet->dts =
            packet->dts != AV_NOPTS_VALUE ? av_sat_add64(packet->dts, shift) : packet->pts;
        reader->packet_ns = av_rescale_q(packet->pts, time_base, OASIS_NS);
        reader->expected_ns = raw_ns;
    }
    if (reader->expected_ns != INT64_MIN) {
        reader->expected_ns = av_sat_add64(reader->expected_ns, duration_ns(reader, packet));
    }
    reader->packet_end_ns = av_sat_add64(reader->packet_ns, duration_ns(reader, packet));
}

int oasis_track_reader_fetch(OasisTrackReader *reader)
{
    AVPacket *packet = reader->packet;

    do {
        int error;

        av_packet_unref(packet);
        error = oasis_container_read(&reader->container, packet);
        while (error == AVERROR_EOF && oasis_container_go_on(&reader->container) == 0) {
            error = oasis_container_read(&reader->container, packet);
        }
        if (error == AVERROR(ENOMEM)) {
            return error;
        }
        if (error < 0) {
            end(reader, error);
            return 0;
        }
    } while (packet->stream_index != reader->stream->index);
    move(reader, packet);
    return 0;
}

int64_t oasis_track_reader_film_ns(const OasisTrackReader *reader)
{
    return av_sat_add64(reader->film_ns, reader->packet_ns);
}

bool oasis_track_reader_goes_on(const OasisTrackReader *reader)
{
    return !reader->ended && reader->packet_ns < reader->length_ns;
}

/* Where the clock was set, a time names more than one place. */
static bool seek(OasisTrackReader *reader)
{
    const int64_t time_ns = reader->start_ns + oasis_origin_zero_ns(reader->origin) -
                            reader->wrapped_ns - SEEK_MARGIN_NS;

    return reader->start_ns > 2 * SEEK_MARGIN_NS && reader->origin->index->n_pieces == 1 &&
           oasis_container_seek(&reader->container, reader->stream->index,
                                av_rescale_q(time_ns, OASIS_NS, reader->stream->time_base)) >= 0;
}

static int start_span(OasisTrackReader *reader)
{
    const OasisSpan *span = &reader->spans[reader->span];

    reader->start_ns = span->start_ns;
    reader->length_ns = span->end_ns > 0 ? span->end_ns - span->start_ns : INT64_MAX;
    reader->packet_end_ns = -span->start_ns;
    if (seek(reader)) {
        OASIS_AV_TRY(oasis_track_reader_fetch(reader));
        if (!reader->ended && reader->packet_end_ns <= 0) {
            return 0;
        }
        OASIS_AV_TRY(open_file(reader)); /* the seek led behind the start */
        reader->packet_end_ns = -span->start_ns;
    }
    return oasis_track_reader_fetch(reader);
}

int oasis_track_reader_start(OasisTrackReader *reader, const OasisSpan *spans, size_t n_spans)
{
    reader->spans = spans;
    reader->n_spans = n_spans;
    reader->span = 0;
    reader->film_ns = 0;
    return start_span(reader);
}

bool oasis_track_reader_is_last_span(const OasisTrackReader *reader)
{
    return reader->span + 1 >= reader->n_spans;
}

int oasis_track_reader_next_span(OasisTrackReader *reader)
{
    if (oasis_track_reader_is_last_span(reader)) {
        return 0;
    }
    reader->film_ns += reader->length_ns;
    reader->span++;
    OASIS_AV_TRY(open_file(reader));
    OASIS_AV_TRY(start_span(reader));
    return 1;
}

int oasis_track_reader_open_decoder(const OasisTrackReader *reader, AVCodecContext **decoder)
{
    const AVStream *from = reader->stream;
    const AVCodec *codec = oasis_known_decoder(from->codecpar->codec_id);

    *decoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!*decoder) {
        return codec ? AVERROR(ENOMEM) : AVERROR_DECODER_NOT_FOUND;
    }
    OASIS_AV_TRY(avcodec_parameters_to_context(*decoder, from->codecpar));
    (*decoder)->pkt_timebase = from->time_base;
    return avcodec_open2(*decoder, codec, NULL);
}

AVStream *oasis_track_reader_add_to(const OasisTrackReader *reader, AVFormatContext *muxer)
{
    AVStream *stream = avformat_new_stream(muxer, NULL);

    if (stream && oasis_tags_of_stream(stream, reader->stream, muxer) < 0) {
        return NULL;
    }
    if (stream) {
        stream->disposition = reader->stream->disposition;
    }
    return stream;
}
