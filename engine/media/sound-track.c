/* Reading the first sound track of a file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/sound-track.h"

#include "media/av-error.h"
#include "media/container.h"
#include "media/ns.h"

static const int64_t SEEK_MARGIN_NS = 2000000000;

static void use_stream(OasisSoundTrack *track, unsigned index)
{
    for (unsigned i = 0; i < track->file->nb_streams; i++) {
        track->file->streams[i]->discard = i == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    track->stream = track->file->streams[index];
}

OasisStatus oasis_sound_track_open(const char *path, OasisWarner warner, OasisSoundTrack *track,
                                   OasisError *err)
{
    *track = (OasisSoundTrack){.path = path, .warner = warner, .packet = av_packet_alloc()};
    if (!track->packet) {
        return oasis_fail_memory(err, path);
    }
    OASIS_TRY(oasis_container_open(path, (AVIOInterruptCB){0}, &track->file, err));
    for (unsigned i = 0; i < track->file->nb_streams && !track->stream; i++) {
        if (track->file->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
            use_stream(track, i);
        }
    }
    return OASIS_OK;
}

void oasis_sound_track_close(OasisSoundTrack *track)
{
    av_packet_free(&track->packet);
    avformat_close_input(&track->file);
}

/* How long a packet sounds, by itself or by what its codec says. */
static int64_t duration_ns(const OasisSoundTrack *track, const AVPacket *packet)
{
    const AVCodecParameters *parameters = track->stream->codecpar;
    int samples;

    if (packet->duration > 0) {
        return av_rescale_q(packet->duration, track->stream->time_base, OASIS_NS);
    }
    samples = av_get_audio_frame_duration2(track->stream->codecpar, packet->size);
    return samples > 0 && parameters->sample_rate > 0
               ? av_rescale_q(samples, (AVRational){1, parameters->sample_rate}, OASIS_NS)
               : 0;
}

/* Broken pieces and disk errors end the sound, not the export: the picture is what matters. */
static void end(OasisSoundTrack *track, int error)
{
    const AVIOContext *io = track->file->pb;

    if (error != AVERROR_EOF || (io && io->error < 0 && io->error != AVERROR_EOF)) {
        oasis_warn(&track->warner, "the sound cannot be read further than %.1f s",
                   (double)(track->packet_end_ns - track->zero_ns) / 1e9);
    }
    track->ended = true;
}

int oasis_sound_track_fetch(OasisSoundTrack *track)
{
    AVPacket *packet = track->packet;
    int64_t time;

    do {
        int error;

        av_packet_unref(packet);
        error = av_read_frame(track->file, packet);
        if (error == AVERROR(ENOMEM)) {
            return error;
        }
        if (error < 0) {
            end(track, error);
            return 0;
        }
    } while (packet->stream_index != track->stream->index);
    time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    track->packet_ns = time != AV_NOPTS_VALUE
                           ? av_rescale_q(time, track->stream->time_base, OASIS_NS)
                           : track->packet_end_ns;
    track->packet_end_ns = track->packet_ns + duration_ns(track, packet);
    return 0;
}

bool oasis_sound_track_goes_on(const OasisSoundTrack *track)
{
    return !track->ended && track->packet_ns < track->end_ns;
}

/* Goes back to the file's beginning. */
static int reopen(OasisSoundTrack *track)
{
    const unsigned index = (unsigned)track->stream->index;

    avformat_close_input(&track->file);
    track->stream = NULL;
    OASIS_AV_TRY(oasis_container_reopen(track->path, (OasisProbe){0}, (AVIOInterruptCB){0},
                                        &track->file));
    if (track->file->nb_streams <= index) { /* the file has been changed meanwhile */
        return AVERROR_INVALIDDATA;
    }
    use_stream(track, index);
    track->ended = false;
    return 0;
}

int oasis_sound_track_start(OasisSoundTrack *track, int64_t first_ns, int64_t zero_ns,
                            int64_t end_ns)
{
    const int64_t time =
        av_rescale_q(zero_ns - SEEK_MARGIN_NS, OASIS_NS, track->stream->time_base);

    track->zero_ns = zero_ns;
    track->end_ns = end_ns;
    track->packet_end_ns = first_ns;
    if (zero_ns - first_ns > 2 * SEEK_MARGIN_NS &&
        av_seek_frame(track->file, track->stream->index, time, AVSEEK_FLAG_BACKWARD) >= 0) {
        OASIS_AV_TRY(oasis_sound_track_fetch(track));
        if (!track->ended && track->packet_end_ns <= zero_ns) {
            return 0;
        }
        OASIS_AV_TRY(reopen(track)); /* the seek led behind the start */
    }
    return oasis_sound_track_fetch(track);
}

AVStream *oasis_sound_track_add_to(const OasisSoundTrack *track, AVFormatContext *muxer)
{
    const AVDictionaryEntry *language = av_dict_get(track->stream->metadata, "language", NULL, 0);
    AVStream *stream = avformat_new_stream(muxer, NULL);

    if (stream && language &&
        av_dict_set(&stream->metadata, "language", language->value, 0) < 0) {
        return NULL;
    }
    return stream;
}
