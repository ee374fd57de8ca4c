/* The sound of an export: what is taken, what is left out, and where it begins.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/sound.h"

#include <libavutil/mem.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/av-error.h"
#include "media/container.h"
#include "media/index-build.h"
#include "media/ns.h"

static const int64_t SEEK_MARGIN_NS = 2000000000;

void oasis_sound_warn(const OasisSound *sound, const char *format, ...)
{
    char message[256];
    va_list args;

    if (sound->warn) {
        va_start(args, format);
        vsnprintf(message, sizeof message, format, args);
        va_end(args);
        sound->warn(message, sound->data);
    }
}

/* Finds the first audio stream and says what else there is. */
static void choose_stream(OasisSound *sound)
{
    int sounds = 0, subtitles = 0, others = 0;

    for (unsigned i = 0; i < sound->source->nb_streams; i++) {
        AVStream *stream = sound->source->streams[i];

        stream->discard = AVDISCARD_ALL;
        switch (stream->codecpar->codec_type) {
        case AVMEDIA_TYPE_AUDIO:
            if (sounds++ == 0) {
                sound->from = stream;
                stream->discard = AVDISCARD_DEFAULT;
            }
            break;
        case AVMEDIA_TYPE_SUBTITLE:
            subtitles++;
            break;
        case AVMEDIA_TYPE_VIDEO:
            break;
        default:
            others++;
            break;
        }
    }
    if (sounds > 1) {
        oasis_sound_warn(sound, "sound tracks left out: %d", sounds - 1);
    }
    if (subtitles > 0) {
        oasis_sound_warn(sound, "subtitles left out: %d", subtitles);
    }
    if (others > 0) {
        oasis_sound_warn(sound, "attachments and data tracks left out: %d", others);
    }
    if (sound->source->nb_chapters > 0) {
        oasis_sound_warn(sound, "chapter marks left out: %u", sound->source->nb_chapters);
    }
}

/* Whether the container takes the stream as it is: a header written to memory tells for certain.
 * FFmpeg also puts PCM into MP4, but hardly any player gets it out again. */
