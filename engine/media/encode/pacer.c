/* Encoding at an average bit rate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/encode/pacer.h"

#include <libavutil/imgutils.h>
#include <math.h>
#include <stdlib.h>

#include "media/base/av-error.h"
#include "media/base/grow.h"
#include "media/encode/encoder.h"
#include "media/formats/hardware.h"

enum {
    LONGEST = 10, /* seconds of a stretch */
    FEWEST = 16,  /* frames */
    TRIES = 7,
};

static const int64_t MOST_BYTES = 256 << 20; /* of a stretch's frames in memory */
static const double CLOSE = 0.02;            /* by which a size may be off */
static const double HALVING = 6;             /* steps of quality that halve the size, roughly */
static const double FINEST = 0.05;           /* steps of quality that are worth a try */

/* A stretch as it was encoded once. */
typedef struct Try {
    AVPacket **packets;
    int64_t n_packets, room;
    double quality;
    int64_t bytes;
} Try;

static void clear_packets(AVPacket ***packets, int64_t *count)
{
    for (int64_t i = 0; i < *count; i++) {
        av_packet_free(&(*packets)[i]);
    }
    free(*packets);
    *packets = NULL;
    *count = 0;
}

static void clear_frames(OasisPacer *pacer)
{
    for (int64_t i = 0; i < pacer->n_frames; i++) {
        av_frame_free(&pacer->frames[i]);
    }
    pacer->n_frames = 0;
}

void oasis_pacer_clear(OasisPacer *pacer)
{
    clear_frames(pacer);
    free(pacer->frames);
    clear_packets(&pacer->packets, &pacer->n_packets);
    *pacer = (OasisPacer){0};
}

static double seconds(const OasisPacer *pacer)
{
    const AVFrame *first = pacer->frames[0], *last = pacer->frames[pacer->n_frames - 1];

    return (double)(last->pts + last->duration - first->pts) * av_q2d(pacer->like->time_base);
}

static bool is_full(const OasisPacer *pacer)
{
    return pacer->n_frames >= FEWEST && (pacer->n_frames * pacer->frame_bytes >= MOST_BYTES ||
                                         seconds(pacer) >= LONGEST);
}

static int receive_all(AVCodecContext *encoder, Try *made)
{
    for (;;) {
        AVPacket *packet = av_packet_alloc();
        AVPacket **packets =
            oasis_grow(made->packets, made->n_packets, &made->room, sizeof(AVPacket *));
        int error = AVERROR(ENOMEM);

        made->packets = packets ? packets : made->packets;
        if (packet && packets) {
            error = avcodec_receive_packet(encoder, packet);
        }
        if (error < 0) {
            av_packet_free(&packet);
            return oasis_av_is_dry(error) ? 0 : error;
        }
        made->bytes += packet->size;
        packets[made->n_packets++] = packet;
    }
}

static int encode_frames(const OasisPacer *pacer, AVCodecContext *encoder, Try *made)
{
    for (int64_t i = 0; i <= pacer->n_frames; i++) {
        OASIS_AV_TRY(oasis_hardware_send(encoder, i < pacer->n_frames ? pacer->frames[i] : NULL));
        OASIS_AV_TRY(receive_all(encoder, made));
    }
    return 0;
}

static int encode(const OasisPacer *pacer, double quality, Try *made)
{
    AVCodecContext *encoder;
    int error = oasis_encoder_open_again(pacer->like, pacer->plan, quality, &encoder);

    *made = (Try){.quality = quality};
    if (error >= 0) {
        error = encode_frames(pacer, encoder, made);
    }
    avcodec_free_context(&encoder);
    return error;
}

/* A quality within the codec's scale, but for its end, where some become lossless. */
static double fit(const OasisPacer *pacer, double quality)
{
    const OasisVideoCodec *codec = pacer->plan->codec;
    const double best = fmax(codec->best, 1);

    quality = codec->whole ? round(quality) : round(quality / FINEST) * FINEST;
    return fmin(fmax(quality, best), codec->worst);
}

/* By how much a size is off, as a number of doublings. */
static double off_by(int64_t bytes, double wanted)
{
    return log2(fmax((double)bytes, 1) / wanted);
}

