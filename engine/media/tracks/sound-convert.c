/* Converting sound to another codec.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"
#include "media/tracks/sound-place.h"
#include "media/tracks/writer.h"

enum { USUAL_FRAME = 4096 }; /* samples in a packet of PCM */

typedef struct SoundConvert {
    OasisTrackWriter base;
    const OasisSoundCodec *codec;
    AVCodecContext *decoder, *encoder;
    OasisSoundPlace place;
    AVFrame *frame;   /* as decoded */
    AVFrame *out;     /* on its way to the encoder */
    AVPacket *packet;
    int64_t written;  /* samples, from the range's start on */
    bool flushed, drained; /* the decoder: told of the end, and empty */
    bool finished;         /* the encoder has been told of the end */
} SoundConvert;

/* Of the encoder's rates the lowest that is not below the sound's, or the highest. */
static int choose_rate(const AVCodec *codec, int rate)
{
    const int *rates = NULL;
    int above = 0, highest = 0;

    if (avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_SAMPLE_RATE, 0,
                                     (const void **)&rates, NULL) < 0 ||
        !rates) {
        return rate;
    }
    for (; *rates; rates++) {
        highest = FFMAX(highest, *rates);
        if (*rates >= rate && (above == 0 || *rates < above)) {
            above = *rates;
        }
    }
    return above > 0 ? above : FFMIN(highest, 48000);
}

/* Of the encoder's sample formats the smallest that holds the sound's samples, or the largest. */
static enum AVSampleFormat choose_format(const AVCodec *codec, enum AVSampleFormat format)
{
    const enum AVSampleFormat *formats = NULL, *best = NULL;
    const int wanted = av_get_bytes_per_sample(format);

    if (avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_SAMPLE_FORMAT, 0,
                                     (const void **)&formats, NULL) < 0 ||
        !formats) {
        return format;
    }
    for (; *formats != AV_SAMPLE_FMT_NONE; formats++) {
        const int bytes = av_get_bytes_per_sample(*formats);
        const int least = best ? av_get_bytes_per_sample(*best) : 0;

        if (!best || (least < wanted ? bytes > least : bytes >= wanted && bytes < least)) {
            best = formats;
        }
    }
    return best ? *best : format;
}

/* By the first frame, which knows better than the container. */
static int open_encoder(SoundConvert *self, const AVFrame *like)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(self->codec->encoder);
    const OasisTrack *track = self->base.reader.track;
    const int channels = FFMIN(FFMAX(like->ch_layout.nb_channels, 1), self->codec->most_channels);
    const int rate = track->changes > 0 && !self->codec->lossless
                         ? FFMAX(like->sample_rate, 48000)
                         : like->sample_rate;
    AVCodecContext *encoder = codec ? avcodec_alloc_context3(codec) : NULL;

    self->encoder = encoder;
    if (!encoder) {
        return codec ? AVERROR(ENOMEM) : AVERROR_ENCODER_NOT_FOUND;
    }
    if (self->codec->lossless && like->ch_layout.order == AV_CHANNEL_ORDER_NATIVE) {
        OASIS_AV_TRY(av_channel_layout_copy(&encoder->ch_layout, &like->ch_layout));
    } else {
        av_channel_layout_default(&encoder->ch_layout, channels);
    }
    encoder->sample_fmt = choose_format(codec, like->format);
    encoder->sample_rate = choose_rate(codec, rate);
    encoder->time_base = (AVRational){1, encoder->sample_rate};
    encoder->bit_rate = (int64_t)self->codec->bits_a_channel * channels;
    if (encoder->sample_fmt == AV_SAMPLE_FMT_S32 && self->decoder->bits_per_raw_sample > 0) {
        encoder->bits_per_raw_sample = self->decoder->bits_per_raw_sample;
    }
    if (self->base.muxer->oformat->flags & AVFMT_GLOBALHEADER) {
        encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    return avcodec_open2(encoder, codec, NULL);
}

static int encode(SoundConvert *self, const AVFrame *frame)
{
    OasisTrackWriter *writer = &self->base;

    OASIS_AV_TRY(avcodec_send_frame(self->encoder, frame));
    for (;;) {
        int error = avcodec_receive_packet(self->encoder, self->packet);

        if (oasis_av_is_dry(error)) {
            return 0;
        }
        OASIS_AV_TRY(error);
        self->packet->stream_index = writer->to->index;
        av_packet_rescale_ts(self->packet, self->encoder->time_base, writer->to->time_base);
        OASIS_AV_TRY(av_interleaved_write_frame(writer->muxer, self->packet));
    }
}

static int fill_out(SoundConvert *self, int count)
{
    AVFrame *out = self->out;

    out->nb_samples = count;
    out->format = self->encoder->sample_fmt;
    out->sample_rate = self->encoder->sample_rate;
    OASIS_AV_TRY(av_channel_layout_copy(&out->ch_layout, &self->encoder->ch_layout));
    OASIS_AV_TRY(av_frame_get_buffer(out, 0));
    out->pts = self->written;
    self->written += count;
    return av_audio_fifo_read(self->place.ready, (void **)out->extended_data, count);
}