static bool container_takes(const AVOutputFormat *container, const AVStream *stream)
{
    const bool pcm = strncmp(avcodec_get_name(stream->codecpar->codec_id), "pcm_", 4) == 0;
    AVFormatContext *trial = NULL;
    AVStream *copy;
    uint8_t *memory;
    bool taken = false;

    if ((pcm && strcmp(container->name, "mp4") == 0) ||
        avformat_query_codec(container, stream->codecpar->codec_id, FF_COMPLIANCE_NORMAL) != 1 ||
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

static int copy_entry(AVDictionary **to, const AVDictionary *from, const char *key)
{
    const AVDictionaryEntry *entry = av_dict_get(from, key, NULL, 0);

    return entry ? av_dict_set(to, key, entry->value, 0) : 0;
}

/* The time of the first frame, by the same index that the range was chosen by. */
static OasisStatus find_first_frame(OasisSound *sound, const char *index_folder, OasisError *err)
{
    OasisInput *input = NULL;
    OasisIndex *index = NULL;
    OasisStatus status = oasis_input_open(sound->path, NULL, &input, err);

    if (status == OASIS_OK) {
        status = oasis_index_open(input, index_folder, NULL, NULL, &index, err);
    }
    if (status == OASIS_OK) {
        sound->video_ns = av_rescale_q(index->pts[0], input->video->time_base, OASIS_NS);
    }
    oasis_index_free(&index);
    oasis_input_close(&input);
    return status;
}

/* Decides between copying and converting, and adds the stream. Sound that can be neither copied nor
 * converted is left out: then there is no stream. */
static OasisStatus add_stream(OasisSound *sound, OasisError *err)
{
    const AVCodecParameters *parameters = sound->from->codecpar;
    const char *name = avcodec_get_name(parameters->codec_id);
    int error = 0;

    if (!container_takes(sound->muxer->oformat, sound->from)) {
        error = oasis_sound_convert_open(sound);
        if (error < 0 && error != AVERROR(ENOMEM)) {
            oasis_sound_warn(sound, "sound left out: %s cannot be converted to AAC", name);
            return OASIS_OK;
        }
        oasis_sound_warn(sound, "sound converted from %s to AAC, since %s files do not hold it",
                         name, sound->muxer->oformat->name);
    }
    sound->to = avformat_new_stream(sound->muxer, NULL);
    if (error < 0 || !sound->to ||
        copy_entry(&sound->to->metadata, sound->from->metadata, "language") < 0 ||
        (sound->encoder ? avcodec_parameters_from_context(sound->to->codecpar, sound->encoder)
                        : avcodec_parameters_copy(sound->to->codecpar, parameters)) < 0) {
        return oasis_fail_memory(err, sound->path);
    }
    if (sound->encoder) {
        sound->to->time_base = sound->encoder->time_base;
        return OASIS_OK;
    }
    sound->to->codecpar->codec_tag = 0; /* containers have tags of their own */
    sound->to->codecpar->initial_padding = 0;
    sound->to->time_base = parameters->sample_rate > 0 ? (AVRational){1, parameters->sample_rate}
                                                       : sound->from->time_base;
    return OASIS_OK;
}

OasisStatus oasis_sound_open(const char *path, const OasisMediaTarget *target,
                             AVFormatContext *muxer, OasisSound **sound, OasisError *err)
{
    OasisSound *self = calloc(1, sizeof *self);
    OasisStatus status;

    *sound = NULL;
    if (!self) {
        return oasis_fail_memory(err, path);
    }
    self->path = path;
    self->warn = target->warn;
    self->data = target->data;
    self->muxer = muxer;
    self->packet = av_packet_alloc();
    self->earlier = av_packet_alloc();
    if (!self->packet || !self->earlier) {
        status = oasis_fail_memory(err, path);
        goto done;
    }
    status = oasis_container_open(path, (AVIOInterruptCB){0}, &self->source, err);
    if (status != OASIS_OK) {
        goto done;
    }
    if (copy_entry(&muxer->metadata, self->source->metadata, "title") < 0 ||
        copy_entry(&muxer->metadata, self->source->metadata, "creation_time") < 0) {
        status = oasis_fail_memory(err, path);
        goto done;
    }
    choose_stream(self);
    if (!self->from) {
        goto done;
    }
    status = find_first_frame(self, target->index_folder, err);
    if (status != OASIS_OK) {
        goto done;
    }
    status = add_stream(self, err);
    if (status == OASIS_OK && self->to) {
        *sound = self;
        return OASIS_OK;
    }

done:
    oasis_sound_close(&self);
    return status;
}

void oasis_sound_close(OasisSound **sound)
{
    OasisSound *self = *sound;

    *sound = NULL;
    if (self) {
        avfilter_graph_free(&self->graph);
        avcodec_free_context(&self->decoder);
        avcodec_free_context(&self->encoder);
        av_frame_free(&self->frame);
        av_packet_free(&self->encoded);
        av_packet_free(&self->packet);
        av_packet_free(&self->earlier);
        avformat_close_input(&self->source);
        free(self);
    }
}

/* How long a packet sounds, by itself or by what its codec says. */
static int64_t duration_ns(const OasisSound *sound, const AVPacket *packet)
{
    int samples;

    if (packet->duration > 0) {
        return av_rescale_q(packet->duration, sound->from->time_base, OASIS_NS);
    }
    samples = av_get_audio_frame_duration2(sound->from->codecpar, packet->size);
    return samples > 0 && sound->from->codecpar->sample_rate > 0
               ? av_rescale_q(samples, (AVRational){1, sound->from->codecpar->sample_rate},
                              OASIS_NS)
               : 0;
}

/* Broken pieces and disk errors end the sound, not the export: the picture is what matters. */
int oasis_sound_fetch(OasisSound *sound)
{
    for (;;) {
        int64_t time;
        int error;

        av_packet_unref(sound->packet);
        error = av_read_frame(sound->source, sound->packet);
        if (error == AVERROR(ENOMEM)) {
            return error;
        }
        if (error < 0) {
            const AVIOContext *io = sound->source->pb;

            if (error != AVERROR_EOF || (io && io->error < 0 && io->error != AVERROR_EOF)) {
                oasis_sound_warn(sound, "the sound cannot be read further than %.1f s",
                                 (double)(sound->packet_end_ns - sound->zero_ns) / 1e9);
            }
            sound->ended = true;
            return 0;
        }
        if (sound->packet->stream_index != sound->from->index) {
            continue;
        }
        time = sound->packet->pts != AV_NOPTS_VALUE ? sound->packet->pts : sound->packet->dts;
        sound->packet_ns = time != AV_NOPTS_VALUE
                               ? av_rescale_q(time, sound->from->time_base, OASIS_NS)
                               : sound->packet_end_ns;
        sound->packet_end_ns = sound->packet_ns + duration_ns(sound, sound->packet);
        return 0;
    }
}

/* Goes back to the file's beginning. */
static int reopen(OasisSound *sound)
{
    const int index = sound->from->index;

    avformat_close_input(&sound->source);
    sound->from = NULL;
    OASIS_AV_TRY(oasis_container_reopen(sound->path, (AVIOInterruptCB){0}, &sound->source));
    if (sound->source->nb_streams <= (unsigned)index) { /* the file has been changed meanwhile */
        return AVERROR_INVALIDDATA;
    }
    for (unsigned i = 0; i < sound->source->nb_streams; i++) {
        sound->source->streams[i]->discard = AVDISCARD_ALL;
    }
    sound->from = sound->source->streams[index];
    sound->from->discard = AVDISCARD_DEFAULT;
    sound->ended = false;
    return 0;
}

/* Goes to some packet before the range's start. */
static int go_before(OasisSound *sound)
{
    int64_t time = av_rescale_q(sound->zero_ns - SEEK_MARGIN_NS, OASIS_NS, sound->from->time_base);
    int error;

    if (sound->zero_ns - sound->video_ns > 2 * SEEK_MARGIN_NS &&
        av_seek_frame(sound->source, sound->from->index, time, AVSEEK_FLAG_BACKWARD) >= 0) {
        error = oasis_sound_fetch(sound);
        if (error < 0 || (!sound->ended && sound->packet_end_ns <= sound->zero_ns)) {
            return error;
        }
        error = reopen(sound); /* the seek led behind the start */
        if (error < 0) {
            return error;
        }
    }
    return oasis_sound_fetch(sound);
}

int oasis_sound_start(OasisSound *sound, int64_t start_ns, int64_t end_ns)
{
    int error;

    sound->zero_ns = sound->video_ns + start_ns;
    sound->end_ns = end_ns > 0 ? sound->video_ns + end_ns : INT64_MAX;
    sound->last_dts = INT64_MIN;
    sound->packet_end_ns = sound->video_ns;
    error = go_before(sound);
    if (error < 0) {
        return error;
    }
    return sound->encoder ? 0 : oasis_sound_copy_start(sound);
}

int oasis_sound_write(OasisSound *sound, int64_t until_ns)
{
    return sound->encoder ? oasis_sound_convert_write(sound, until_ns)
                          : oasis_sound_copy_write(sound, until_ns);
}
