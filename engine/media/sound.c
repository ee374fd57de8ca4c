/* The sound of an export: what is taken, what is left out, and whether it is copied or converted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/sound.h"

#include <libavutil/mem.h>
#include <stdlib.h>
#include <string.h>

#include "media/av-error.h"
#include "media/index-build.h"
#include "media/ns.h"
#include "media/sound-convert.h"
#include "media/sound-copy.h"

struct OasisSound {
    OasisSoundTrack track;
    int64_t first_ns; /* when the file's first frame is shown */
    OasisSoundCopy *copy; /* one of these; the other is NULL */
    OasisSoundConverter *converter;
};

/* Says what else there is in the file. */
static void warn_of_rest(const OasisSoundTrack *track)
{
    const OasisWarner *warner = &track->warner;
    int sounds = 0, subtitles = 0, others = 0;

    for (unsigned i = 0; i < track->file->nb_streams; i++) {
        switch (track->file->streams[i]->codecpar->codec_type) {
        case AVMEDIA_TYPE_AUDIO:
            sounds++;
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
        oasis_warn(warner, "sound tracks left out: %d", sounds - 1);
    }
    if (subtitles > 0) {
        oasis_warn(warner, "subtitles left out: %d", subtitles);
    }
    if (others > 0) {
        oasis_warn(warner, "attachments and data tracks left out: %d", others);
    }
    if (track->file->nb_chapters > 0) {
        oasis_warn(warner, "chapter marks left out: %u", track->file->nb_chapters);
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
    OasisStatus status = oasis_input_open(sound->track.path, NULL, &input, err);

    if (status == OASIS_OK) {
        status = oasis_index_open(input, index_folder, NULL, NULL, &index, err);
    }
    if (status == OASIS_OK) {
        sound->first_ns = av_rescale_q(index->pts[0], input->video->time_base, OASIS_NS);
    }
    oasis_index_free(&index);
    oasis_input_close(&input);
    return status;
}

/* Decides between copying and converting. Sound that can be neither copied nor converted is left
 * out: then there is neither. */
static OasisStatus choose(OasisSound *sound, AVFormatContext *muxer, OasisError *err)
{
    OasisSoundTrack *track = &sound->track;
    const char *name = avcodec_get_name(track->stream->codecpar->codec_id);
    int error;

    if (container_takes(muxer->oformat, track->stream)) {
        error = oasis_sound_copy_open(track, muxer, &sound->copy);
    } else {
        error = oasis_sound_converter_open(track, muxer, &sound->converter);
        if (error < 0 && error != AVERROR(ENOMEM)) {
            oasis_warn(&track->warner, "sound left out: %s cannot be converted to AAC", name);
            return OASIS_OK;
        }
        oasis_warn(&track->warner, "sound converted from %s to AAC, since %s files do not hold it",
                   name, muxer->oformat->name);
    }
    return error < 0 ? oasis_fail_memory(err, track->path) : OASIS_OK;
}

static OasisStatus open_sound(OasisSound *self, const char *path, const OasisMediaTarget *target,
                              AVFormatContext *muxer, OasisError *err)
{
    OasisSoundTrack *track = &self->track;

    OASIS_TRY(oasis_sound_track_open(path, (OasisWarner){target->warn, target->data}, track, err));
    if (copy_entry(&muxer->metadata, track->file->metadata, "title") < 0 ||
        copy_entry(&muxer->metadata, track->file->metadata, "creation_time") < 0) {
        return oasis_fail_memory(err, path);
    }
    warn_of_rest(track);
    if (!track->stream) {
        return OASIS_OK;
    }
    OASIS_TRY(find_first_frame(self, target->index_folder, err));
    return choose(self, muxer, err);
}

OasisStatus oasis_sound_open(const char *path, const OasisMediaTarget *target,
                             AVFormatContext *muxer, OasisSound **sound, OasisError *err)
{
    OasisStatus status;

    *sound = calloc(1, sizeof **sound);
    if (!*sound) {
        return oasis_fail_memory(err, path);
    }
    status = open_sound(*sound, path, target, muxer, err);
    if (status != OASIS_OK || (!(*sound)->copy && !(*sound)->converter)) {
        oasis_sound_close(sound);
    }
    return status;
}

void oasis_sound_close(OasisSound **sound)
{
    if (*sound) {
        oasis_sound_converter_close(&(*sound)->converter);
        oasis_sound_copy_close(&(*sound)->copy);
        oasis_sound_track_close(&(*sound)->track);
        free(*sound);
        *sound = NULL;
    }
}

int oasis_sound_start(OasisSound *sound, int64_t start_ns, int64_t end_ns)
{
    OASIS_AV_TRY(oasis_sound_track_start(&sound->track, sound->first_ns,
                                         sound->first_ns + start_ns,
                                         end_ns > 0 ? sound->first_ns + end_ns : INT64_MAX));
    return sound->copy ? oasis_sound_copy_start(sound->copy) : 0;
}

int oasis_sound_write(OasisSound *sound, int64_t until_ns)
{
    return sound->copy ? oasis_sound_copy_write(sound->copy, until_ns)
                       : oasis_sound_converter_write(sound->converter, until_ns);
}
