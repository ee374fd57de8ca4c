/* Converting sound to AAC.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/sound-convert.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <stdio.h>
#include <stdlib.h>

#include "media/av-error.h"
#include "media/graph.h"
#include "media/ns.h"

enum { BITS_A_CHANNEL = 96000 };

struct OasisSoundConverter {
    OasisSoundTrack *track; /* borrowed */
    AVFormatContext *muxer; /* borrowed */
    AVStream *to;           /* borrowed from the muxer */
    AVCodecContext *decoder, *encoder;
    AVFilterGraph *graph; /* made when the first frame is there; else NULL */
    AVFilterContext *graph_in, *graph_out;
    AVFrame *frame;
    AVPacket *encoded;
    int64_t encoded_ns; /* how far, counted from the range's start */
    bool flushed;
};

/* The lowest rate of AAC that is not below the track's. */
static int choose_rate(int rate)
{
    static const int rates[] = {8000,  11025, 12000, 16000, 22050, 24000,
                                32000, 44100, 48000, 64000, 88200, 96000};

    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        if (rates[i] >= rate) {
            return rates[i];
        }
    }
    return 48000;
}

static int open_decoder(OasisSoundConverter *self)
{
    const AVStream *from = self->track->stream;
    const AVCodec *codec = avcodec_find_decoder(from->codecpar->codec_id);

    if (!codec) {
        return AVERROR_DECODER_NOT_FOUND;
    }
    self->decoder = avcodec_alloc_context3(codec);
    if (!self->decoder) {
        return AVERROR(ENOMEM);
    }
    OASIS_AV_TRY(avcodec_parameters_to_context(self->decoder, from->codecpar));
    self->decoder->pkt_timebase = from->time_base;
    return avcodec_open2(self->decoder, codec, NULL);
}

static int open_encoder(OasisSoundConverter *self)
{
    const AVCodecParameters *from = self->track->stream->codecpar;
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    int channels = from->ch_layout.nb_channels;

    if (!codec) {
        return AVERROR_ENCODER_NOT_FOUND;
    }
    self->encoder = avcodec_alloc_context3(codec);
    if (!self->encoder) {
        return AVERROR(ENOMEM);
    }
    /* More than 5.1 is mixed down to it by the filters. */
    channels = channels < 1 ? 2 : channels > 6 ? 6 : channels;
    av_channel_layout_default(&self->encoder->ch_layout, channels);
    self->encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
    self->encoder->sample_rate = choose_rate(from->sample_rate);
    self->encoder->time_base = (AVRational){1, self->encoder->sample_rate};
    self->encoder->bit_rate = (int64_t)BITS_A_CHANNEL * channels;
    if (self->muxer->oformat->flags & AVFMT_GLOBALHEADER) {
        self->encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    return avcodec_open2(self->encoder, codec, NULL);
}

static int open_stream(OasisSoundConverter *self, OasisSoundTrack *track, AVFormatContext *muxer)
{
    self->track = track;
    self->muxer = muxer;
    self->frame = av_frame_alloc();
    self->encoded = av_packet_alloc();
    if (!self->frame || !self->encoded) {
        return AVERROR(ENOMEM);
    }
    OASIS_AV_TRY(open_decoder(self));
    OASIS_AV_TRY(open_encoder(self));
    self->to = oasis_sound_track_add_to(track, muxer);
    if (!self->to || avcodec_parameters_from_context(self->to->codecpar, self->encoder) < 0) {
        return AVERROR(ENOMEM);
    }
    self->to->time_base = self->encoder->time_base;
    return 0;
}

int oasis_sound_converter_open(OasisSoundTrack *track, AVFormatContext *muxer,
                               OasisSoundConverter **converter)
{
    int error;

    *converter = calloc(1, sizeof **converter);
    error = *converter ? open_stream(*converter, track, muxer) : AVERROR(ENOMEM);
    if (error < 0) {
        oasis_sound_converter_close(converter);
    }
    return error;
}

void oasis_sound_converter_close(OasisSoundConverter **converter)
{
    OasisSoundConverter *self = *converter;

    *converter = NULL;
    if (self) {
        avfilter_graph_free(&self->graph);
        avcodec_free_context(&self->decoder);
        avcodec_free_context(&self->encoder);
        av_frame_free(&self->frame);
        av_packet_free(&self->encoded);
        free(self);
    }
}

/* Cuts exactly, moves the range's start to 0, and fills gaps with silence, so that the sound stays
 * in step; the last packet is filled up, too. */
static int open_graph(OasisSoundConverter *self)
{
    const OasisSoundTrack *track = self->track;
    const AVRational time_base = track->stream->time_base;
    AVFrame *like = self->frame;
    char shape[256], chain[512], layout[64], wanted[64], end[64] = "";
    double start = (double)track->zero_ns / 1e9;

    self->graph = avfilter_graph_alloc();
    if (!self->graph) {
        return AVERROR(ENOMEM);
    }
    if (like->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&like->ch_layout, like->ch_layout.nb_channels);
    }
    av_channel_layout_describe(&like->ch_layout, layout, sizeof layout);
    av_channel_layout_describe(&self->encoder->ch_layout, wanted, sizeof wanted);
    snprintf(shape, sizeof shape,
             "time_base=%d/%d:sample_rate=%d:sample_fmt=%d:channel_layout=%s", time_base.num,
             time_base.den, like->sample_rate, like->format, layout);
    if (track->end_ns != INT64_MAX) {
        snprintf(end, sizeof end, ":end=%.9f", (double)track->end_ns / 1e9);
    }
    snprintf(chain, sizeof chain,
             "atrim=start=%.9f%s,asetpts=PTS-(%.9f)/TB,aresample=%d:async=1:first_pts=0,"
             "aformat=sample_fmts=fltp:channel_layouts=%s",
             start, end, start, self->encoder->sample_rate, wanted);
    OASIS_AV_TRY(avfilter_graph_create_filter(&self->graph_in, avfilter_get_by_name("abuffer"),
                                              "in", shape, NULL, self->graph));
    OASIS_AV_TRY(avfilter_graph_create_filter(&self->graph_out,
                                              avfilter_get_by_name("abuffersink"), "out", NULL,
                                              NULL, self->graph));
    OASIS_AV_TRY(oasis_graph_join(self->graph, self->graph_in, chain, self->graph_out));
    av_buffersink_set_frame_size(self->graph_out, (unsigned)self->encoder->frame_size);
    return 0;
}