/* The quality to try next: between what was too large and too small, once both are there. */
static double choose(const OasisPacer *pacer, const Try *last, const Try *large, const Try *small,
                     double wanted)
{
    double quality;

    if (large->bytes == 0 || small->bytes == 0) {
        return fit(pacer, last->quality + HALVING * off_by(last->bytes, wanted));
    }
    quality = large->quality + (small->quality - large->quality) * off_by(large->bytes, wanted) /
                                   (off_by(large->bytes, wanted) - off_by(small->bytes, wanted));
    return fit(pacer, quality);
}

/* Before anything is encoded: what the codec makes on the average. */
static double guess(const OasisPacer *pacer, double wanted)
{
    const OasisVideoCodec *codec = pacer->plan->codec;
    const AVCodecContext *like = pacer->like;
    const double usual = codec->bits / 8 * like->width * like->height * (double)pacer->n_frames;

    return codec->quality + HALVING * log2(usual / wanted);
}

/* Encodes the stretch until its size is close, or no quality comes closer. */
static int search(OasisPacer *pacer, double wanted, Try *best)
{
    Try large = {0}, small = {0};
    double quality = fit(pacer, pacer->quality >= 0 ? pacer->quality : guess(pacer, wanted));

    for (int tries = 0; tries < TRIES; tries++) {
        Try made;
        int error = encode(pacer, quality, &made);

        if (error < 0) {
            clear_packets(&made.packets, &made.n_packets);
            return error;
        }
        *((double)made.bytes > wanted ? &large : &small) =
            (Try){.quality = made.quality, .bytes = made.bytes};
        quality = choose(pacer, &made, &large, &small, wanted);
        if (best->bytes == 0 ||
            fabs(off_by(made.bytes, wanted)) < fabs(off_by(best->bytes, wanted))) {
            const Try worse = *best;

            *best = made;
            made = worse;
        }
        clear_packets(&made.packets, &made.n_packets);
        if (fabs((double)best->bytes / wanted - 1) <= CLOSE || quality == large.quality ||
            quality == small.quality) {
            break;
        }
    }
    return 0;
}

/* Decoding times grow from stretch to stretch, too. */
static void order(OasisPacer *pacer)
{
    for (int64_t i = 0; i < pacer->n_packets; i++) {
        AVPacket *packet = pacer->packets[i];

        if (pacer->last_dts != INT64_MIN && packet->dts <= pacer->last_dts) {
            packet->dts = pacer->last_dts + 1;
        }
        pacer->last_dts = packet->dts;
    }
}

static int encode_stretch(OasisPacer *pacer)
{
    const double fair = (double)pacer->plan->bit_rate / 8 * seconds(pacer);
    const double wanted = fmin(fmax(fair - pacer->debt, fair / 2), fair * 2);
    Try best = {0};
    int error = search(pacer, fmax(wanted, 1), &best);

    clear_packets(&pacer->packets, &pacer->n_packets);
    pacer->packets = best.packets;
    pacer->n_packets = best.n_packets;
    pacer->taken = 0;
    pacer->quality = best.quality;
    pacer->debt += (double)best.bytes - fair;
    order(pacer);
    clear_frames(pacer);
    return error;
}

static int add(OasisPacer *pacer, const AVFrame *frame)
{
    AVFrame **frames =
        oasis_grow(pacer->frames, pacer->n_frames, &pacer->room, sizeof(AVFrame *));

    if (!frames) {
        return AVERROR(ENOMEM);
    }
    pacer->frames = frames;
    frames[pacer->n_frames] = av_frame_clone(frame);
    if (!frames[pacer->n_frames]) {
        return AVERROR(ENOMEM);
    }
    pacer->n_frames++;
    return 0;
}

int oasis_pacer_send(OasisPacer *pacer, const AVFrame *frame)
{
    if (frame && pacer->frame_bytes == 0) { /* the first */
        pacer->frame_bytes = av_image_get_buffer_size((enum AVPixelFormat)frame->format,
                                                      frame->width, frame->height, 1);
        pacer->quality = -1;
        pacer->last_dts = INT64_MIN;
    }
    if (frame) {
        OASIS_AV_TRY(add(pacer, frame));
    }
    pacer->ended = !frame;
    return pacer->n_frames > 0 && (!frame || is_full(pacer)) ? encode_stretch(pacer) : 0;
}

int oasis_pacer_receive(OasisPacer *pacer, AVPacket *packet)
{
    if (pacer->taken == pacer->n_packets) {
        return pacer->ended ? AVERROR_EOF : AVERROR(EAGAIN);
    }
    av_packet_move_ref(packet, pacer->packets[pacer->taken++]);
    return 0;
}
