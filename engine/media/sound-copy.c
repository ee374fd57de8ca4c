/* Copying sound packets as they are.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "media/ns.h"
#include "media/sound.h"

/* Whether packets can be decoded on their own. The others' decoders overlap each packet with the
 * one before. */
static bool packets_stand_alone(enum AVCodecID codec)
{
    return av_get_exact_bits_per_sample(codec) > 0;
}

/* The cut falls into a packet, or rather the packet before the one that the start falls into, so
 * that what is heard is right from its first sample. What lies before the start has negative times:
 * MP4 and MOV skip it by an edit list, Matroska by its codec delay. */
int oasis_sound_copy_start(OasisSound *sound)
{
    const bool alone = packets_stand_alone(sound->from->codecpar->codec_id);
    int64_t first_ns = sound->packet_ns, earlier_ns = 0;
    AVCodecParameters *parameters = sound->to->codecpar;

    while (!sound->ended && sound->packet_end_ns <= sound->zero_ns) {
        int error;

        av_packet_unref(sound->earlier);
        av_packet_move_ref(sound->earlier, sound->packet);
        earlier_ns = sound->packet_ns;
        error = oasis_sound_fetch(sound);
        if (error < 0) {
            return error;
        }
        first_ns = sound->packet_ns;
    }
    if (alone || sound->ended || (sound->earlier->data && first_ns > sound->zero_ns)) {
        av_packet_unref(sound->earlier);
    } else if (sound->earlier->data) {
        first_ns = earlier_ns;
    }
    if (!sound->ended && first_ns < sound->zero_ns &&
        strcmp(sound->muxer->oformat->name, "matroska") == 0 && parameters->sample_rate > 0) {
        parameters->initial_padding = (int)av_rescale_q(sound->zero_ns - first_ns, OASIS_NS,
                                                        (AVRational){1, parameters->sample_rate});
    }
    return 0;
}

static int write_packet(OasisSound *sound, AVPacket *packet)
{
    const AVRational from = sound->from->time_base;
    int64_t zero = av_rescale_q(sound->zero_ns, OASIS_NS, from);

    if (packet->pts == AV_NOPTS_VALUE) {
        packet->pts = packet->dts != AV_NOPTS_VALUE ? packet->dts
                                                  : av_rescale_q(sound->packet_ns, OASIS_NS, from);
    }
    packet->dts = packet->pts;
    packet->pts -= zero;
    packet->dts -= zero;
    packet->pos = -1;
    packet->stream_index = sound->to->index;
    packet->flags &= ~AV_PKT_FLAG_DISCARD; /* the edit that cut it off is not carried over */
    av_packet_rescale_ts(packet, from, sound->to->time_base);
    if (packet->dts <= sound->last_dts) { /* a clock that was set back */
        av_packet_unref(packet);
        return 0;
    }
    sound->last_dts = packet->dts;
    return av_interleaved_write_frame(sound->muxer, packet);
}

int oasis_sound_copy_write(OasisSound *sound, int64_t until_ns)
{
    int error = 0;

    if (sound->earlier->data) {
        error = write_packet(sound, sound->earlier);
    }
    while (error >= 0 && !sound->ended && sound->packet_ns < sound->end_ns &&
           sound->packet_ns - sound->zero_ns <= until_ns) {
        error = write_packet(sound, sound->packet);
        if (error >= 0) {
            error = oasis_sound_fetch(sound);
        }
    }
    return error;
}