/* Encodes what is ready: whole frames, and at the end the rest. */
static int encode_ready(SoundConvert *self, bool all)
{
    const int whole = self->encoder->frame_size > 0 ? self->encoder->frame_size : USUAL_FRAME;

    for (;;) {
        const int ready = av_audio_fifo_size(self->place.ready);
        int error;

        if (ready < whole && (!all || ready == 0)) {
            return 0;
        }
        error = fill_out(self, FFMIN(ready, whole));
        if (error >= 0) {
            error = encode(self, self->out);
        }
        av_frame_unref(self->out);
        OASIS_AV_TRY(error);
    }
}

/* Sound of the range at hand has its place in the film. */
static int place_range(SoundConvert *self)
{
    const OasisTrackReader *reader = &self->base.reader;

    return oasis_sound_place_range(&self->place, reader->film_ns, reader->length_ns,
                                   reader->origin->info->duration_ns - reader->start_ns);
}

/* Opens what depends on the shape of the first frame. */
static int begin(SoundConvert *self)
{
    OasisTrackWriter *writer = &self->base;

    OASIS_AV_TRY(open_encoder(self, self->frame));
    OASIS_AV_TRY(oasis_sound_place_init(&self->place, self->encoder));
    OASIS_AV_TRY(place_range(self));
    return oasis_track_writer_add_encoded(writer, self->encoder);
}

/* Brings the decoded frame to its place. What a decoder gives last may have no time. */
static int place_frame(SoundConvert *self)
{
    const int64_t time = self->frame->best_effort_timestamp;
    int error = self->encoder ? 0 : begin(self);

    if (error >= 0) {
        error = oasis_sound_place_add(
            &self->place, self->frame,
            time == AV_NOPTS_VALUE
                ? INT64_MIN
                : av_rescale_q(time, self->base.reader.stream->time_base, OASIS_NS));
    }
    av_frame_unref(self->frame);
    return error;
}

/* All of a range is decoded. */
static int end_range(SoundConvert *self)
{
    const int more = oasis_track_reader_next_span(&self->base.reader);

    if (more <= 0) {
        return more;
    }
    avcodec_flush_buffers(self->decoder);
    self->flushed = self->drained = false;
    return self->encoder ? place_range(self) : 0;
}

/* One step on: a second of silence, a decoded frame, a packet for the decoder or its end. A packet
 * that the decoder refuses is a broken one, and the next may be whole. */
static int advance(SoundConvert *self)
{
    OasisTrackReader *reader = &self->base.reader;
    int error;

    if (self->place.gap > 0) {
        return oasis_sound_place_fill(&self->place);
    }
    error = avcodec_receive_frame(self->decoder, self->frame);
    if (error >= 0) {
        return place_frame(self);
    }
    if (error != AVERROR(ENOMEM) && oasis_track_reader_goes_on(reader)) {
        error = avcodec_send_packet(self->decoder, reader->packet);
        return error == AVERROR(ENOMEM) ? error : oasis_track_reader_fetch(reader);
    }
    self->drained = self->flushed || avcodec_send_packet(self->decoder, NULL) < 0;
    self->flushed = true;
    if (error == AVERROR(ENOMEM)) {
        return error;
    }
    return self->drained ? end_range(self) : 0;
}

static int finish(SoundConvert *self)
{
    if (self->finished) {
        return 0;
    }
    self->finished = true;
    OASIS_AV_TRY(oasis_sound_place_end(&self->place));
    OASIS_AV_TRY(encode_ready(self, true));
    return encode(self, NULL);
}

static int convert_start(OasisTrackWriter *writer)
{
    SoundConvert *self = (SoundConvert *)writer;

    OASIS_AV_TRY(oasis_track_reader_open_decoder(&writer->reader, &self->decoder));
    while (!self->encoder && !self->drained) {
        OASIS_AV_TRY(advance(self));
    }
    return 0;
}

static int convert_write(OasisTrackWriter *writer, int64_t until_ns)
{
    SoundConvert *self = (SoundConvert *)writer;

    for (;;) {
        OASIS_AV_TRY(encode_ready(self, false));
        if (self->drained) {
            return finish(self);
        }
        if (av_rescale_q(self->written, self->encoder->time_base, OASIS_NS) > until_ns) {
            return 0;
        }
        OASIS_AV_TRY(advance(self));
    }
}

static void convert_close(OasisTrackWriter *writer)
{
    SoundConvert *self = (SoundConvert *)writer;

    oasis_sound_place_clear(&self->place);
    avcodec_free_context(&self->decoder);
    avcodec_free_context(&self->encoder);
    av_frame_free(&self->frame);
    av_frame_free(&self->out);
    av_packet_free(&self->packet);
    free(self);
}

static const OasisTrackWriterClass convert_class = {
    .start = convert_start,
    .write = convert_write,
    .close = convert_close,
};

OasisTrackWriter *oasis_sound_convert_new(const OasisSoundCodec *codec)
{
    SoundConvert *self = calloc(1, sizeof *self);

    if (!self) {
        return NULL;
    }
    self->base.klass = &convert_class;
    self->codec = codec;
    self->frame = av_frame_alloc();
    self->out = av_frame_alloc();
    self->packet = av_packet_alloc();
    if (!self->frame || !self->out || !self->packet) {
        convert_close(&self->base);
        return NULL;
    }
    return &self->base;
}
