/* Converting sound to AAC.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <stdio.h>

#include "media/ns.h"
#include "media/sound.h"

enum { BITS_A_CHANNEL = 96000 };

/* The lowest rate of AAC that is not below the source's. */
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

static int open_decoder(OasisSound *sound)
{
    const AVCodec *codec = avcodec_find_decoder(sound->from->codecpar->codec_id);
    int error;

    if (!codec) {
        return AVERROR_DECODER_NOT_FOUND;
    }
    sound->decoder = avcodec_alloc_context3(codec);
    if (!sound->decoder) {
        return AVERROR(ENOMEM);
    }
    error = avcodec_parameters_to_context(sound->decoder, sound->from->codecpar);
    if (error >= 0) {
        sound->decoder->pkt_timebase = sound->from->time_base;
        error = avcodec_open2(sound->decoder, codec, NULL);
    }
    return error;
}

static int open_encoder(OasisSound *sound)
{
    const AVCodecParameters *from = sound->from->codecpar;
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    int channels = from->ch_layout.nb_channels;

    if (!codec) {
        return AVERROR_ENCODER_NOT_FOUND;
    }
    sound->encoder = avcodec_alloc_context3(codec);
    if (!sound->encoder) {
        return AVERROR(ENOMEM);
    }
    /* More than 5.1 is mixed down to it by the filters. */
    channels = channels < 1 ? 2 : channels > 6 ? 6 : channels;
    av_channel_layout_default(&sound->encoder->ch_layout, channels);
    sound->encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
    sound->encoder->sample_rate = choose_rate(from->sample_rate);
    sound->encoder->time_base = (AVRational){1, sound->encoder->sample_rate};
    sound->encoder->bit_rate = (int64_t)BITS_A_CHANNEL * channels;
    if (sound->muxer->oformat->flags & AVFMT_GLOBALHEADER) {
        sound->encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    return avcodec_open2(sound->encoder, codec, NULL);
}

int oasis_sound_convert_open(OasisSound *sound)
{
    int error;

    sound->frame = av_frame_alloc();
    sound->encoded = av_packet_alloc();
    if (!sound->frame || !sound->encoded) {
        return AVERROR(ENOMEM);
    }
    error = open_decoder(sound);
    return error < 0 ? error : open_encoder(sound);
}

/* Cuts exactly, moves the range's start to 0, and fills gaps with silence, so that the sound stays
 * in step; the last packet is filled up, too. */
static int open_graph(OasisSound *sound)
{
    const AVCodecContext *encoder = sound->encoder;
    AVFilterInOut *outputs = avfilter_inout_alloc(), *inputs = avfilter_inout_alloc();
    AVFrame *like = sound->frame;
    char source[256], chain[512], layout[64], wanted[64], end[64] = "";
    double start = (double)sound->zero_ns / 1e9;
    int error = AVERROR(ENOMEM);

    sound->graph = avfilter_graph_alloc();
    if (!outputs || !inputs || !sound->graph) {
        goto done;
    }
    if (like->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&like->ch_layout, like->ch_layout.nb_channels);
    }
    av_channel_layout_describe(&like->ch_layout, layout, sizeof layout);
    av_channel_layout_describe(&encoder->ch_layout, wanted, sizeof wanted);
    snprintf(source, sizeof source,
             "time_base=%d/%d:sample_rate=%d:sample_fmt=%d:channel_layout=%s",
             sound->from->time_base.num, sound->from->time_base.den, like->sample_rate,
             like->format, layout);
    if (sound->end_ns != INT64_MAX) {
        snprintf(end, sizeof end, ":end=%.9f", (double)sound->end_ns / 1e9);
    }
    snprintf(chain, sizeof chain,
             "atrim=start=%.9f%s,asetpts=PTS-(%.9f)/TB,aresample=%d:async=1:first_pts=0,"
             "aformat=sample_fmts=fltp:channel_layouts=%s",
             start, end, start, encoder->sample_rate, wanted);
    error = avfilter_graph_create_filter(&sound->graph_in, avfilter_get_by_name("abuffer"), "in",
                                         source, NULL, sound->graph);
    if (error >= 0) {
        error = avfilter_graph_create_filter(&sound->graph_out,
                                             avfilter_get_by_name("abuffersink"), "out", NULL, NULL,
                                             sound->graph);
    }
    if (error < 0) {
        goto done;
    }
    *outputs = (AVFilterInOut){.name = av_strdup("in"), .filter_ctx = sound->graph_in};
    *inputs = (AVFilterInOut){.name = av_strdup("out"), .filter_ctx = sound->graph_out};
    error = AVERROR(ENOMEM);
    if (outputs->name && inputs->name) {
        error = avfilter_graph_parse_ptr(sound->graph, chain, &inputs, &outputs, NULL);
    }
    if (error >= 0) {
        error = avfilter_graph_config(sound->graph, NULL);
    }
    if (error >= 0) {
        av_buffersink_set_frame_size(sound->graph_out, (unsigned)encoder->frame_size);
    }

done:
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    return error;
}