static int encode(OasisSoundConverter *self, const AVFrame *frame)
{
    OASIS_AV_TRY(avcodec_send_frame(self->encoder, frame));
    for (;;) {
        int error = avcodec_receive_packet(self->encoder, self->encoded);

        if (oasis_av_is_dry(error)) {
            return 0;
        }
        OASIS_AV_TRY(error);
        self->encoded->stream_index = self->to->index;
        av_packet_rescale_ts(self->encoded, self->encoder->time_base, self->to->time_base);
        OASIS_AV_TRY(av_interleaved_write_frame(self->muxer, self->encoded));
    }
}

/* Encodes what the filters have done. */
static int drain_graph(OasisSoundConverter *self)
{
    AVFrame *frame = self->frame;

    for (;;) {
        int error = av_buffersink_get_frame(self->graph_out, frame);

        if (oasis_av_is_dry(error)) {
            return 0;
        }
        OASIS_AV_TRY(error);
        frame->pts = av_rescale_q(frame->pts, av_buffersink_get_time_base(self->graph_out),
                                  self->encoder->time_base);
        self->encoded_ns = av_rescale_q(frame->pts + frame->nb_samples, self->encoder->time_base,
                                        OASIS_NS);
        error = encode(self, frame);
        av_frame_unref(frame);
        OASIS_AV_TRY(error);
    }
}

/* Sends what the decoder has done through the filters. Frames that these refuse, because the sound
 * changed its shape, are left out. */
static int drain_decoder(OasisSoundConverter *self)
{
    for (;;) {
        int error = avcodec_receive_frame(self->decoder, self->frame);

        if (error < 0) {
            return error == AVERROR(ENOMEM) ? error : 0;
        }
        self->frame->pts = self->frame->best_effort_timestamp;
        if (!self->graph) {
            OASIS_AV_TRY(open_graph(self));
        }
        error = av_buffersrc_add_frame(self->graph_in, self->frame);
        av_frame_unref(self->frame);
        if (error == AVERROR(ENOMEM)) {
            return error;
        }
        OASIS_AV_TRY(drain_graph(self));
    }
}

static int finish(OasisSoundConverter *self)
{
    if (self->flushed) {
        return 0;
    }
    self->flushed = true;
    if (avcodec_send_packet(self->decoder, NULL) >= 0) {
        OASIS_AV_TRY(drain_decoder(self));
    }
    if (self->graph) {
        OASIS_AV_TRY(av_buffersrc_add_frame(self->graph_in, NULL));
        OASIS_AV_TRY(drain_graph(self));
    }
    return encode(self, NULL);
}

int oasis_sound_converter_write(OasisSoundConverter *converter, int64_t until_ns)
{
    OasisSoundTrack *track = converter->track;

    while (converter->encoded_ns <= until_ns && oasis_sound_track_goes_on(track)) {
        /* A packet that the decoder refuses is a broken one, and the next may be whole. */
        if (avcodec_send_packet(converter->decoder, track->packet) == AVERROR(ENOMEM)) {
            return AVERROR(ENOMEM);
        }
        OASIS_AV_TRY(drain_decoder(converter));
        OASIS_AV_TRY(oasis_sound_track_fetch(track));
    }
    return oasis_sound_track_goes_on(track) ? 0 : finish(converter);
}
