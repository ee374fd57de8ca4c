/* Copying sound packets as they are.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/sound-copy.h"

#include <stdlib.h>
#include <string.h>

#include "media/av-error.h"
#include "media/ns.h"

struct OasisSoundCopy {
    OasisSoundTrack *track; /* borrowed */
    AVFormatContext *muxer; /* borrowed */
    AVStream *to;           /* borrowed from the muxer */
    AVPacket *earlier; /* the packet before, which decoders need to start from; or empty */
    int64_t last_dts;  /* in to's time base */
};

static int open_stream(OasisSoundCopy *self, OasisSoundTrack *track, AVFormatContext *muxer)
{
    const AVCodecParameters *parameters = track->stream->codecpar;

    self->track = track;
    self->muxer = muxer;
    self->last_dts = INT64_MIN;
    self->earlier = av_packet_alloc();
    self->to = oasis_sound_track_add_to(track, muxer);
    if (!self->earlier || !self->to) {
        return AVERROR(ENOMEM);
    }
    OASIS_AV_TRY(avcodec_parameters_copy(self->to->codecpar, parameters));
    self->to->codecpar->codec_tag = 0; /* containers have tags of their own */
    self->to->codecpar->initial_padding = 0;
    self->to->time_base = parameters->sample_rate > 0 ? (AVRational){1, parameters->sample_rate}
                                                      : track->stream->time_base;
    return 0;
}

int oasis_sound_copy_open(OasisSoundTrack *track, AVFormatContext *muxer, OasisSoundCopy **copy)
{
    int error;

    *copy = calloc(1, sizeof **copy);
    error = *copy ? open_stream(*copy, track, muxer) : AVERROR(ENOMEM);
    if (error < 0) {
        oasis_sound_copy_close(copy);
    }
    return error;
}

void oasis_sound_copy_close(OasisSoundCopy **copy)
{
    if (*copy) {
        av_packet_free(&(*copy)->earlier);
        free(*copy);
        *copy = NULL;
    }
}

/* Whether packets can be decoded on their own. The others' decoders overlap each packet with the
 * one before. */
static bool packets_stand_alone(enum AVCodecID codec)
{
    return av_get_exact_bits_per_sample(codec) > 0;
}

/* The cut falls into a packet, or rather the packet before the one that the start falls into, so
 * that what is heard is right from its first sample. What lies before the start has negative times:
 * MP4 and MOV skip it by an edit list, Matroska by its codec delay. */
int oasis_sound_copy_start(OasisSoundCopy *copy)
{
    OasisSoundTrack *track = copy->track;
    const bool alone = packets_stand_alone(track->stream->codecpar->codec_id);
    int64_t first_ns = track->packet_ns, earlier_ns = 0;
    AVCodecParameters *parameters = copy->to->codecpar;

    while (!track->ended && track->packet_end_ns <= track->zero_ns) {
        av_packet_unref(copy->earlier);
        av_packet_move_ref(copy->earlier, track->packet);
        earlier_ns = track->packet_ns;
        OASIS_AV_TRY(oasis_sound_track_fetch(track));
        first_ns = track->packet_ns;
    }
    if (alone || track->ended || (copy->earlier->data && first_ns > track->zero_ns)) {
        av_packet_unref(copy->earlier);
    } else if (copy->earlier->data) {
        first_ns = earlier_ns;
    }
    if (!track->ended && first_ns < track->zero_ns &&
        strcmp(copy->muxer->oformat->name, "matroska") == 0 && parameters->sample_rate > 0) {
        parameters->initial_padding = (int)av_rescale_q(track->zero_ns - first_ns, OASIS_NS,
                                                        (AVRational){1, parameters->sample_rate});
    }
    return 0;
}

static int write_packet(OasisSoundCopy *copy, AVPacket *packet)
{
    const AVRational from = copy->track->stream->time_base;
    const int64_t zero = av_rescale_q(copy->track->zero_ns, OASIS_NS, from);

    if (packet->pts == AV_NOPTS_VALUE) {
        packet->pts = packet->dts != AV_NOPTS_VALUE
                          ? packet->dts
                          : av_rescale_q(copy->track->packet_ns, OASIS_NS, from);
    }
    packet->dts = packet->pts;
    packet->pts -= zero;
    packet->dts -= zero;
    packet->pos = -1;
    packet->stream_index = copy->to->index;
    packet->flags &= ~AV_PKT_FLAG_DISCARD; /* the edit that cut it off is not carried over */
    av_packet_rescale_ts(packet, from, copy->to->time_base);
    if (packet->dts <= copy->last_dts) { /* a clock that was set back */
        av_packet_unref(packet);
        return 0;
    }
    copy->last_dts = packet->dts;
    return av_interleaved_write_frame(copy->muxer, packet);
}

int oasis_sound_copy_write(OasisSoundCopy *copy, int64_t until_ns)
{
    OasisSoundTrack *track = copy->track;

    if (copy->earlier->data) {
        OASIS_AV_TRY(write_packet(copy, copy->earlier));
    }
    while (oasis_sound_track_goes_on(track) && track->packet_ns - track->zero_ns <= until_ns) {
        OASIS_AV_TRY(write_packet(copy, track->packet));
        OASIS_AV_TRY(oasis_sound_track_fetch(track));
    }
    return 0;
}