static int encode(OasisSound *sound, const AVFrame *frame)
{
    int error = avcodec_send_frame(sound->encoder, frame);

    while (error >= 0) {
        error = avcodec_receive_packet(sound->encoder, sound->encoded);
        if (error >= 0) {
            sound->encoded->stream_index = sound->to->index;
            av_packet_rescale_ts(sound->encoded, sound->encoder->time_base, sound->to->time_base);
            error = av_interleaved_write_frame(sound->muxer, sound->encoded);
        }
    }
    return error == AVERROR(EAGAIN) || error == AVERROR_EOF ? 0 : error;
}

/* Encodes what the filters have done. */
static int drain_graph(OasisSound *sound)
{
    int error = 0;

    while (error >= 0) {
        error = av_buffersink_get_frame(sound->graph_out, sound->frame);
        if (error >= 0) {
            sound->frame->pts = av_rescale_q(sound->frame->pts,
                                             av_buffersink_get_time_base(sound->graph_out),
                                             sound->encoder->time_base);
            sound->encoded_ns = av_rescale_q(sound->frame->pts + sound->frame->nb_samples,
                                             sound->encoder->time_base, OASIS_NS);
            error = encode(sound, sound->frame);
            av_frame_unref(sound->frame);
        }
    }
    return error == AVERROR(EAGAIN) || error == AVERROR_EOF ? 0 : error;
}

/* Sends what the decoder has done through the filters. Frames that these refuse, because the sound
 * changed its shape, are left out. */
static int drain_decoder(OasisSound *sound)
{
    for (;;) {
        int error = avcodec_receive_frame(sound->decoder, sound->frame);

        if (error < 0) {
            return error == AVERROR(ENOMEM) ? error : 0;
        }
        sound->frame->pts = sound->frame->best_effort_timestamp;
        if (!sound->graph) {
            error = open_graph(sound);
            if (error < 0) {
                return error;
            }
        }
        error = av_buffersrc_add_frame(sound->graph_in, sound->frame);
        av_frame_unref(sound->frame);
        if (error == AVERROR(ENOMEM)) {
            return error;
        }
        error = drain_graph(sound);
        if (error < 0) {
            return error;
        }
    }
}

static int finish(OasisSound *sound)
{
    int error;

    if (sound->flushed) {
        return 0;
    }
    sound->flushed = true;
    if (avcodec_send_packet(sound->decoder, NULL) >= 0) {
        error = drain_decoder(sound);
        if (error < 0) {
            return error;
        }
    }
    if (sound->graph) {
        error = av_buffersrc_add_frame(sound->graph_in, NULL);
        if (error >= 0) {
            error = drain_graph(sound);
        }
        if (error < 0) {
            return error;
        }
    }
    return encode(sound, NULL);
}

int oasis_sound_convert_write(OasisSound *sound, int64_t until_ns)
{
    int error = 0;

    while (error >= 0 && sound->encoded_ns <= until_ns && !sound->ended &&
           sound->packet_ns < sound->end_ns) {
        /* A packet that the decoder refuses is a broken one, and the next may be whole. */
        if (avcodec_send_packet(sound->decoder, sound->packet) == AVERROR(ENOMEM)) {
            return AVERROR(ENOMEM);
        }
        error = drain_decoder(sound);
        if (error >= 0) {
            error = oasis_sound_fetch(sound);
        }
    }
    if (error >= 0 && (sound->ended || sound->packet_ns >= sound->end_ns)) {
        error = finish(sound);
    }
    return error;
}
